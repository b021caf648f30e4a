import { table } from "../../base/table.js";
import { isoTime } from "../../base/time/read-time.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format, LineParser, StreamMemory } from "../format.js";
import { splitCsv } from "../structured/cells.js";
import { cellsOf } from "./cells.js";
import {
  address,
  type CellReader,
  ignored,
  integer,
  loose,
  measure,
  status,
  text,
  time,
  writeCells,
} from "./columns.js";
import { directive, headerBehind } from "./header.js";

/**
 * W3C Extended Log File Format: the directive `#Fields:` names the fields of the lines behind it. Times of `date` and
 * `time` are UTC, or of `#GMT-Offset`; those of `date-local` and `time-local` have no zone. A log without dates is of
 * the day of `#Date:`. Exchange has commas between names and between cells, and date and time in `date-time`.
 *
 * | event | field |
 * |---|---|
 * | `timestamp` | `date` and `time` |
 * | `client_ip`, `client_port`, `user`, `method`, `path`, `query`, `protocol`, `status` | `c-ip`, `c-port`, `cs-username`, `cs-method`, `cs-uri-stem`, `cs-uri-query`, `cs-version`, `sc-status` |
 * | `bytes`, `request_bytes` | `sc-bytes`, `cs-bytes` |
 * | `referer`, `user_agent`, `http_host`, `cookie` | `cs(Referer)`, `cs(User-Agent)`, `cs(Host)` or `cs-host`, `cs(Cookie)` |
 * | `server_ip`, `server_port`, `host`, `site` | `s-ip`, `s-port`, `s-computername`, `s-sitename` |
 * | `duration_ms` (IIS), `duration_s` (CloudFront), `time_taken` (others) | `time-taken` |
 *
 * Any other field has its own name with `_` for what is no letter or digit. Blanks that IIS writes as `+` in a user
 * agent, and CloudFront as `%20`, are blanks again.
 */
export const w3c: Format = {
  name: "w3c",
  aliases: ["iis", "w3c-extended", "cloudfront"],
  summary: "W3C extended logs with a #Fields line: IIS, Exchange, CloudFront, and many proxies",
  auto: true,
  isHeaded: true,
  reference:
    "https://www.w3.org/TR/WD-logfile; https://learn.microsoft.com/windows/win32/http/w3c-logging; " +
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html",
  examples: [
    {
      before: [
        "#Software: Microsoft Internet Information Services 10.0",
        "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus time-taken",
      ],
      line: "2026-11-21 10:00:02 198.51.100.3 GET /cart id=7 443 - 192.0.2.7 Mozilla/5.0+(X11) 200 0 31",
      event:
        '{"timestamp":"2026-11-21T10:00:02Z","server_ip":"198.51.100.3","method":"GET","path":"/cart","query":"id=7",' +
        '"server_port":443,"client_ip":"192.0.2.7","user_agent":"Mozilla/5.0 (X11)","status":200,"sc_substatus":0,"duration_ms":31}',
    },
    {
      before: [
        "#Version: 1.0",
        "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(User-Agent) time-taken",
      ],
      line: "2026-11-21\t10:00:02\tFRA56-P4\t2390\t2001:db8::7\tGET\tcurl/8.5%20x\t0.024",
      event:
        '{"timestamp":"2026-11-21T10:00:02Z","x_edge_location":"FRA56-P4","bytes":2390,"client_ip":"2001:db8::7","method":"GET",' +
        '"user_agent":"curl/8.5 x","duration_s":0.024}',
    },
    {
      before: ["#Software: Microsoft Exchange Server", "#Fields: date-time,client-ip,source,context"],
      line: '2026-11-21T10:00:02.123Z,192.0.2.7,SMTP,"R=""2 NO"", x"',
      event:
        '{"timestamp":"2026-11-21T10:00:02.123Z","client_ip":"192.0.2.7","w3c_source":"SMTP","context":"R=\\"2 NO\\", x"}',
    },
    {
      before: ["#Fields: date time c-ip sc-status"],
      line: "2026-11-21 10:00:02 192.0.2.7 200 more",
      event: undefined,
    },
    {
      before: ["#Fields: date time c-ip sc-status"],
      line: "2026-02-30 10:00:02 192.0.2.7 200",
      event: undefined,
    },
    { line: "2026-11-21 10:00:02 192.0.2.7 200", event: undefined },
  ],
  create: ({ memory = { header: "" } }) => new W3cParser(memory),
};

