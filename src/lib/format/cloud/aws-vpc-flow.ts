import { table } from "../../base/table.js";
import { epochTime } from "../../base/time/read-time.js";
import type { EventWriter } from "../../event/writer.js";
import type { Format, LineParser, StreamMemory } from "../format.js";
import { address, type CellReader, integer, matching, text } from "../tables/columns.js";
import { headerBehind, isFieldNames } from "../tables/header.js";

/**
 * Flow logs of AWS VPCs: the default fields of version 2, or those that the first line of a file names. Fields have the
 * names of AWS with `_`; `timestamp` is `start`. Transit gateways write the same with other fields, which are text.
 */
export const awsVpcFlow: Format = {
  name: "aws-vpc-flow",
  aliases: ["vpc-flow"],
  summary: "flow logs of AWS VPCs, in the default format or with a header line",
  auto: true,
  isHeaded: true,
  openings: ["number"],
  reference: "https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html",
  examples: [
    {
      line: "2 123456789010 eni-1235b8ca123456789 192.0.2.7 198.51.100.3 20641 22 6 20 4249 1795255201 1795255261 ACCEPT OK",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","version":2,"account_id":"123456789010","interface_id":"eni-1235b8ca123456789",' +
        '"srcaddr":"192.0.2.7","dstaddr":"198.51.100.3","srcport":20641,"dstport":22,"protocol":6,"packets":20,"bytes":4249,' +
        '"start":1795255201,"end":1795255261,"action":"ACCEPT","log_status":"OK"}',
    },
    {
      line: "2 123456789010 eni-1235b8ca123456789 - - - - - - - 1795255201 1795255261 - NODATA",
      event:
        '{"timestamp":"2026-11-21T10:00:01Z","version":2,"account_id":"123456789010","interface_id":"eni-1235b8ca123456789",' +
        '"start":1795255201,"end":1795255261,"log_status":"NODATA"}',
    },
    {
      line: "2 123456789010 eni-1235b8ca123456789 192.0.2.7 198.51.100.3 20641 22 6 20 4249",
      event: undefined,
    },
    { line: "2 of 3 done", event: undefined },
  ],
  create: ({ memory = new OwnMemory() }) => new FlowParser(memory),
};

/** Of a parser that stands alone: its first line may be the header. */
class OwnMemory implements StreamMemory {
  header = "";
  isAtStart = true;
}

const DEFAULT =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status".split(
    " ",
  );
const OF_DEFAULT = /^\d{1,2} (?:\d{12}|unknown) eni-[\da-f]{8,24} /;

class FlowParser implements LineParser {
  private readonly memory: StreamMemory;
  private header = "";
  private table: FlowTable | undefined;
  private readonly standard = new FlowTable(DEFAULT);

  constructor(memory: StreamMemory) {
    this.memory = memory;
  }

  parse(line: string, event: EventWriter): boolean | "skip" {
    const { memory } = this;
    if (isLetter(line.charCodeAt(0))) {
      const header = headerBehind(memory, line);
      if (header !== undefined) {
        memory.header = header;
        return "skip";
      }
    }
    if (memory.header !== this.header) {
      this.header = memory.header;
      this.table = isFieldNames(this.header) ? new FlowTable(this.header.split(" ")) : undefined;
    }
    if (this.table !== undefined) return this.table.parse(line, event);
    return OF_DEFAULT.test(line) && this.standard.parse(line, event);
  }
}

const isLetter = (code: number) => code >= 0x61 && code <= 0x7a;

class FlowTable {
  private readonly columns: readonly CellReader[];
  private readonly start: number;

  constructor(names: readonly string[]) {
    this.columns = names.map(
      (name) => COLUMNS[name]?.(name.replaceAll("-", "_")) ?? text(name.replaceAll("-", "_")),
    );
    this.start = names.indexOf("start");
  }

  parse(line: string, event: EventWriter): boolean {
    const cells = line.split(" ");
    if (cells.length !== this.columns.length) return false;
    const start = this.start < 0 ? undefined : epochTime(cells[this.start]!, "s");
    if (start !== undefined) event.text("timestamp", start);
    for (let i = 0; i < cells.length; i++) if (!this.columns[i]!(cells[i]!, event)) return false;
    return true;
  }
}

const ACTION = /^(?:ACCEPT|REJECT)$/;
const COLUMNS: Readonly<Record<string, (name: string) => CellReader>> = table({
  ...Object.fromEntries(
    "version srcport dstport protocol packets bytes start end tcp-flags traffic-path encryption-status"
      .split(" ")
      .map((name) => [name, integer]),
  ),
  ...Object.fromEntries("srcaddr dstaddr pkt-srcaddr pkt-dstaddr".split(" ").map((name) => [name, address])),
  action: (name) => matching(name, ACTION),
  "log-status": (name) => matching(name, /^(?:OK|NODATA|SKIPDATA)$/),
});
