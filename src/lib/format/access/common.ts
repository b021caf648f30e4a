import type { Format } from "../format.js";
import { parseAccess } from "./access-log.js";

/** Common Log Format, as NCSA httpd introduced it. The rules are at the head of access-log.ts. */
export const common: Format = {
  name: "common",
  aliases: ["clf"],
  summary: "access logs in Common Log Format: Apache common, Python http.server, many small servers",
  auto: true,
  reference: "https://httpd.apache.org/docs/2.4/logs.html#common",
  examples: [
    {
      line: '192.0.2.7 ident anna [21/Nov/2026:10:00:01 +0100] "POST /login HTTP/2.0" 302 -',
      event:
        '{"timestamp":"2026-11-21T09:00:01Z","client_ip":"192.0.2.7","ident":"ident","user":"anna","method":"POST",' +
        '"path":"/login","protocol":"HTTP/2.0","status":302}',
    },
    {
      line: '127.0.0.1 - - [21/Nov/2026 10:00:01] "GET /a b HTTP/1.1" 404 0',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","client_ip":"127.0.0.1","method":"GET","path":"/a b","protocol":"HTTP/1.1",' +
        '"status":404,"bytes":0}',
    },
    { line: '- - - [-] "-" - -', event: "{}" },
    {
      line: '192.0.2.7 - anna [2026-11-21T10:00:01+01:00] "GET / HTTP/1.1" 200 512',
      event:
        '{"timestamp":"2026-11-21T09:00:01Z","client_ip":"192.0.2.7","user":"anna","method":"GET","path":"/","protocol":"HTTP/1.1",' +
        '"status":200,"bytes":512}',
    },
    { line: '192.0.2.7 - - [-] "GET / HTTP/1.1" 200 512', event: undefined },
    { line: "192.0.2.7 - - [21/Nov/2026:10:00:01 +0100] GET / 200 512", event: undefined },
  ],
  create: () => ({ parse: (line, event) => EMPTY.test(line) || parseAccess(line, event, false) }),
};

/** A connection that was closed before it asked for anything: an event without fields. */
const EMPTY = /^- - - \[-\] "-" - -(?: "-" "-")?$/;
