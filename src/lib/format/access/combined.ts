import type { Format } from "../format.js";
import { parseAccess } from "./access-log.js";

const AGENT = "Mozilla/5.0 (X11; Linux x86_64)";

/** Apache's and nginx's default access log. The rules are at the head of access-log.ts. */
export const combined: Format = {
  name: "combined",
  aliases: ["nginx", "apache", "nginx-access", "apache-access", "ingress-nginx", "traefik"],
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
        '"request":"\\\\x16\\\\x03\\\\x01","status":400,"x_forwarded_for":"198.51.100.4","request_time":0.002}',
    },
    {
      line: '192.0.2.7 - - [21/Nov/2026:10:00:01 +0000] "GET /cart HTTP/2.0" 200 512 "-" "curl/8.5.0" 462 0.050 [shop-cart-9000] [] 10.0.0.1:9000, 10.0.0.2:9000 0, 512 0.010, 0.040 502, 200 7521',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","client_ip":"192.0.2.7","method":"GET","path":"/cart","protocol":"HTTP/2.0","status":200,' +
        '"bytes":512,"user_agent":"curl/8.5.0","request_length":462,"request_time":0.050,"proxy_upstream_name":"shop-cart-9000",' +
        '"upstream_addr":"10.0.0.1:9000, 10.0.0.2:9000","upstream_response_length":"0, 512","upstream_response_time":"0.010, 0.040",' +
        '"upstream_status":"502, 200","request_id":"7521"}',
    },
    {
      line: '192.0.2.7 - - [21/Nov/2026:10:00:01 +0000] "GET / HTTP/1.1" 200 512 "-" "-" 17 "shop@docker" "http://10.0.0.1:80" 12ms',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","client_ip":"192.0.2.7","method":"GET","path":"/","protocol":"HTTP/1.1","status":200,"bytes":512,' +
        '"request_count":17,"router":"shop@docker","service_url":"http://10.0.0.1:80","duration_ms":12}',
    },
    {
      line: '192.0.2.7 - - [21/Nov/2026:10:00:01 +0000] "GET / HTTP/1.1" 404 19 "-" "-" 17 - - 0ms',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","client_ip":"192.0.2.7","method":"GET","path":"/","protocol":"HTTP/1.1","status":404,"bytes":19,' +
        '"request_count":17,"duration_ms":0}',
    },
    {
      line: '192.0.2.7 - - [21/Nov/2026:10:00:01 +0000] "GET /cart HTTP/1.1" 200 512 "-" "curl/8.5.0" rt=0.050 uct="0.001" uht="0.040" urt="0.010, 0.040"',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","client_ip":"192.0.2.7","method":"GET","path":"/cart","protocol":"HTTP/1.1","status":200,' +
        '"bytes":512,"user_agent":"curl/8.5.0","request_time":0.050,"upstream_connect_time":0.001,"upstream_header_time":0.040,' +
        '"upstream_response_time":"0.010, 0.040"}',
    },
    {
      line: '192.0.2.7 - - [21/Nov/2026:10:00:01 +0000] "GET / HTTP/1.1" 200 512 "-" "-" 2/2500000',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","client_ip":"192.0.2.7","method":"GET","path":"/","protocol":"HTTP/1.1","status":200,"bytes":512,' +
        '"request_time":2.5}',
    },
    {
      line: '192.0.2.7, 198.51.100.4, 127.0.0.1 - - [21/Nov/2026:10:00:01 +0000] "GET / HTTP/1.1" 200 5 "-" "-"',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","client_ip":"192.0.2.7","x_forwarded_for":"192.0.2.7, 198.51.100.4, 127.0.0.1",' +
        '"method":"GET","path":"/","protocol":"HTTP/1.1","status":200,"bytes":5}',
    },
    {
      line: '192.0.2.7 shop.example:8080 - [21/Nov/2026:10:00:01 +0000] "GET / HTTP/1.1" 403 341 "-" "-"',
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","client_ip":"192.0.2.7","vhost":"shop.example:8080","method":"GET","path":"/",' +
        '"protocol":"HTTP/1.1","status":403,"bytes":341}',
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
