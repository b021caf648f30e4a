import { table } from "../../../base/table.js";
import type { Level } from "../../../event/level-words.js";
import type { EventWriter } from "../../../event/writer.js";
import type { Format } from "../../format.js";
import { LogLayout } from "../layout.js";

/** Xorg's log: `[seconds] (MARK) message`, of which the mark says how sure a setting is, or a level. */
export const xorg: Format = {
  name: "xorg",
  summary: "Xorg.0.log of the X server",
  auto: true,
  openings: ["[", "[0"],
  hasContinuations: true,
  reference: "Xorg(1), LOGGING; os/log.c",
  examples: [
    {
      line: "[    12.345] (EE) no screens found",
      event: '{"level":"error","uptime_s":12.345,"message":"no screens found"}',
    },
    {
      line: '[    12.345] (==) Using config directory: "/etc/X11/xorg.conf.d"',
      event:
        '{"level":"info","uptime_s":12.345,"message":"Using config directory: \\"/etc/X11/xorg.conf.d\\""}',
    },
    { line: "[    12.345] no mark", event: undefined },
    { line: "[    12.345] (XX) no such mark", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event, nowMs()) }),
};

const HEAD = /^\[ {0,10}\d{1,9}\.\d{3}\] \((EE|WW|II|NI|DB|--|\*\*|==|!!|\?\?|\+\+)\) /;
const LEVELS: Readonly<Record<string, Level>> = table({ EE: "error", WW: "warn", NI: "warn", DB: "debug" });
const LAYOUT = new LogLayout("\\[ {0,10}(?<uptime_s>\\d{1,9}\\.\\d{3})\\] \\([^)]{2}\\) (?<message>.*)");

function parse(line: string, event: EventWriter, nowMs: number): boolean {
  const match = HEAD.exec(line);
  if (match === null) return false;
  event.text("level", LEVELS[match[1]!] ?? "info");
  return LAYOUT.parse(line, event, nowMs);
}
