/**
 * Looks out for the fields that a stage was told of: whether any event that comes to it has them. Once a field was seen nothing more is
 * looked for, so that with the right names it costs nothing but the first block; else a search of each block, about 2 GB/s.
 */
import { Event } from "../../event/event.js";

/** What was seen of the fields of one stage, by whichever thread runs it. */
export interface FieldsSeen {
  /** Of the fields that are looked out for. */
  readonly seen: readonly string[];
  /** What events have, where a field was not seen: what may have been meant. */
  readonly names: readonly string[];
}

const SAMPLE_LINES = 50;
const SAMPLE_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
/** A key may be written with escapes, which no search finds. */
const ESCAPE = Buffer.from("\\u");

export class FieldWatch {
  private wanted: readonly { readonly path: string; readonly keys: readonly Buffer[] }[];
  private news: { seen: string[]; names: Set<string> } | undefined;
  private hasSampled = false;

  constructor(paths: readonly string[]) {
    this.wanted = [...new Set(paths)].map((path) => ({ path, keys: keysOf(path) }));
  }

  look(bytes: Buffer): void {
    if (this.wanted.length === 0 || bytes.length === 0) return;
    const { wanted } = this;
    const isSeen = ({ path, keys }: (typeof wanted)[number]) =>
      bytes.includes(`"${path}"`) || (keys.length > 1 && keys.every((key) => bytes.includes(key)));
    const found = wanted.filter(isSeen);
    const isUnsure = found.length < wanted.length && bytes.includes(ESCAPE);
    const seen = isUnsure ? wanted : found;
    if (seen.length === 0 && this.hasSampled) return;
    this.news ??= { seen: [], names: new Set() };
    for (const { path } of seen) this.news.seen.push(path);
    this.wanted = wanted.filter((one) => !seen.includes(one));
    if (this.wanted.length === 0 || this.hasSampled) return;
    this.hasSampled = true;
    for (const name of namesIn(bytes)) this.news.names.add(name);
  }

  /** What was found out since the last time; undefined when that is nothing. */
  take(): FieldsSeen | undefined {
    const { news } = this;
    this.news = undefined;
    return news && { seen: news.seen, names: [...news.names] };
  }
}

/** The keys on the way to a field, without places in arrays. */
function keysOf(path: string): readonly Buffer[] {
  return path
    .split(".")
    .filter((key) => !/^\d+$/.test(key))
    .map((key) => Buffer.from(`"${key}"`));
}

/** The names of fields of the first events, those inside of objects as paths. */
function namesIn(bytes: Buffer): readonly string[] {
  const names = new Set<string>();
  let start = 0;
  for (let n = 0; n < SAMPLE_LINES && start < Math.min(bytes.length, SAMPLE_BYTES); n++) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end < 0 || end - start > SAMPLE_BYTES) break;
    const event = Event.parse(bytes.utf8Slice(start, end));
    if (event instanceof Event) for (const name of namesOf(event, "")) names.add(name);
    start = end + 1;
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
