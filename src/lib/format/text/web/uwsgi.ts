import type { Format } from "../../format.js";
import { headTime, LogLayout } from "../layout.js";

/** uWSGI's request log as it comes. */
export const uwsgi: Format = {
  name: "uwsgi",
  summary: "request log of uWSGI",
  auto: true,
  openings: ["["],
  reference: "https://uwsgi-docs.readthedocs.io/en/latest/LogFormat.html; core/logging.c (uwsgi_log_req)",
  examples: [
    {
      line: "[pid: 31|app: 0|req: 7/9] 192.0.2.7 (ada) {40 vars in 512 bytes} [Sat Nov 21 10:00:01 2026] GET /cart?id=7 => generated 2048 bytes in 12 msecs (HTTP/1.1 200) 4 headers in 120 bytes (1 switches on core 0)",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","pid":31,"worker_requests":7,"requests":9,"client_ip":"192.0.2.7","user":"ada","request_bytes":512,"method":"GET","path":"/cart?id=7","bytes":2048,"duration_ms":12,"protocol":"HTTP/1.1","status":200,"headers":4,"header_bytes":120,"switches":1,"core":0}',
    },
    {
      line: "[pid: 31|app: 0|req: 8/10] 192.0.2.7 () {40 vars in 512 bytes} [Sat Nov 21 10:00:02 2026] POST / => generated 0 bytes in 3 msecs (HTTP/1.1 204) 2 headers in 60 bytes (1 switches on core 1)",
      event:
        '{"timestamp":"2026-11-21T10:00:02Z","pid":31,"worker_requests":8,"requests":10,"client_ip":"192.0.2.7","request_bytes":512,"method":"POST","path":"/","bytes":0,"duration_ms":3,"protocol":"HTTP/1.1","status":204,"headers":2,"header_bytes":60,"switches":1,"core":1}',
    },
    { line: "[pid: 31|app: 0|req: 7/9] 192.0.2.7 () {40 vars in 512 bytes}", event: undefined },
    { line: "[pid: 31] started", event: undefined },
  ],
  create: ({ nowMs }) => ({
    parse: (line, event) => line.startsWith("[pid: ") && LAYOUT.parse(line, event, nowMs()),
  }),
};

const LAYOUT = new LogLayout(
  "\\[pid: (?<pid>\\d{1,10})\\|app: -?\\d{1,6}\\|req: (?:-|(?<worker_requests>\\d{1,12}))/(?<requests>\\d{1,12})\\] (?<client_ip>[^ ]{0,64}) \\((?<user>[^)]{0,200})\\) " +
    "\\{\\d{1,6} vars in (?<request_bytes>\\d{1,9}) bytes\\} \\[(?<timestamp>[A-Za-z]{3} [A-Za-z]{3} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d \\d{4})\\] (?<method>[A-Z]{2,20}) (?<path>[^ ]{0,8192}) => " +
    "generated (?<bytes>\\d{1,15}) bytes in (?<duration_ms>\\d{1,12}) msecs(?: via sendfile\\(\\)| via route\\(\\)| via offload\\(\\))? \\((?<protocol>HTTP/[\\d.]{1,3}) (?<status>\\d{3})\\) " +
    "(?<headers>\\d{1,6}) headers in (?<header_bytes>\\d{1,9}) bytes \\((?<switches>\\d{1,9}) switches on core (?<core>\\d{1,6})\\)",
  headTime,
);
