import type { Format } from "../../format.js";
import { headTime, LogLayout } from "../layout.js";

/** VMware ESXi's vmkernel: `time cpuN:world opID=id)LEVEL: module: line: message`. */
export const vmkernel: Format = {
  name: "vmkernel",
  summary: "vmkernel.log of VMware ESXi before 8",
  auto: true,
  openings: ["iso"],
  behindIsoTime: [" a"],
  hasContinuations: true,
  reference: "https://knowledge.broadcom.com/external/article/306962 (location of ESXi log files)",
  examples: [
    {
      line: "2026-11-21T10:00:01.123Z cpu7:35233 opID=7f3a)WARNING: Shop: 204: few left",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","level":"warn","logger":"Shop","cpu":7,"world":35233,"op_id":"7f3a","message":"few left"}',
    },
    {
      line: "2026-11-21T10:00:01.123Z cpu0:35233)opened",
      event: '{"timestamp":"2026-11-21T10:00:01.123Z","cpu":0,"world":35233,"message":"opened"}',
    },
    { line: "2026-11-31T10:00:01.123Z cpu0:35233)no such day", event: undefined },
    { line: "2026-11-21T10:00:01.123Z cpu0 is busy", event: undefined },
  ],
  create: ({ nowMs }) => ({
    parse: (line, event) => line.startsWith(" cpu", 24) && LAYOUT.parse(line, event, nowMs()),
  }),
};

const LAYOUT = new LogLayout(
  "(?<timestamp>\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z) cpu(?<cpu>\\d{1,4}):(?<world>\\d{1,10})(?: opID=(?<op_id>[\\w-]{1,64}))?\\)" +
    "(?:<\\w{1,12}>: )?(?:(?<level>WARNING|ALERT|ERROR|INFO|DEBUG): )?(?:(?<logger>[A-Za-z][\\w-]{1,40}): \\d{1,6}: )?(?<message>.*)",
  headTime,
);
