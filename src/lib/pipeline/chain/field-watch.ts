/**
 * Looks out for the fields that a stage was told of: whether any event that comes to it has them, by the reader that
 * stages use themselves. Once a field was seen nothing more is looked for, so that with the right names it costs the
 * first lines; else a search of each block, about 2 GB/s, and where that cannot tell the reading of it, about 1 GB/s.
 */
import { Event } from "../../event/event.js";
import { firstLines } from "../../event/lines.js";
import { FieldSet, Projector, type Rows } from "../../event/rows/rows.js";
import type { AskedField } from "../contract/stage.js";

/** The paths of a field that a stage asks for. */
export function pathsOf(field: AskedField): readonly string[] {
  return typeof field === "string" ? [field] : field;
}

/** What was seen of the fields of one stage, by whichever thread runs it. */
export interface FieldsSeen {
  /** Of the fields that are looked out for. */
  readonly seen: readonly string[];
  /** What events have, where a field was not seen: what may have been meant. */
  readonly names: readonly string[];
}

interface Wanted {
  readonly path: string;
  /** What is in the bytes of every event that has the field, unless its key is written with escapes. */
  readonly mark: Buffer | undefined;
}

const SAMPLE_LINES = 50;
const SAMPLE_BYTES = 64 * 1024;
/** A key may be written with escapes, which no search finds. */
const ESCAPE = Buffer.from("\\u");

export class FieldWatch {
  private wanted: readonly Wanted[];
  private projector: Projector | undefined;
  private news: { seen: string[]; names: Set<string> } | undefined;
  private hasSampled = false;

  constructor(paths: readonly string[]) {
    this.wanted = [...new Set(paths)].map((path) => ({ path, mark: markOf(path) }));
  }

  look(bytes: Buffer): void {
    if (this.wanted.length === 0 || bytes.length === 0) return;
    const first = firstLines(bytes, SAMPLE_BYTES);
    this.lookIn(first);
    if (this.wanted.length > 0 && first.length < bytes.length) this.lookIn(bytes.subarray(first.length));
    if (this.wanted.length === 0 || this.hasSampled) return;
    this.hasSampled = true;
    this.news ??= { seen: [], names: new Set() };
    for (const name of namesIn(first)) this.news.names.add(name);
  }

  /** What was found out since the last time; undefined when that is nothing. */
  take(): FieldsSeen | undefined {
    const { news } = this;
    this.news = undefined;
    return news && { seen: news.seen, names: [...news.names] };
  }

  private lookIn(bytes: Buffer): void {
    const { wanted } = this;
    const mayHave = ({ mark }: Wanted) => mark === undefined || bytes.includes(mark);
    if (!wanted.some(mayHave) && !bytes.includes(ESCAPE)) return;
    this.projector ??= new Projector(fieldsOf(wanted));
    const { rows } = this.projector.apply(bytes);
    const seen = wanted.filter((_, field) => isIn(rows, field));
    if (seen.length === 0) return;
    this.news ??= { seen: [], names: new Set() };
    for (const { path } of seen) this.news.seen.push(path);
    this.wanted = wanted.filter((one) => !seen.includes(one));
    this.projector = undefined;
  }
}

function fieldsOf(wanted: readonly Wanted[]): FieldSet {
  const fields = new FieldSet();
  for (const { path } of wanted) fields.add(path);
  return fields;
}

function isIn(rows: Rows, field: number): boolean {
  for (let row = 0; row < rows.count; row++) {
    if (rows.start(field, row) !== 0) return true;
    if (!rows.isDirect(field, row) && rows.raw(field, row) !== undefined) return true;
  }
  return false;
}

/**
 * The end of the last key on the way to a field; undefined where it may be written in another way, or be a place in an
 * array.
 */
function markOf(path: string): Buffer | undefined {
  const key = path.slice(path.lastIndexOf(".") + 1);
  return /^\d*$/.test(key) || /["\\/\u0000-\u001f]/.test(key) ? undefined : Buffer.from(`${key}"`);
}

/** The names of fields of the first events, those inside of objects as paths. */
function namesIn(bytes: Buffer): readonly string[] {
  const names = new Set<string>();
  for (const line of bytes.utf8Slice().split("\n", SAMPLE_LINES)) {
    const event = Event.parse(line);
    if (event instanceof Event) for (const name of namesOf(event, "")) names.add(name);
  }
  return [...names];
}

function* namesOf(event: Event, prefix: string): Generator<string> {
  for (const name of event.keys()) {
    yield prefix + name;
    const raw = event.raw(name)!;
    const inner = prefix === "" && raw.startsWith("{") ? Event.parse(raw) : undefined;
    if (inner instanceof Event) yield* namesOf(inner, `${name}.`);
  }
}
