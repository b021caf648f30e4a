import type { Format } from "../../format.js";
import { headTime, LogLayout, parseLayouts } from "../layout.js";

/** zerolog's ConsoleWriter, and charmbracelet/log: a time, three letters of the level, `file:line >`, text, pairs. */
export const zerolog: Format = {
  name: "zerolog",
  summary: "zerolog (Go) as its ConsoleWriter writes; without it zerolog writes JSON",
  auto: true,
  openings: ["clock", "iso", "<"],
  behindIsoTime: [" A"],
  hasContinuations: true,
  reference: "https://github.com/rs/zerolog/blob/master/console.go",
  examples: [
    {
      line: "10:00AM INF cart/main.go:7 > cart opened id=7",
      event:
        '{"level":"info","time":"10:00AM","file":"cart/main.go","line":7,"id":7,"message":"cart opened"}',
    },
    {
      line: '2026-11-21T10:00:01+01:00 ERR cart failed error="no stock"',
      event:
        '{"timestamp":"2026-11-21T09:00:01Z","level":"error","error":"no stock","message":"cart failed"}',
    },
    { line: "<nil> DBG no time", event: '{"level":"debug","message":"no time"}' },
    { line: "10:00AM INFO cart opened", event: undefined },
    { line: "13:00XM INF cart opened", event: undefined },
  ],
  create: ({ nowMs }) => ({
    parse: (line, event) =>
      line.charCodeAt(4) === 0x2d
        ? DATED.parse(line, event, nowMs())
        : parseLayouts(LAYOUTS, line, event, nowMs()),
  }),
};

const REST =
  " (?<level>TRC|DBG|INF|WRN|ERR|FTL|PNC)(?: (?<file>[\\w./@-]{1,200}):(?<line>\\d{1,7}) >)? (?<body>.*)";
const LAYOUTS = [new LogLayout(`(?<time>\\d{1,2}:\\d\\d[AP]M)${REST}`), new LogLayout(`<nil>${REST}`)];
const DATED = new LogLayout(
  `(?<timestamp>\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?(?:Z|[+-]\\d\\d:?\\d\\d)?)${REST}`,
  headTime,
);
