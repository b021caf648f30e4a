/**
 * Zeek's (Bro's) tab-separated logs, column by column as its reference of log files has them: `-` is unset, `(empty)`
 * is empty.
 */
interface Table {
  readonly name: string;
  /** Each a pattern and its field: "IP orig_h|[source][ip]". */
  readonly columns: readonly string[];
}

const START = [
  "NUMBER ts|timestamp",
  "NOTSPACE uid|[zeek][session_id]",
  "IP orig_h|[source][ip]",
  "INT orig_p:int|[source][port]:int",
  "IP resp_h|[destination][ip]",
  "INT resp_p:int|[destination][port]:int",
];
const text = (legacy: string, ecs: string) => `ZEEK_DATA ${legacy}|${ecs}`;
const int = (legacy: string, ecs: string) => `INT ${legacy}:int|${ecs}:int`;
const bool = (legacy: string, ecs: string) => `ZEEK_BOOL ${legacy}|${ecs}`;

const HTTP_START = [
  ...START,
  int("trans_depth", "[zeek][http][trans_depth]"),
  "WORD method|[http][request][method]",
  text("domain", "[url][domain]"),
  text("uri", "[url][original]"),
  text("referrer", "[http][request][referrer]"),
];
const HTTP_SIZES = [
  int("request_body_len", "[http][request][body][bytes]"),
  int("response_body_len", "[http][response][body][bytes]"),
  int("status_code", "[http][response][status_code]"),
  text("status_msg", "[zeek][http][status_msg]"),
  int("info_code", "[zeek][http][info_code]"),
  text("info_msg", "[zeek][http][info_msg]"),
];
const AGENT = text("user_agent", "[user_agent][original]");
const LOGIN = [
  text("username", "[url][username]"),
  text("password", "[url][password]"),
  text("proxied", "[zeek][http][proxied]"),
  text("orig_fuids", "[zeek][http][orig_fuids]"),
];
const ORIG_TYPE = text("orig_mime_types", "[http][request][mime_type]");
const RESP_FUIDS = text("resp_fuids", "[zeek][http][resp_fuids]");
const RESP_TYPE = text("resp_mime_types", "[http][response][mime_type]");

const DNS_START = [...START, "WORD proto|[network][transport]", int("trans_id", "[dns][id]")];
const DNS_REST = [
  text("query", "[dns][question][name]"),
  int("qclass", "[zeek][dns][qclass]"),
  text("qclass_name", "[zeek][dns][qclass_name]"),
  int("qtype", "[zeek][dns][qtype]"),
  text("qtype_name", "[dns][question][type]"),
  int("rcode", "[zeek][dns][rcode]"),
  text("rcode_name", "[dns][response_code]"),
  ...["AA", "TC", "RD", "RA"].map((name) => bool(name, `[zeek][dns][${name}]`)),
  int("Z", "[zeek][dns][Z]"),
  text("answers", "[zeek][dns][answers]"),
  text("TTLs", "[zeek][dns][TTLs]"),
  bool("rejected", "[zeek][dns][rejected]"),
];

const CONN_START = [
  ...START,
  "WORD proto|[network][transport]",
  text("service", "[network][protocol]"),
  "NUMBER duration:float|[zeek][connection][duration]:float",
  int("orig_bytes", "[zeek][connection][orig_bytes]"),
  int("resp_bytes", "[zeek][connection][resp_bytes]"),
  text("conn_state", "[zeek][connection][state]"),
  bool("local_orig", "[zeek][connection][local_orig]"),
];
const CONN_REST = [
  int("missed_bytes", "[zeek][connection][missed_bytes]"),
  text("history", "[zeek][connection][history]"),
  int("orig_pkts", "[source][packets]"),
  int("orig_ip_bytes", "[source][bytes]"),
  int("resp_pkts", "[destination][packets]"),
  int("resp_ip_bytes", "[destination][bytes]"),
  text("tunnel_parents", "[zeek][connection][tunnel_parents]"),
];
const LOCAL_RESP = bool("local_resp", "[zeek][connection][local_resp]");

