import { epochTime } from "../../base/time/read-time.js";
import { type EventWriter, quote } from "../../event/writer.js";
import type { Format, LineParser, StreamMemory } from "../format.js";
import { type Fields, Normaliser } from "../normalise/normaliser.js";
import { directive, headerBehind, isOfZeek, separatorOf } from "./header.js";

/**
 * Zeek's logs as its ASCII writer makes them: `#fields` names the columns and `#types` says what they hold. Fields have
 * the names that Zeek's JSON has, `ts` is the `timestamp`; numbers, intervals (seconds), booleans, times, sets and
 * vectors become those of JSON. What is unset is left out; an empty set is `[]`.
 */
export const zeek: Format = {
  name: "zeek",
  aliases: ["bro"],
  summary: "logs of Zeek (Bro) with tab-separated columns and a header",
  auto: true,
  isHeaded: true,
  reference: "https://docs.zeek.org/en/master/log-formats.html#zeek-tsv-format-logs",
  examples: [
    {
      before: [
        "#separator \\x09",
        "#set_separator\t,",
        "#empty_field\t(empty)",
        "#unset_field\t-",
        "#path\tconn",
        "#open\t2026-11-21-10-00-00",
        "#fields\tts\tuid\tid.orig_h\tid.orig_p\tduration\tlocal_orig\ttunnel_parents",
        "#types\ttime\tstring\taddr\tport\tinterval\tbool\tset[string]",
      ],
      line: "1795255201.123456\tCq1mXk\t192.0.2.7\t50122\t0.003\tT\t(empty)",
      event:
        '{"timestamp":"2026-11-21T10:00:01.123456Z","uid":"Cq1mXk","id.orig_h":"192.0.2.7","id.orig_p":50122,"duration":0.003,' +
        '"local_orig":true,"tunnel_parents":[]}',
    },
    {
      before: ["#fields\tts\tname\tanswers\tttl", "#types\ttime\tstring\tvector[string]\tcount"],
      line: "1795255201.5\tshop.example\t192.0.2.1,192.0.2.2\t-",
      event:
        '{"timestamp":"2026-11-21T10:00:01.5Z","name":"shop.example","answers":["192.0.2.1","192.0.2.2"]}',
    },
    {
      before: ["#fields\tts\tname\tttl", "#types\ttime\tstring\tcount"],
      line: "1795255201.5\tshop.example",
      event: undefined,
    },
    {
      before: ["#fields\tts\tname\tttl", "#types\ttime\tstring\tcount"],
      line: "2026-11-21 10:00:01\tshop.example\t60",
      event: undefined,
    },
    { line: "1795255201.5\tshop.example\t60", event: undefined },
  ],
  create: ({ memory = { header: "" } }) => new ZeekParser(memory),
};

class ZeekParser implements LineParser {
  private readonly memory: StreamMemory;
  private header = "";
  private table: Table | undefined;

  constructor(memory: StreamMemory) {
    this.memory = memory;
  }

  parse(line: string, event: EventWriter): boolean | "skip" {
    const { memory } = this;
    if (line.charCodeAt(0) === HASH) {
      const folded = headerBehind(memory, line);
      if (folded !== undefined && (folded === "" || isOfZeek(folded))) {
        memory.header = folded;
        return "skip";
      }
    }
    if (memory.header !== this.header) {
      this.header = memory.header;
      this.table = isOfZeek(this.header) ? tableOf(this.header) : undefined;
    }
    return this.table?.parse(line, event) ?? false;
  }
}

const HASH = 0x23;

function tableOf(header: string): Table | undefined {
  const separator = separatorOf(header);
  const names = directive(header, "fields")?.split(separator);
  if (names === undefined || names.length < 2) return undefined;
  const types = directive(header, "types")?.split(separator) ?? [];
  return new Table(names, types.length === names.length ? types : [], {
    cell: separator,
    element: directive(header, "set_separator") ?? ",",
    empty: directive(header, "empty_field") ?? "(empty)",
    unset: directive(header, "unset_field") ?? "-",
  });
}

interface Marks {
  readonly cell: string;
  readonly element: string;
  readonly empty: string;
  readonly unset: string;
}

/** JSON text of a cell; undefined: it is none of the column's type. */
type ReadCell = (cell: string) => string | undefined;

/** The lines below one header. */
class Table {
  private readonly names: readonly string[];
  private readonly readers: readonly ReadCell[];
  private readonly marks: Marks;
  private readonly normaliser = new Normaliser();

  constructor(names: readonly string[], types: readonly string[], marks: Marks) {
    this.names = names.map((name) => (name === "ts" ? "timestamp" : name));
    this.readers = names.map((name, n) => readerOf(types[n] ?? (name === "ts" ? "time" : "string"), marks));
    this.marks = marks;
  }

  parse(line: string, event: EventWriter): boolean {
    const { names, readers, marks } = this;
    const cells = line.split(marks.cell);
    if (cells.length !== names.length) return false;
    const row = new Row();
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i]!;
      if (cell === marks.unset) continue;
      const json = readers[i]!(cell);
      if (json === undefined) return false;
      row.names.push(names[i]!);
      row.values.push(json);
    }
    this.normaliser.write(row, event);
    return true;
  }
}

class Row implements Fields {
  readonly names: string[] = [];
  readonly values: string[] = [];

  raw(i: number): string {
    return this.values[i]!;
  }

  copy(first: number, last: number, event: EventWriter): void {
    for (let i = first; i <= last; i++) event.json(this.names[i]!, this.values[i]!);
  }
}

function readerOf(type: string, marks: Marks): ReadCell {
  const inner = /^(?:set|vector|table)\[(\w{1,20})\]$/.exec(type)?.[1];
  if (inner !== undefined) return listReader(readerOf(inner, marks), marks);
  if (type === "time") return readTime;
  if (type === "bool") return (cell) => (cell === "T" ? "true" : cell === "F" ? "false" : undefined);
  if (NUMBERS.has(type)) return (cell) => (NUMBER.test(cell) ? cell : undefined);
  return (cell) => (cell === marks.empty ? '""' : quote(unescaped(cell)));
}

const NUMBERS = new Set(["count", "int", "port", "double", "interval"]);
const NUMBER = /^-?(?:0|[1-9]\d{0,30})(?:\.\d{1,30})?(?:e[+-]?\d{1,3})?$/;

function readTime(cell: string): string | undefined {
  const time = epochTime(cell, "s");
  return time === undefined ? undefined : quote(time);
}

function listReader(read: ReadCell, { element, empty, unset }: Marks): ReadCell {
  return (cell) => {
    if (cell === empty) return "[]";
    const values: string[] = [];
    for (const part of cell.split(element)) {
      const json = part === unset ? "null" : read(part);
      if (json === undefined) return undefined;
      values.push(json);
    }
    return `[${values.join(",")}]`;
  };
}

/** Zeek writes what is no plain text, and its own separators, as `\xHH`. */
function unescaped(cell: string): string {
  if (!cell.includes("\\x")) return cell;
  return cell.replace(/(?:\\x[0-9a-f]{2}){1,4096}/g, (written) => {
    const bytes = Buffer.from(written.replaceAll("\\x", ""), "hex");
    const decoded = bytes.toString("utf8");
    return decoded.includes("\ufffd") ? written : decoded;
  });
}
