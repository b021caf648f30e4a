import { isoTime } from "../../base/time/read-time.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";
import { cellsOf } from "../tables/cells.js";
import { type CellReader, integer, request, status, text, withPort } from "../tables/columns.js";

/**
 * Access logs of Envoy in its default format, and of Istio's proxies, which have more columns. Times are milliseconds:
 * `duration_ms`, `upstream_service_time_ms`. `bytes` is what was sent, `request_bytes` what came.
 */
export const envoy: Format = {
  name: "envoy",
  aliases: ["istio"],
  summary: "access logs of Envoy and Istio in their default formats",
  auto: true,
  openings: ["[0"],
  reference:
    "https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#default-format-string; " +
    "https://istio.io/latest/docs/tasks/observability/logs/access-log/#default-access-log-format",
  examples: [
    {
      line: '[2026-11-21T10:00:01.123Z] "POST /api/v1/cart HTTP/2" 204 - 154 0 226 100 "192.0.2.7" "grpc-go/1.60" "a7b3-11" "shop.example" "tcp://10.0.0.1:8080"',
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","method":"POST","path":"/api/v1/cart","protocol":"HTTP/2","status":204,' +
        '"request_bytes":154,"bytes":0,"duration_ms":226,"upstream_service_time_ms":100,"x_forwarded_for":"192.0.2.7",' +
        '"user_agent":"grpc-go/1.60","request_id":"a7b3-11","http_host":"shop.example","upstream":"tcp://10.0.0.1:8080"}',
    },
    {
      line: '[2026-11-21T10:00:01.123Z] "GET /status/418 HTTP/1.1" 418 UF via_upstream - "-" 0 135 4 4 "-" "curl/8.5" "84961386" "httpbin:8000" "10.0.0.1:80" outbound|8000||httpbin.shop.svc.cluster.local 10.0.0.2:37652 10.0.0.3:8000 10.0.0.2:37650 - default',
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","method":"GET","path":"/status/418","protocol":"HTTP/1.1","status":418,"response_flags":"UF",' +
        '"response_code_details":"via_upstream","request_bytes":0,"bytes":135,"duration_ms":4,"upstream_service_time_ms":4,' +
        '"user_agent":"curl/8.5","request_id":"84961386","http_host":"httpbin:8000","upstream":"10.0.0.1:80",' +
        '"upstream_cluster":"outbound|8000||httpbin.shop.svc.cluster.local","upstream_local_address":"10.0.0.2:37652",' +
        '"downstream_local_address":"10.0.0.3:8000","client_ip":"10.0.0.2","client_port":37650,"route_name":"default"}',
    },
    {
      line: '[2026-11-21T10:00:01.123Z] "GET /cart HTTP/1.1" 200 - "-" 0 5723 32 31 "192.0.2.7" "curl/8.5" "8cda8b91" "shop.example" "127.0.0.1:9080" inbound|9080|http|cart - 10.0.0.3:9080 10.0.0.2:37650 -',
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","method":"GET","path":"/cart","protocol":"HTTP/1.1","status":200,"request_bytes":0,' +
        '"bytes":5723,"duration_ms":32,"upstream_service_time_ms":31,"x_forwarded_for":"192.0.2.7","user_agent":"curl/8.5",' +
        '"request_id":"8cda8b91","http_host":"shop.example","upstream":"127.0.0.1:9080","upstream_cluster":"inbound|9080|http|cart",' +
        '"downstream_local_address":"10.0.0.3:9080","client_ip":"10.0.0.2","client_port":37650}',
    },
    {
      line: '[2026-11-21T10:00:01.123Z] "- - -" 0 UF "-" "TLS error" 0 0 2 - "-" "-" "-" "-" "10.0.0.1:443" outbound|443||db - 10.0.0.3:443 10.0.0.2:37650 db.example default',
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","status":0,"response_flags":"UF","upstream_transport_failure_reason":"TLS error",' +
        '"request_bytes":0,"bytes":0,"duration_ms":2,"upstream":"10.0.0.1:443","upstream_cluster":"outbound|443||db",' +
        '"downstream_local_address":"10.0.0.3:443","client_ip":"10.0.0.2","client_port":37650,"sni":"db.example","route_name":"default"}',
    },
    { line: '[2026-11-21T10:00:01.123Z] "GET / HTTP/1.1" 200', event: undefined },
    { line: "[2026-11-21T10:00:01.123Z] ready", event: undefined },
    {
      line: '[2026-11-31T10:00:01.123Z] "GET / HTTP/1.1" 200 - 0 1 2 3 "-" "-" "-" "-" "-"',
      event: undefined,
    },
  ],
  create: () => ({ parse }),
};

const HEAD = /^\[(\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:?\d\d))\] (?=")/;
const BEFORE: readonly CellReader[] = [request("path"), status("status"), text("response_flags")];
const OF_ISTIO: readonly CellReader[] = [
  text("response_code_details"),
  text("connection_termination_details"),
  text("upstream_transport_failure_reason"),
];
const BEHIND: readonly CellReader[] = [
  integer("request_bytes"),
  integer("bytes"),
  integer("duration_ms"),
  integer("upstream_service_time_ms"),
  text("x_forwarded_for"),
  text("user_agent"),
  text("request_id"),
  text("http_host"),
  text("upstream"),
];
const MORE: readonly CellReader[] = [
  text("upstream_cluster"),
  text("upstream_local_address"),
  text("downstream_local_address"),
  withPort("client_ip", "client_port"),
  text("sni"),
  text("route_name"),
];
/**
 * By how many cells stand between the flags and the bytes. Istio 1.1 to 1.3 had Mixer's status there, 1.4 and 1.5 a
 * reason beside it.
 */
const BETWEEN: readonly (readonly CellReader[])[] = [
  [],
  [text("mixer_status")],
  [text("mixer_status"), text("upstream_transport_failure_reason")],
  OF_ISTIO,
];

function parse(line: string, event: EventWriter): boolean {
  const head = HEAD.exec(line);
  const timestamp = head === null ? undefined : isoTime(head[1]!);
  if (timestamp === undefined) return false;
  const cells = cellsOf(line.slice(head![0].length));
  const columns = cells === undefined ? undefined : columnsOf(cells);
  if (columns === undefined) return false;
  event.text("timestamp", timestamp);
  for (let i = 0; i < cells!.length; i++) if (!columns[i]!(cells![i]!, event)) return false;
  return true;
}

const layouts = new Map<number, readonly CellReader[]>();

/**
 * What the cells are: the bytes, two numbers, tell where those in the middle end; Istio has had more behind, a few more
 * each year.
 */
function columnsOf(cells: readonly string[]): readonly CellReader[] | undefined {
  let bytes = BEFORE.length;
  while (bytes < BEFORE.length + BETWEEN.length && !areCounts(cells, bytes)) bytes++;
  const between = BETWEEN[bytes - BEFORE.length];
  const behind = cells.length - bytes - BEHIND.length;
  if (between === undefined || behind < 0 || behind > MORE.length) return undefined;
  let columns = layouts.get(between.length);
  if (columns === undefined) {
    columns = [...BEFORE, ...between, ...BEHIND, ...MORE];
    layouts.set(between.length, columns);
  }
  return columns;
}

function areCounts(cells: readonly string[], at: number): boolean {
  return isCount(cells[at]) && isCount(cells[at + 1]) && (cells[at + 2] === "-" || isCount(cells[at + 2]));
}

const isCount = (cell: string | undefined) => cell !== undefined && /^\d{1,19}$/.test(cell);