const FILES = [
  "NUMBER ts|timestamp",
  "NOTSPACE fuid|[zeek][files][fuid]",
  "IP tx_hosts|[server][ip]",
  "IP rx_hosts|[client][ip]",
  text("conn_uids", "[zeek][files][session_ids]"),
  text("source", "[zeek][files][source]"),
  int("depth", "[zeek][files][depth]"),
  text("analyzers", "[zeek][files][analyzers]"),
  text("mime_type", "[file][mime_type]"),
  text("filename", "[file][name]"),
  "NUMBER duration:float|[zeek][files][duration]:float",
  bool("local_orig", "[zeek][files][local_orig]"),
  bool("is_orig", "[zeek][files][is_orig]"),
  int("seen_bytes", "[zeek][files][seen_bytes]"),
  int("total_bytes", "[file][size]"),
  int("missing_bytes", "[zeek][files][missing_bytes]"),
  int("overflow_bytes", "[zeek][files][overflow_bytes]"),
  bool("timedout", "[zeek][files][timedout]"),
  text("parent_fuid", "[zeek][files][parent_fuid]"),
  ...["md5", "sha1", "sha256"].map((name) => text(name, `[file][hash][${name}]`)),
  text("extracted", "[zeek][files][extracted]"),
];

/** As of Bro 2.4, and of Zeek 3. */
const TABLES: readonly Table[] = [
  {
    name: "BRO_HTTP",
    columns: [
      ...HTTP_START,
      AGENT,
      ...HTTP_SIZES,
      text("filename", "[zeek][http][filename]"),
      text("bro_tags", "[zeek][http][tags]"),
      ...LOGIN,
      ORIG_TYPE,
      RESP_FUIDS,
      RESP_TYPE,
    ],
  },
  {
    name: "ZEEK_HTTP",
    columns: [
      ...HTTP_START,
      "NUMBER httpversion|[http][version]",
      AGENT,
      text("origin", "[zeek][http][origin]"),
      ...HTTP_SIZES,
      text("tags", "[zeek][http][tags]"),
      ...LOGIN,
      text("orig_filenames", "[zeek][http][orig_filenames]"),
      ORIG_TYPE,
      RESP_FUIDS,
      text("resp_filenames", "[zeek][http][resp_filenames]"),
      RESP_TYPE,
    ],
  },
  { name: "BRO_DNS", columns: [...DNS_START, ...DNS_REST] },
  { name: "ZEEK_DNS", columns: [...DNS_START, "NUMBER rtt:float|[zeek][dns][rtt]:float", ...DNS_REST] },
  { name: "BRO_CONN_24", columns: [...CONN_START, LOCAL_RESP, ...CONN_REST] },
  { name: "BRO_CONN_23", columns: [...CONN_START, ...CONN_REST] },
  { name: "ZEEK_CONN_COLUMNS", columns: [...CONN_START, LOCAL_RESP, ...CONN_REST] },
  {
    name: "ZEEK_CONN_MACS",
    columns: [
      ...CONN_START,
      LOCAL_RESP,
      ...CONN_REST,
      "COMMONMAC orig_l2_addr|[source][mac]",
      "COMMONMAC resp_l2_addr|[destination][mac]",
    ],
  },
  { name: "BRO_FILES", columns: FILES },
  {
    name: "ZEEK_FILES",
    columns: [
      ...FILES,
      bool("extracted_cutoff", "[zeek][files][extracted_cutoff]"),
      int("extracted_size", "[zeek][files][extracted_size]"),
    ],
  },
];

function lineOf({ name, columns }: Table): string {
  const cells = columns.map((column) => {
    const [pattern, field] = column.split(" ");
    return `(?:-|\\(empty\\)|%{${pattern}:${field}})`;
  });
  return `${name} ${cells.join("\\t")}$`;
}

export const ZEEK = String.raw`
ZEEK_BOOL [TF]
ZEEK_DATA [^\t]+
BRO_BOOL %{ZEEK_BOOL}
BRO_DATA %{ZEEK_DATA}
${TABLES.map(lineOf).join("\n")}
BRO_CONN (?:%{BRO_CONN_24}|%{BRO_CONN_23})
ZEEK_CONN (?:%{ZEEK_CONN_COLUMNS}|%{ZEEK_CONN_MACS})
`;
