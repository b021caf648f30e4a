import type { Format } from "../format.js";
import { ISO_TIME, LogLayout } from "./layout.js";

/** Ruby's own `Logger`, and so Rails: `L, [time #pid] LEVEL -- program: message`. */
export const ruby: Format = {
  name: "ruby",
  aliases: ["rails"],
  summary: "Ruby's Logger and Rails",
  auto: true,
  starts: "DIWEFA",
  hasContinuations: true,
  reference: "https://docs.ruby-lang.org/en/master/Logger/Formatter.html",
  examples: [
    {
      line: "I, [2026-11-21T10:00:01.123456 #31]  INFO -- shop: started",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123456Z","level":"info","pid":31,"logger":"shop","message":"started"}',
    },
    {
      line: "E, [2026-11-21T10:00:01.123456 #31] ERROR -- : it broke",
      event: '{"timestamp":"2026-11-21T10:00:01.123456Z","level":"error","pid":31,"message":"it broke"}',
    },
    { line: "X, [2026-11-21T10:00:01.123456 #31]  INFO -- : started", event: undefined },
    { line: "I, [2026-11-31T10:00:01.123456 #31]  INFO -- : started", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => LAYOUT.parse(line, event, nowMs()) }),
};

const LAYOUT = new LogLayout(
  `[DIWEFA], \\[(?<timestamp>${ISO_TIME}) #(?<pid>\\d+)\\] {1,2}(?<level>DEBUG|INFO|WARN|ERROR|FATAL|ANY) -- (?<logger>[^:]{0,200}): (?:\\[(?<request_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\] )?(?<message>.*)`,
);