class W3cParser implements LineParser {
  private readonly memory: StreamMemory;
  private header = "";
  private table: Table | undefined;

  constructor(memory: StreamMemory) {
    this.memory = memory;
  }

  parse(line: string, event: EventWriter): boolean | "skip" {
    const { memory } = this;
    if (line.charCodeAt(0) === HASH && DIRECTIVE.test(line)) {
      const header = headerBehind(memory, line);
      if (header === undefined) return false;
      memory.header = header;
      return "skip";
    }
    if (memory.header !== this.header) {
      this.header = memory.header;
      const names = directive(this.header, "fields");
      this.table = names === undefined || !names.includes(" ") ? undefined : new Table(this.header, names);
    }
    return this.table?.parse(line, event) ?? false;
  }
}

const HASH = 0x23;
const DIRECTIVE = /^#(?:Software|Version|Start-Date|End-Date|Date|GMT-Offset|Remark|Log-type|Fields):/;

/** The lines below one header. */
class Table {
  private readonly columns: readonly CellReader[];
  private readonly date: number;
  private readonly time: number;
  /** Date and time in one. */
  private readonly moment: number;
  private readonly isLocal: boolean;
  private readonly hasCommas: boolean;
  private readonly zone: string;
  /** Of logs whose lines have no date: the day on which they begin, and the time. */
  private readonly day: string | undefined;
  private readonly begun: string;

  constructor(header: string, names: string) {
    this.hasCommas = !/[ \t]/.test(names.trim()) && names.includes(",");
    const titles = names.trim().split(this.hasCommas ? "," : /[ \t]+/);
    const at = (name: string) => titles.findIndex((title) => title.toLowerCase() === name);
    this.isLocal = at("date") < 0 && at("date-local") >= 0;
    this.date = this.isLocal ? at("date-local") : at("date");
    this.time = this.isLocal ? at("time-local") : at("time");
    this.moment = Math.max(at("date-time"), at("datetime"));
    const maker = makerOf(header, titles);
    const seen = new Set<string>();
    this.columns = titles.map((title, n) =>
      n === this.date || n === this.time || n === this.moment ? ignored : columnOf(title, maker, seen),
    );
    this.zone = OFFSET.exec(directive(header, "gmt-offset:")?.trim() ?? "")?.[0] ?? "Z";
    const begun = DATE_AND_TIME.exec(directive(header, "date:")?.trim() ?? "");
    this.day = begun?.[1];
    this.begun = begun?.[2] ?? "";
  }

  parse(line: string, event: EventWriter): boolean {
    const { columns } = this;
    const cells = this.cells(line);
    if (cells?.length !== columns.length || !this.writeTime(cells, event)) return false;
    return writeCells(cells, columns, event);
  }

  /** Cells stand apart by one tab, or by blanks; by commas where the names do. */
  private cells(line: string): readonly string[] | undefined {
    if (this.hasCommas) return splitCsv(line)?.map(({ text }) => text);
    if (line.includes("\t")) {
      const cells = line.split("\t");
      if (cells.length === this.columns.length) return cells;
    }
    return cellsOf(line);
  }

  private writeTime(cells: readonly string[], event: EventWriter): boolean {
    if (this.moment >= 0) return time("timestamp")(cells[this.moment]!, event);
    if (this.time < 0) return this.date < 0 || this.writeDay(cells[this.date]!, event);
    const clock = cells[this.time]!;
    if (!CLOCK.test(clock)) return false;
    const day = this.date < 0 ? this.dayOf(clock) : cells[this.date]!;
    if (day === undefined) {
      event.text("time", clock);
      return true;
    }
    const timestamp = isoTime(`${day} ${clock}${this.isLocal ? "" : this.zone}`);
    if (timestamp === undefined) return false;
    event.text("timestamp", timestamp);
    return true;
  }

