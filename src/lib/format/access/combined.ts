import type { Format } from "../format.js";
import { parseAccess } from "./access-log.js";

const AGENT = "Mozilla/5.0 (X11; Linux x86_64)";

/** Apache's and nginx's default access log. The rules are at the head of access-log.ts. */
export const combined: Format = {
  name: "combined",
  aliases: ["nginx", "apache", "nginx-access", "apache-access"],
  summary: "access logs of nginx and Apache (combined), with a virtual host before or more fields behind",
  auto: true,
  reference: "https://httpd.apache.org/docs/2.4/logs.html#combined",
  examples: [
    {
      line: `192.0.2.7 - anna [21/Nov/2026:10:00:01 +0100] "GET /cart?id=7 HTTP/1.1" 200 512 "https://shop.example/" "${AGENT}"`,
      event:
        '{"timestamp":"2026-11-21T09:00:01Z","client_ip":"192.0.2.7","user":"anna","method":"GET","path":"/cart?id=7",' +
        `"protocol":"HTTP/1.1","status":200,"bytes":512,"referer":"https://shop.example/","user_agent":"${AGENT}"}`,
    },
    {
      line: `shop.example:443 2001:db8::7 - - [21/Nov/2026:10:00:02 +0000] "\\x16\\x03\\x01" 400 - "-" "-" "198.51.100.4" 0.002`,
      event:
        '{"timestamp":"2026-11-21T10:00:02Z","vhost":"shop.example:443","client_ip":"2001:db8::7",' +
        '"request":"\\\\x16\\\\x03\\\\x01","status":400,"extra":"\\"198.51.100.4\\" 0.002"}',
    },
    { line: '192.0.2.7 - - [21/Nov/2026:10:00:01 +0100] "GET / HTTP/1.1" 200 512', event: undefined },
    { line: '192.0.2.7 - - [31/Feb/2026:10:00:01 +0100] "GET / HTTP/1.1" 200 512 "-" "-"', event: undefined },
    {
      line: '192.0.2.7 - - [21/Nov/2026:10:00:01 +0100] "GET / HTTP/1.1" 0200 512 "-" "-"',
      event: undefined,
    },
  ],
  create: () => ({ parse: (line, event) => parseAccess(line, event, true) }),
};
