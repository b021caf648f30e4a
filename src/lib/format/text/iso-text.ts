import { LEVEL_WORD } from "../../event/level-words.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";
import { DatedLayouts } from "./layout.js";

/**
 * The last resort of `auto`: a line that begins with a full date and time, in brackets or not, then perhaps a process id in
 * brackets and a level word, then the message. PostgreSQL's default log, dpkg's, Go's `log` and many more are of this kind.
 */
export const isoText: Format = {
  name: "iso-text",
  aliases: ["text", "postgresql", "dpkg"],
  summary:
    "any line that begins with a full date and time, then perhaps a level, then text: PostgreSQL, dpkg, Go's log",
  auto: true,
  starts: "0123456789[",
  hasContinuations: true,
  reference:
    "RFC 3339; https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-LINE-PREFIX",
  examples: [
    {
      line: "2026-11-21 10:00:01.123 UTC [31] LOG:  database system is ready to accept connections",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"info","pid":31,"message":"database system is ready to accept connections"}',
    },
    {
      line: "2026-11-21 10:00:01 status installed zstd:amd64 1.5.5",
      event: '{"timestamp":"2026-11-21T10:00:01Z","message":"status installed zstd:amd64 1.5.5"}',
    },
    {
      line: "[2026-11-21T10:00:01+01:00] [warn] low on space",
      event: '{"timestamp":"2026-11-21T09:00:01Z","level":"warn","message":"low on space"}',
    },
    { line: "2026-02-30 10:00:01 no such day", event: undefined },
    { line: "at 2026-11-21 10:00:01 something", event: undefined },
    { line: "2026-11-21T10:00:01Znothing between", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event, nowMs()) }),
};

const LEVEL = `(?<level>${LEVEL_WORD}|STATEMENT|DETAIL|HINT|DEBUG[1-5]|TRC|VRB|DBG|INF|WRN|ERR|FTL)`;
const REST = [
  `(?:\\[(?<pid>\\d+)\\] )?(?:(?<user>[\\w.-]+)@(?<database>[\\w.-]+) )?${LEVEL}: {1,4}(?<message>.*)`,
  `(?:\\[(?<pid>\\d+)\\] )?[[<(]${LEVEL} {0,5}[\\])>]:? {0,5}(?:- )?(?<message>.*)`,
  `(?:\\| {1,4})?${LEVEL} {1,6}(?:[|-] )?(?<message>.*)`,
  "(?<message>.*)",
];
const BARE = new DatedLayouts(REST.map((rest) => `(?:(?:[:,]| -)? {1,4}|$)${rest}`));
const BRACKETED = new DatedLayouts(
  REST.map((rest) => `\\](?: {0,4}| - )${rest}`),
  "bracketed",
);

function parse(line: string, event: EventWriter, nowMs: number): boolean {
  return (line.charCodeAt(0) === 0x5b ? BRACKETED : BARE).parse(line, event, nowMs);
}