  /** A date without a time is its first moment. */
  private writeDay(day: string, event: EventWriter): boolean {
    const timestamp = DAY.test(day) ? isoTime(`${day} 00:00:00${this.isLocal ? "" : this.zone}`) : undefined;
    if (timestamp !== undefined) event.text("timestamp", timestamp);
    return timestamp !== undefined;
  }

  /** A time before that at which the log begins is of the day after. */
  private dayOf(time: string): string | undefined {
    if (this.day === undefined || time >= this.begun) return this.day;
    const next = new Date(Date.parse(`${this.day}T00:00:00Z`) + 86_400_000);
    return Number.isNaN(next.getTime()) ? undefined : next.toISOString().slice(0, 10);
  }
}

const DATE_AND_TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d))?/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const CLOCK = /^\d\d:\d\d:\d\d(?:\.\d{1,9})?$/;
const OFFSET = /^[+-]\d\d:?\d\d$/;

type Maker = "iis" | "cloudfront" | "other";

function makerOf(header: string, titles: readonly string[]): Maker {
  if (titles.some((title) => title.startsWith("x-edge-"))) return "cloudfront";
  const isMicrosoft = directive(header, "software:")?.includes("Microsoft") === true;
  return isMicrosoft || titles.includes("sc-win32-status") || titles.includes("sc-substatus")
    ? "iis"
    : "other";
}

const COLUMNS: Readonly<Record<string, CellReader>> = table({
  "c-ip": address("client_ip"),
  "c-port": integer("client_port"),
  "cs-username": text("user"),
  "cs-method": text("method"),
  "cs-uri-stem": text("path"),
  "cs-uri-query": text("query"),
  "cs-uri": text("url"),
  "cs-version": text("protocol"),
  "cs-protocol-version": text("protocol"),
  "cs-protocol": text("scheme"),
  "sc-status": status("status"),
  "sc-bytes": integer("bytes"),
  "cs-bytes": integer("request_bytes"),
  "cs(referer)": text("referer"),
  "cs(referrer)": text("referer"),
  "cs(host)": text("http_host"),
  "cs-host": text("http_host"),
  "cs(cookie)": text("cookie"),
  "s-ip": address("server_ip"),
  "s-port": integer("server_port"),
  "s-computername": text("host"),
  "s-sitename": text("site"),
  timetakenms: integer("duration_ms"),
});

function columnOf(title: string, maker: Maker, seen: Set<string>): CellReader {
  const wanted = title.toLowerCase();
  if (wanted === "time-taken") return TIME_TAKEN[maker];
  if (wanted === "cs(user-agent)") return USER_AGENT[maker];
  const known = COLUMNS[wanted];
  if (known !== undefined && !seen.has(wanted)) {
    seen.add(wanted);
    return known;
  }
  const name = wanted.replace(/[^a-z0-9]{1,40}/g, "_").replace(/^_|_$/g, "") || "field";
  let n = 1;
  while (seen.has(n === 1 ? name : `${name}_${n}`)) n++;
  const unique = n === 1 ? name : `${name}_${n}`;
  seen.add(unique);
  return loose(OWN_NAMES.has(unique) ? `w3c_${unique}` : unique);
}

/** Fields that mean something else in an event. */
const OWN_NAMES: ReadonlySet<string> = new Set(["message", "timestamp", "level", "source"]);

const TIME_TAKEN: Readonly<Record<Maker, CellReader>> = {
  iis: integer("duration_ms"),
  cloudfront: measure("duration_s"),
  other: measure("time_taken"),
};

const USER_AGENT: Readonly<Record<Maker, CellReader>> = {
  iis: decoded((cell) => (cell.includes(" ") ? cell : cell.replaceAll("+", " "))),
  cloudfront: decoded((cell) => cell.replace(/%(?:25)?20/g, " ")),
  other: text("user_agent"),
};

function decoded(decode: (cell: string) => string): CellReader {
  return (cell, event) => {
    event.textIf("user_agent", decode(cell));
    return true;
  };
}
