import type { Format } from "../../format.js";
import { headTime, LogLayout, parseLayouts } from "../layout.js";

/** What Rails says of requests, with the tags of `config.log_tags` before it: the lines that Ruby's Logger has no head for. */
export const rails: Format = {
  name: "rails-requests",
  summary: "requests in Rails' log: Started, Processing by, Completed, with tags before them",
  auto: true,
  openings: ["upper", "[", "[0"],
  hasContinuations: true,
  reference:
    "railties/lib/rails/rack/logger.rb; actionpack/lib/action_controller/log_subscriber.rb; ActiveSupport::TaggedLogging",
  examples: [
    {
      line: '[4eebb5e2-2f13-42f8-8644-d6c9a9e244f0] Started GET "/cart?id=7" for 192.0.2.7 at 2026-11-21 10:00:01 +0100',
      event:
        '{"timestamp":"2026-11-21T09:00:01Z","request_id":"4eebb5e2-2f13-42f8-8644-d6c9a9e244f0","method":"GET","path":"/cart?id=7","client_ip":"192.0.2.7","message":"Started"}',
    },
    {
      line: "Completed 200 OK in 180ms (Views: 0.4ms | ActiveRecord: 143.3ms)",
      event:
        '{"status":200,"duration_ms":180,"message":"Completed 200 OK in 180ms (Views: 0.4ms | ActiveRecord: 143.3ms)"}',
    },
    {
      line: "Processing by CartController#show as HTML",
      event:
        '{"controller":"CartController","action":"show","message":"Processing by CartController#show as HTML"}',
    },
    { line: 'Started GET "/cart" for 192.0.2.7 at 2026-11-31 10:00:01 +0100', event: undefined },
    { line: "Completed the order", event: undefined },
    { line: "Processing by hand", event: undefined },
  ],
  create: ({ nowMs }) => ({
    parse: (line, event) => BEGINS.test(line) && parseLayouts(LAYOUTS, line, event, nowMs()),
  }),
};

const BEGINS = /^(?:\[[\w.:-]{1,64}\] ){0,4}(?:Started |Completed |Processing by )/;
const TAGS = "(?:\\[(?<request_id>[0-9a-f]{8}-[0-9a-f-]{27})\\] )?(?:\\[[\\w.:-]{1,64}\\] )?";
const LAYOUTS = [
  new LogLayout(
    `${TAGS}(?<message>Started) (?<method>[A-Z]{3,10}) "(?<path>[^"]{0,8192})" for (?<client_ip>[\\w.:]{2,64}) at (?<timestamp>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?: [+-]\\d{4})?)`,
    headTime,
  ),
  new LogLayout(
    `${TAGS}(?<message>Completed (?<status>\\d{3}) (?:[A-Z][\\w' -]{1,40} )?in (?<duration_ms>\\d{1,9}(?:\\.\\d{1,3})?)ms.*)`,
  ),
  new LogLayout(
    `${TAGS}(?<message>Processing by (?<controller>[A-Z][\\w:]{1,200})#(?<action>\\w{1,100}[?!]?) as [\\w*/+.-]{0,64})`,
  ),
];
