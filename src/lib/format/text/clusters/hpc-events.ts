import type { Format } from "../../format.js";
import { headTime, LogLayout } from "../layout.js";

/** Events of LANL's clusters in USENIX's CFDR: number, node, component, state, epoch, flag, text. */
export const hpcEvents: Format = {
  name: "hpc-events",
  aliases: ["lanl"],
  summary: "events of LANL's high-performance clusters",
  auto: true,
  openings: ["number", "day"],
  reference: "https://www.usenix.org/cfdr-data (HPC1)",
  examples: [
    {
      line: "134681 node-246 unix.hw state_change.unavailable 1795255201 1 Component State Change: the node is gone",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","event_id":134681,"node":"node-246","component":"unix.hw","state":"state_change.unavailable","flag":"1","message":"Component State Change: the node is gone"}',
    },
    {
      line: "7 gige7 gige temperature 1795255201 1 too warm",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","event_id":7,"node":"gige7","component":"gige","state":"temperature","flag":"1","message":"too warm"}',
    },
    { line: "134681 node-246 unix.hw state_change.unavailable 17952552 1 no such time", event: undefined },
    { line: "7 apples and 5 pears", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => LAYOUT.parse(line, event, nowMs()) }),
};

const LAYOUT = new LogLayout(
  "(?<event_id>\\d{1,12}) (?<node>[\\w.\\[\\],-]{1,64}) (?<component>[a-z][\\w.]{1,32}) (?<state>[a-z][\\w.-]{1,64}) (?<timestamp>\\d{10}) (?<flag>\\d{1,3}) (?<message>.*)",
  headTime,
);
