import type { Format } from "../../format.js";
import { headTime, LogLayout } from "../layout.js";

/** Windows' servicing logs: `time, Level   SOURCE   message`. */
export const windowsCbs: Format = {
  name: "windows-cbs",
  aliases: ["cbs", "dism"],
  summary: "CBS.log and dism.log of Windows",
  auto: true,
  openings: ["iso"],
  behindIsoTime: [", "],
  hasContinuations: true,
  reference:
    "https://learn.microsoft.com/windows-hardware/manufacture/desktop/deployment-troubleshooting-and-log-files",
  examples: [
    {
      line: "2026-11-21 10:00:01, Info                  CBS    Loaded Servicing Stack v10.0",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"info","logger":"CBS","message":"Loaded Servicing Stack v10.0"}',
    },
    {
      line: "2026-11-21 10:00:01, Error                 CSI    00000001@2026/11/21:10:00:01.123 no such file",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"error","logger":"CSI","message":"00000001@2026/11/21:10:00:01.123 no such file"}',
    },
    { line: "2026-11-31 10:00:01, Info                  CBS    no such day", event: undefined },
    { line: "2026-11-21 10:00:01, Info about the CBS", event: undefined },
  ],
  create: ({ nowMs }) => ({
    parse: (line, event) =>
      line.charCodeAt(19) === 0x2c && line.charCodeAt(20) === 0x20 && LAYOUT.parse(line, event, nowMs()),
  }),
};

const LAYOUT = new LogLayout(
  "(?<timestamp>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d), (?<level>Info|Warning|Error) {6,24}(?<logger>[A-Z]{2,12}) {1,12}(?<message>.*)",
  headTime,
);
