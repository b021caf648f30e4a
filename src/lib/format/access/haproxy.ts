import { timeAt } from "../../base/time/time-at.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";
import { type CellReader, integer, measure, request, status, text, writeGroups } from "../tables/columns.js";
import { writeTail } from "./tail.js";

/**
 * HAProxy's log: `option httplog`, `option httpslog`, `option tcplog`, errors of connections, and the default, with or
 * without the header of syslog before it. `frontend` ends in `~` where the connection is encrypted, as HAProxy writes
 * it. Times are milliseconds, -1 where something did not happen: `request_ms` (TR), `queue_ms` (Tw), `connect_ms` (Tc),
 * `response_ms` (Tr), `duration_ms` (Ta; of TCP Tt). `actconn`, `feconn`, `beconn`, `srvconn`, `retries`, `srv_queue`,
 * `backend_queue` are counts.
 */
export const haproxy: Format = {
  name: "haproxy",
  summary: "logs of HAProxy: httplog, httpslog, tcplog and errors of connections",
  auto: true,
  openings: ["address", "number", "lower", "upper", "other", "day", "clock", "["],
  reference: "https://docs.haproxy.org/3.0/configuration.html#8.2",
  examples: [
    {
      line: '192.0.2.7:21552 [21/Nov/2026:10:00:01.970] front~ app/node1 0/0/1/9/10 404 1283 - - ---- 18/17/2/1/0 0/0 {shop.example} {} "GET /x?a=1 HTTP/1.1"',
      event:
        '{"timestamp":"2026-11-21T10:00:01.970Z","client_ip":"192.0.2.7","client_port":21552,"frontend":"front~","backend":"app",' +
        '"server":"node1","request_ms":0,"queue_ms":0,"connect_ms":1,"response_ms":9,"duration_ms":10,"status":404,"bytes":1283,' +
        '"termination_state":"----","actconn":18,"feconn":17,"beconn":2,"srvconn":1,"retries":0,"srv_queue":0,"backend_queue":0,' +
        '"captured_request_headers":"shop.example","method":"GET","path":"/x?a=1","protocol":"HTTP/1.1"}',
    },
    {
      line: "192.0.2.7:50210 [21/Nov/2026:10:00:01.321] ssh-in ssh/<NOSRV> 1/-1/861 0 SC 2/1/0/0/0 0/0",
      event:
        '{"timestamp":"2026-11-21T10:00:01.321Z","client_ip":"192.0.2.7","client_port":50210,"frontend":"ssh-in","backend":"ssh",' +
        '"server":"<NOSRV>","queue_ms":1,"connect_ms":-1,"duration_ms":861,"bytes":0,"termination_state":"SC","actconn":2,"feconn":1,' +
        '"beconn":0,"srvconn":0,"retries":0,"srv_queue":0,"backend_queue":0}',
    },
    {
      line: "2001:db8::7:50210 [21/Nov/2026:10:00:01.321] front/1: SSL handshake failure",
      event:
        '{"timestamp":"2026-11-21T10:00:01.321Z","client_ip":"2001:db8::7","client_port":50210,"frontend":"front","server":"1",' +
        '"message":"SSL handshake failure"}',
    },
    {
      line: '192.0.2.7:21552 [21/Nov/2026:10:00:01.970] front~ app/node1 0/0/1/9/10 200 283 - - SH-- 1/1/0/0/0 0/0 "GET / HTTP/2.0" 0/0/0/0/0 shop.example/TLSv1.3/TLS_AES_128_GCM_SHA256 fc_err=- bc_err=ERESET',
      event:
        '{"timestamp":"2026-11-21T10:00:01.970Z","client_ip":"192.0.2.7","client_port":21552,"frontend":"front~","backend":"app",' +
        '"server":"node1","request_ms":0,"queue_ms":0,"connect_ms":1,"response_ms":9,"duration_ms":10,"status":200,"bytes":283,' +
        '"termination_state":"SH--","actconn":1,"feconn":1,"beconn":0,"srvconn":0,"retries":0,"srv_queue":0,"backend_queue":0,' +
        '"method":"GET","path":"/","protocol":"HTTP/2.0","ssl_errors":"0/0/0/0/0","sni":"shop.example","ssl_protocol":"TLSv1.3",' +
        '"ssl_cipher":"TLS_AES_128_GCM_SHA256","bc_err":"ERESET"}',
    },
    { line: "192.0.2.7:21552 [21/Nov/2026:10:00:01.970] front app/node1 0/0/1/9/10 OK", event: undefined },
    { line: "192.0.2.7:21552 [31/Nov/2026:10:00:01.970] front/1: SSL handshake failure", event: undefined },
    { line: '192.0.2.7 - - [21/Nov/2026:10:00:01 +0000] "GET / HTTP/1.1" 200 5', event: undefined },
  ],
  create: ({ nowMs }) => ({ parse: (line, event) => parse(line, event, nowMs()) }),
};

/** `CLIENT:PORT [TIME] `; a client on a socket is `unix:N`. */
const HEAD =
  /^(?:\[?([\da-fA-F.:]{2,45})\]?|unix|-):(\d{1,5}) \[(\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d[^\]]{0,12})\] /y;
