import { ctimeTime } from "../../base/time/read-time.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";
import { address, integer, status, text, writeGroups } from "../tables/columns.js";

/** Request lines of uWSGI in its default format. `duration_ms`, or `duration_us` with `log-micros`. */
export const uwsgi: Format = {
  name: "uwsgi",
  summary: "request lines of uWSGI in its default format",
  auto: true,
  openings: ["["],
  reference: "https://uwsgi-docs.readthedocs.io/en/latest/LogFormat.html; core/logging.c, uwsgi_logit_simple",
  examples: [
    {
      line: "[pid: 31|app: 0|req: 7/9] 192.0.2.7 () {36 vars in 608 bytes} [Sat Nov 21 10:00:01 2026] GET /cart?id=7 => generated 512 bytes in 31 msecs (HTTP/1.1 200) 2 headers in 79 bytes (1 switches on core 0)",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","pid":31,"app":0,"worker_requests":7,"requests":9,"client_ip":"192.0.2.7","method":"GET",' +
        '"path":"/cart?id=7","bytes":512,"duration_ms":31,"protocol":"HTTP/1.1","status":200}',
    },
    {
      line: "[pid: 31|app: -1|req: -1/1] 192.0.2.7 (anna) {36 vars in 608 bytes} [Sat Nov 21 10:00:01 2026] POST / => generated 0 bytes in 912 micros (HTTP/1.0 502) 0 headers in 0 bytes (0 switches on core 1)",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","pid":31,"requests":1,"client_ip":"192.0.2.7","user":"anna","method":"POST","path":"/","bytes":0,' +
        '"duration_us":912,"protocol":"HTTP/1.0","status":502}',
    },
    { line: "[pid: 31] started", event: undefined },
    {
      line: "[pid: 31|app: 0|req: 7/9] 192.0.2.7 () {36 vars in 608 bytes} [Sat Nov 31 10:00:01 2026] GET / => generated",
      event: undefined,
    },
  ],
  create: () => ({ parse }),
};

const LINE =
  /^(?:\{address space usage: [^}]{1,200}\} ?)?(?:\{rss usage: [^}]{1,200}\} ?)?\[pid: (\d{1,10})\|app: (-|-?\d{1,10})\|req: (-|-?\d{1,10})\/(\d{1,10})\] (\S{1,64}) \(([^)]{0,255})\) \{\d{1,6} vars in \d{1,9} bytes\} \[([A-Za-z]{3} [A-Za-z]{3} [\d :]{14,16})\] ([A-Z]{1,32}) (\S{0,16384}) => generated (\d{1,15}) bytes in (\d{1,15}) (msecs|micros) (?:via [a-z()]{1,32} )?\((\S{1,16}) (\d{3})\) /;
const negative = (name: string) => {
  const write = integer(name);
  return (cell: string, event: EventWriter) => cell.startsWith("-") || write(cell, event);
};
const BEFORE = [
  integer("pid"),
  negative("app"),
  negative("worker_requests"),
  integer("requests"),
  address("client_ip"),
  text("user"),
];
const BEHIND = [text("method"), text("path"), integer("bytes")];

function parse(line: string, event: EventWriter): boolean {
  const match = line.startsWith("[pid: ") || line.startsWith("{") ? LINE.exec(line) : null;
  const timestamp = match === null ? undefined : ctimeTime(match[7]!);
  if (match === null || timestamp === undefined) return false;
  event.text("timestamp", timestamp);
  if (!writeGroups(match, BEFORE, event) || !writeGroups(match.slice(7), BEHIND, event)) return false;
  event.number(match[12] === "msecs" ? "duration_ms" : "duration_us", Number(match[11]));
  event.text("protocol", match[13]!);
  return status("status")(match[14]!, event);
}
