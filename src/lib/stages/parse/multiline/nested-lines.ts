/**
 * Lines of which brackets, tags or quotes say where they end: an object of JSON, an element of XML, a row of
 * PostgreSQL's csvlog.
 */
import { hasOddQuotes } from "../records/cues.js";
import { JsonDepth } from "../records/json-depth.js";
import type { RecordKind } from "./kinds.js";
import { JSON_LINE, type LineVerdict } from "./record-kind.js";
import { XmlDepth } from "./xml-depth.js";

/** Undefined where a first line of this kind opens nothing. */
export function nestedBy(kind: RecordKind, head: string): NestedLines | OpenRow | undefined {
  if (kind === "row") return new OpenRow();
  return kind === "json" || kind === "xml" ? new NestedLines(kind, head) : undefined;
}

export class NestedLines {
  private readonly json: JsonDepth | undefined;
  /** Of many records, as java.util.logging writes them: each is its own. */
  private readonly isLog: boolean;
  private readonly depth: JsonDepth | XmlDepth;

  constructor(kind: "json" | "xml", head: string) {
    this.isLog = kind === "xml" && LOG.test(head);
    this.json = kind === "json" ? new JsonDepth(head) : undefined;
    this.depth = this.json ?? new XmlDepth(head);
  }

  get isClosed(): boolean {
    return this.depth.isClosed;
  }

  /** The same for those that go on alike. */
  get state(): string {
    const { depth } = this;
    if (depth.isClosed) return "closed";
    return depth instanceof XmlDepth ? `xml ${depth.state} ${this.isLog}` : `json ${depth.open}`;
  }

  accept(line: string): LineVerdict {
    const { depth } = this;
    if (this.isLog && line.startsWith("<record>")) return "ends";
    if (depth.isClosed || (this.json !== undefined && !JSON_LINE.test(line))) return "ends";
    depth.add(line);
    if (depth.isBroken) return "ends";
    return depth.isClosed ? "joins" : "maybe";
  }
}

/** A row whose first line ends within quotes. */
export class OpenRow {
  isClosed = false;

  get state(): string {
    return this.isClosed ? "closed" : "row";
  }

  accept(line: string): LineVerdict {
    if (this.isClosed) return "ends";
    this.isClosed = hasOddQuotes(line);
    return "joins";
  }
}

const LOG = /^<(?:\?xml |log>)/;