const FRONT = "([^\\s/\\[]{1,128}) ([^\\s/]{1,128})/(\\S{1,128}) ";
const COUNTS = "(\\d{1,10})/(\\d{1,10})/(\\d{1,10})/(\\d{1,10})/\\+?(\\d{1,5}) (\\d{1,10})/(\\d{1,10})";
const TIME = "(\\+?-?\\d{1,10})";
const HTTP = new RegExp(
  `${FRONT}${TIME}/${TIME}/${TIME}/${TIME}/${TIME} (-?\\d{1,3}) \\+?(\\d{1,15}) (\\S{1,512}) (\\S{1,512}) (\\S{4}) ${COUNTS}` +
    '(?: \\{([^}]{0,4096})\\})?(?: \\{([^}]{0,4096})\\})? "(.*)$',
  "sy",
);
const TCP = new RegExp(`${FRONT}${TIME}/${TIME}/${TIME} \\+?(\\d{1,15}) (\\S{2}) ${COUNTS}$`, "y");
const FAILED = /([^\s/]{1,128})\/([^\s:]{1,128}): (.{1,1000})$/sy;
const CONNECT =
  /^Connect from (?:\[?([\da-fA-F.:]{2,45}?)\]?):(\d{1,5}) to (?:\[?([\da-fA-F.:]{2,45}?)\]?):(\d{1,5}) \(([^/)]{1,128})\/(HTTP|TCP)\)$/;

/** A time of an event, that under `option logasap` begins with `+`: it went on. */
function milliseconds(name: string): CellReader {
  return (cell, event) => measure(name)(cell.charCodeAt(0) === 0x2b ? cell.slice(1) : cell, event);
}

const OF_FRONT = [text("frontend"), text("backend"), text("server")];
const OF_COUNTS = ["actconn", "feconn", "beconn", "srvconn", "retries", "srv_queue", "backend_queue"].map(
  integer,
);
const OF_HTTP = [
  ...OF_FRONT,
  ...["request_ms", "queue_ms", "connect_ms", "response_ms", "duration_ms"].map(milliseconds),
  status("status"),
  integer("bytes"),
  text("captured_request_cookie"),
  text("captured_response_cookie"),
  text("termination_state"),
  ...OF_COUNTS,
  text("captured_request_headers"),
  text("captured_response_headers"),
];
const OF_TCP = [
  ...OF_FRONT,
  ...["queue_ms", "connect_ms", "duration_ms"].map(milliseconds),
  integer("bytes"),
  text("termination_state"),
  ...OF_COUNTS,
];
const OF_CONNECT = [
  text("client_ip"),
  integer("client_port"),
  text("server_ip"),
  integer("server_port"),
  text("frontend"),
  text("mode"),
];
const REQUEST = request("path");

function parse(line: string, event: EventWriter, nowMs: number): boolean {
  HEAD.lastIndex = 0;
  const head = HEAD.exec(line);
  if (head === null) return parseConnect(line, event);
  const timestamp = timeAt(
    line,
    line.indexOf("[", head[0].length - head[3]!.length - 4) + 1,
    nowMs,
  )?.timestamp;
  if (timestamp === undefined) return false;
  const at = head[0].length;
  event.text("timestamp", timestamp);
  event.textIf("client_ip", head[1]);
  if (head[1] !== undefined) event.number("client_port", Number(head[2]));
  const http = from(HTTP, line, at);
  if (http !== null) return writeHttp(http, event);
  const tcp = from(TCP, line, at);
  if (tcp !== null) return writeGroups(tcp, OF_TCP, event);
  const failed = from(FAILED, line, at);
  if (failed === null) return false;
  event.text("frontend", failed[1]!);
  event.text("server", failed[2]!);
  event.text("message", failed[3]!);
  return true;
}

function parseConnect(line: string, event: EventWriter): boolean {
  const match = line.startsWith("Connect from ") ? CONNECT.exec(line) : null;
  return match !== null && writeGroups(match, OF_CONNECT, event);
}

function from(pattern: RegExp, line: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(line);
}

/** Behind the request, which syslog may have cut, httpslog has `ERRORS SNI/VERSION/CIPHER`. */
const TLS = /^ (\S{1,128}) (\S{1,255})\/((?:TLSv|SSLv)[\d.]{1,3}|-)\/(\S{1,64})(?= |$)/;

function writeHttp(match: RegExpExecArray, event: EventWriter): boolean {
  if (!writeGroups(match.slice(0, OF_HTTP.length + 1), OF_HTTP, event)) return false;
  const rest = match.at(-1)!;
  const end = endOfRequest(rest);
  REQUEST(rest.slice(0, end), event);
  let behind = rest.slice(end + 1);
  const tls = TLS.exec(behind);
  if (tls !== null) {
    event.textIf("ssl_errors", tls[1]);
    event.textIf("sni", tls[2]);
    event.textIf("ssl_protocol", tls[3]);
    event.textIf("ssl_cipher", tls[4]);
    behind = behind.slice(tls[0].length);
  }
  if (behind.length > 1) writeTail(behind.slice(1), event);
  return true;
}

/**
 * The quote that ends the request, which syslog may have cut. HAProxy writes a quote within as `#22`, but others have
 * not always.
 */
function endOfRequest(rest: string): number {
  const version = VERSION.exec(rest);
  if (version !== null) return version.index + version[0].length - 1;
  const quote = rest.indexOf('"');
  return quote < 0 ? rest.length : quote;
}

const VERSION = / HTTP\/\d(?:\.\d)?"(?= |$)/;
