import { epochTime } from "../../base/time/read-time.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format } from "../format.js";
import { address, integer, status, text, writeGroups } from "../tables/columns.js";

/** Squid's native access log: `TIME DURATION CLIENT RESULT/STATUS BYTES METHOD URL USER HIERARCHY/PEER TYPE`. */
export const squid: Format = {
  name: "squid",
  summary: "access logs of Squid in its native format",
  auto: true,
  openings: ["number"],
  reference: "https://wiki.squid-cache.org/Features/LogFormat#squid-native-accesslog-format-in-detail",
  examples: [
    {
      line: "1795255201.123     45 192.0.2.7 TCP_MISS/200 4512 GET http://shop.example/cart?id=7 anna HIER_DIRECT/198.51.100.3 text/html",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","duration_ms":45,"client_ip":"192.0.2.7","cache_result":"TCP_MISS","status":200,"bytes":4512,' +
        '"method":"GET","url":"http://shop.example/cart?id=7","user":"anna","hierarchy":"HIER_DIRECT","peer":"198.51.100.3",' +
        '"content_type":"text/html"}',
    },
    {
      line: "1795255201.123      0 2001:db8::7 TCP_DENIED/407 3920 CONNECT shop.example:443 - HIER_NONE/- -",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123Z","duration_ms":0,"client_ip":"2001:db8::7","cache_result":"TCP_DENIED","status":407,' +
        '"bytes":3920,"method":"CONNECT","url":"shop.example:443","hierarchy":"HIER_NONE"}',
    },
    { line: "1795255201.123 45 192.0.2.7 hello", event: undefined },
    { line: "1795255201.123 45 192.0.2.7 TCP_MISS/200 4512 GET", event: undefined },
  ],
  create: () => ({ parse }),
};

const LINE =
  /^(\d{9,10}\.\d{1,6}) {1,8}(\d{1,10}) (\S{1,255}) ([A-Z_]{3,40})\/(\d{3}) (\d{1,15}) ([A-Za-z_:-]{1,32}) (\S{1,16384}) (\S{1,512}) ([A-Z_]{3,40})\/(\S{1,255}) (\S{1,255}.{0,2048})$/s;
const COLUMNS = [
  integer("duration_ms"),
  address("client_ip"),
  text("cache_result"),
  status("status"),
  integer("bytes"),
  text("method"),
  text("url"),
  text("user"),
  text("hierarchy"),
  text("peer"),
  text("content_type"),
];

function parse(line: string, event: EventWriter): boolean {
  const match = LINE.exec(line);
  const timestamp = match === null ? undefined : epochTime(match[1]!, "s");
  if (timestamp === undefined) return false;
  event.text("timestamp", timestamp);
  return writeGroups(match!.slice(1), COLUMNS, event);
}
