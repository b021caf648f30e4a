import type { Format } from "../../format.js";
import { LogLayout } from "../layout.js";

/** logrus on a terminal: `LEVEL[seconds since the start] message   key=value`. Its other form is logfmt. */
export const logrus: Format = {
  name: "logrus",
  summary: "logrus (Go) as it writes to a terminal; into files it writes logfmt",
  auto: true,
  openings: ["upper"],
  hasContinuations: true,
  reference: "https://github.com/sirupsen/logrus/blob/master/text_formatter.go (printColored)",
  examples: [
    {
      line: 'INFO[0003] cart opened                                   id=7 user="a b"',
      event: '{"level":"info","uptime_s":3,"id":7,"user":"a b","message":"cart opened"}',
    },
    {
      line: "WARN[2026-11-21T10:00:01+01:00] few left",
      event: '{"timestamp":"2026-11-21T09:00:01Z","level":"warn","message":"few left"}',
    },
    { line: "INFO[main] cart opened", event: undefined },
    { line: "LOUD[0003] cart opened", event: undefined },
  ],
  create: ({ nowMs }) => ({
    parse: (line, event) => {
      if (line.charCodeAt(4) !== 0x5b) return false;
      return SECONDS.parse(line, event, nowMs()) || FULL.parse(line, event, nowMs());
    },
  }),
};

const LEVEL = "(?<level>TRAC|DEBU|INFO|WARN|ERRO|FATA|PANI)";
const SECONDS = new LogLayout(`${LEVEL}\\[0{0,3}(?<uptime_s>\\d{1,9})\\] (?<body>.*)`);
const FULL = new LogLayout(
  `${LEVEL}\\[(?<timestamp>\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?(?:Z|[+-]\\d\\d:\\d\\d))\\] (?<body>.*)`,
);
