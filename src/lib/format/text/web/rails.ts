import { type EventWriter, quote } from "../../../event/writer.js";
import type { Format } from "../../format.js";
import { headTime, LogLayout } from "../layout.js";

/**
 * What Rails says of requests, with the tags of `config.log_tags` before it: the lines that Ruby's Logger has no head
 * for.
 */
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
        '{"timestamp":"2026-11-21T09:00:01Z","method":"GET","path":"/cart?id=7","client_ip":"192.0.2.7","message":"Started","request_id":"4eebb5e2-2f13-42f8-8644-d6c9a9e244f0"}',
    },
    {
      line: "Completed 200 OK in 180ms (Views: 0.4ms | ActiveRecord: 143.3ms)",
      event:
        '{"status":200,"duration_ms":180,"message":"Completed 200 OK in 180ms (Views: 0.4ms | ActiveRecord: 143.3ms)"}',
    },
    {
      line: "[aldx7CrFrxhJXYYAK6vkdQAAAEQ] [192.0.2.7] [4eebb5e2-2f13-42f8-8644-d6c9a9e244f0] Completed 200 OK in 10ms",
      event:
        '{"status":200,"duration_ms":10,"message":"Completed 200 OK in 10ms","request_id":"4eebb5e2-2f13-42f8-8644-d6c9a9e244f0",' +
        '"tags":["aldx7CrFrxhJXYYAK6vkdQAAAEQ","192.0.2.7"]}',
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
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event, nowMs()) }),
};

/** Whatever `config.log_tags` names: an id, an address, a subdomain. */
const TAGS = /^((?:\[[^[\]\s]{1,128}\] ){0,8})(?:Started |Completed |Processing by )/;
const REQUEST_ID = /^(?:[\da-f]{8}-[\da-f-]{27}|[\da-f]{32})$/;
const LAYOUTS = [
  new LogLayout(
    `(?<message>Started) (?<method>[A-Z]{3,10}) "(?<path>[^"]{0,8192})" for (?<client_ip>[\\w.:]{2,64}) at (?<timestamp>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?: [+-]\\d{4})?)`,
    headTime,
  ),
  new LogLayout(
    `(?<message>Completed (?<status>\\d{3}) (?:[A-Z][\\w' -]{1,40} )?in (?<duration_ms>\\d{1,9}(?:\\.\\d{1,3})?)ms.*)`,
  ),
  new LogLayout(
    `(?<message>Processing by (?<controller>[A-Z][\\w:]{1,200})#(?<action>\\w{1,100}[?!]?) as [\\w*/+.-]{0,64})`,
  ),
];

function parse(line: string, event: EventWriter, nowMs: number): boolean {
  const tags = TAGS.exec(line)?.[1];
  if (tags === undefined) return false;
  const isRead = LAYOUTS.some((layout) => {
    event.reset();
    return layout.parse(line, event, nowMs, tags.length);
  });
  if (isRead && tags !== "") writeTags(tags.slice(1, -2).split("] ["), event);
  return isRead;
}

/** Tags do not say what they are, but for the id that Rails gives to each request. */
function writeTags(tags: readonly string[], event: EventWriter): void {
  const id = tags.find((tag) => REQUEST_ID.test(tag));
  const others = tags.filter((tag) => tag !== id);
  event.textIf("request_id", id);
  if (others.length > 0) event.json("tags", `[${others.map(quote).join(",")}]`);
}
