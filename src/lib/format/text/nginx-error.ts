import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";
import { LogLayout } from "./layout.js";

/** nginx's error log: `time [level] pid#tid: *connection message, client: ..., server: ..., request: "..."`. */
export const nginxError: Format = {
  name: "nginx-error",
  summary: "error log of nginx, with client, server, request and upstream as fields",
  auto: true,
  starts: "0123456789",
  behindIsoTime: [" ["],
  hasContinuations: true,
  spansLines: true,
  reference: "https://nginx.org/en/docs/ngx_core_module.html#error_log; ngx_log.c, ngx_http_log_error",
  examples: [
    {
      line: '2026/11/21 10:00:01 [error] 31#32: *7 open() "/srv/x" failed (2: No such file or directory), client: 192.0.2.7, server: shop.example, request: "GET /x HTTP/1.1", host: "shop.example"',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"error","pid":31,"tid":32,"connection":7,"client_ip":"192.0.2.7",' +
        '"server":"shop.example","request":"GET /x HTTP/1.1","http_host":"shop.example",' +
        '"message":"open() \\"/srv/x\\" failed (2: No such file or directory)"}',
    },
    {
      line:
        '2026/11/21 10:00:01 [error] 31#32: *7 FastCGI sent in stderr: "PHP message: one\nPHP message: two" while reading upstream, ' +
        'client: 192.0.2.7, server: shop.example, request: "GET /x HTTP/1.1"',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"error","pid":31,"tid":32,"connection":7,"client_ip":"192.0.2.7",' +
        '"server":"shop.example","request":"GET /x HTTP/1.1",' +
        '"message":"FastCGI sent in stderr: \\"PHP message: one\\nPHP message: two\\" while reading upstream"}',
    },
    {
      line: "2026/11/21 10:00:01 [notice] 1#1: signal process started",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","level":"info","pid":1,"tid":1,"message":"signal process started"}',
    },
    { line: "2026/11/21 10:00:01 [notice] signal process started", event: undefined },
    { line: "2026/11/31 10:00:01 [notice] 1#1: signal process started", event: undefined },
    { line: "2026/11/21 10:00:01 [loud] 1#1: signal process started", event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event, nowMs()) }),
};

const HEAD = new LogLayout(
  "(?<timestamp>\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d) \\[(?<level>[a-z]+)\\] (?<pid>\\d+)#(?<tid>\\d+): (?:\\*(?<connection>\\d+) )?.*",
);
const MESSAGE_START = /: (?:\*\d+ )?/g;

/** What nginx appends to a message about a request, always in this order and last on the line. */
const CONTEXT = new LogLayout(
  ', client: (?<client_ip>[^ ,]+)(?:, server: (?<server>[^,]*))?(?:, request: "(?<request>.*? HTTP/\\d(?:\\.\\d)?|.*?)")?' +
    '(?:, subrequest: "(?<subrequest>[^"]*)")?(?:, upstream: "(?<upstream>[^"]*)")?(?:, host: "(?<http_host>[^"]*)")?' +
    '(?:, referrer: "(?<referer>.*)")?',
);

function parse(line: string, event: EventWriter, nowMs: number): boolean {
  if (line.charCodeAt(4) !== 0x2f || !HEAD.parse(line, event, nowMs)) return false;
  MESSAGE_START.lastIndex = 20;
  MESSAGE_START.exec(line);
  const start = MESSAGE_START.lastIndex;
  const context = contextOf(line, start);
  const hasContext = context >= start && CONTEXT.parse(line, event, nowMs, context);
  writeMessage(line.slice(start, hasContext ? context : undefined), event);
  return true;
}

/**
 * Where what nginx appends begins; -1 where that is not told. A path in the message and a referrer behind the request
 * are the client's own texts and may look the same: of several the one with a request counts, and of several of these
 * none.
 */
function contextOf(line: string, start: number): number {
  const first = line.indexOf(CLIENT, start);
  const last = line.lastIndexOf(CLIENT);
  if (first < 0) return -1;
  // nginx cuts its lines: of a long path its own part may be gone.
  if (first === last) return line.length < CUT_AT || quotesBefore(line, first) % 2 === 0 ? first : -1;
  if (line.length >= CUT_AT) return -1;
  let found = -1;
  for (let at = first, tries = 0; at >= 0 && tries < 16; at = line.indexOf(CLIENT, at + 1), tries++) {
    REQUEST.lastIndex = at;
    if (!REQUEST.test(line)) continue;
    if (found >= 0) return -1;
    found = at;
  }
  return found;
}

const CLIENT = ", client: ";
const REQUEST = /, client: [^ ,"]{1,64}(?:, server: [^,]{0,512})?, request: "/y;
/** A line of nginx has at most 2048 bytes. */
const CUT_AT = 1900;

function quotesBefore(line: string, end: number): number {
  let count = 0;
  for (let at = line.indexOf('"'); at >= 0 && at < end; at = line.indexOf('"', at + 1)) count++;
  return count;
}

/** What ngx_http_limit_req and ngx_http_limit_conn add. */
const LIMIT = /^(.{1,200}?)(?:, excess: (\d{1,9}\.\d{3}),?)? by zone "([^"]{1,128})"(.{0,200})$/s;

function writeMessage(message: string, event: EventWriter): void {
  const limit = message.includes(' by zone "') ? LIMIT.exec(message) : null;
  if (limit?.[2] !== undefined) event.number("excess", limit[2]);
  if (limit !== null) event.text("zone", limit[3]!);
  event.text("message", limit === null ? message : `${limit[1]}${limit[4]}`);
}
