import type { Format } from "../../format.js";
import { headTime, LogLayout } from "../layout.js";

/** dpkg's update-alternatives: `update-alternatives TIME: message`. */
export const alternatives: Format = {
  name: "alternatives",
  aliases: ["update-alternatives"],
  summary: "alternatives.log of Debian and Ubuntu",
  auto: true,
  openings: ["lower"],
  reference: "dpkg, utils/update-alternatives.c (log_msg)",
  examples: [
    {
      line: "update-alternatives 2026-11-21 10:00:01: link group editor updated to point to /usr/bin/vim",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","service":"update-alternatives","message":"link group editor updated to point to /usr/bin/vim"}',
    },
    {
      line: "update-alternatives 2026-11-21 10:00:02: run with --quiet --remove editor /usr/bin/vim",
      event:
        '{"timestamp":"2026-11-21T10:00:02Z","service":"update-alternatives","message":"run with --quiet --remove editor /usr/bin/vim"}',
    },
    { line: "update-alternatives 2026-11-31 10:00:01: no such day", event: undefined },
    { line: "update-alternatives: using /usr/bin/vim", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => LAYOUT.parse(line, event, nowMs()) }),
};

const LAYOUT = new LogLayout(
  "(?<service>update-alternatives) (?<timestamp>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d): (?<message>.*)",
  headTime,
);
