// Enter here: what lines of a stream say about those behind them, however the stream is cut.
/** What is known of the lines to come of a block: by the file that a line was read from, where an envelope names it. */
import { dateOrderEvidence, hasDateOfNumbers } from "../../../base/time/time-at.js";
import type { StreamMemory } from "../../../format/format.js";

const NEWLINE = 0x0a;
/** A date is looked for in as much of a line. */
const LOOKED_AT_BYTES = 256;

/** Of more files in one stream the oldest are forgotten. */
const SOURCES_MAX = 64;

interface Known {
  header: string;
}

/**
 * As text it is JSON, `{"SOURCE":{"header":"..."},"dates":"dmy"}`, or "" where nothing is known. SOURCE is the JSON of an envelope's
 * `source`, or "" for lines as they are. `dates` is the order of the numbers of dates once a line has said it, or "open" where the
 * stream begins with a date of numbers and none has yet: then each line is looked at, before it is read.
 */
export class Memory implements StreamMemory {
  private readonly sources = new Map<string, Known>();
  private source: string | undefined = "";
  private current: Known | undefined;
  /** The text of all this; undefined when it is to be made again. */
  private text: string | undefined = "";

  /** Whether the next line is the first of the stream. */
  isAtStart = false;
  private dates: "open" | "dmy" | "mdy" | undefined;
  /** Where the next line begins that is to be looked at. */
  private lookedTo = 0;

  /** Forgets all, and knows what `text` says; undefined: the stream begins. */
  load(known: string | undefined): void {
    const text = known ?? "";
    this.isAtStart = known === undefined;
    this.lookedTo = 0;
    this.use("");
    if (text === this.text) return;
    this.sources.clear();
    this.dates = undefined;
    this.text = text;
    if (text !== "") this.read(JSON.parse(text) as Record<string, Known>);
    this.current = this.sources.get("");
  }

  save(): string {
    const { dates } = this;
    const isNothing = this.sources.size === 0 && dates === undefined;
    this.text ??= isNothing ? "" : JSON.stringify({ ...Object.fromEntries(this.sources), dates });
    return this.text;
  }

  private read(known: Record<string, Known | "open" | "dmy" | "mdy">): void {
    for (const [name, value] of Object.entries(known)) {
      if (typeof value === "string") this.dates = value;
      else this.sources.set(name, value);
    }
  }

  /** Of dates in the lines to come, once a line has said it. */
  get dateOrder(): "dmy" | "mdy" | undefined {
    return this.dates === "open" ? undefined : this.dates;
  }

  /** Whether the next line must be shown to `lookAt`. */
  get looksAtLines(): boolean {
    return this.isAtStart || this.dates === "open";
  }

  /** Looks at the lines of a block that begin in [from, to), as far as it has not yet, for what dates they have. */
  lookAt(bytes: Buffer, from: number, to: number): void {
    for (let at = Math.max(from, this.lookedTo); at < to && this.looksAtDates(at); ) {
      const end = bytes.indexOf(NEWLINE, at);
      this.lookAtLine(bytes.latin1Slice(at, Math.min(end, at + LOOKED_AT_BYTES)), at);
      at = this.lookedTo = end + 1;
    }
  }

  private looksAtDates(at: number): boolean {
    return this.dates === "open" || (this.isAtStart && at === 0);
  }

  private lookAtLine(line: string, at: number): void {
    if (at === 0 && this.isAtStart && this.dates === undefined) {
      if (!hasDateOfNumbers(line)) return;
      this.dates = "open";
      this.text = undefined;
    }
    const order = dateOrderEvidence(line);
    if (order === undefined) return;
    this.dates = order;
    this.text = undefined;
  }

  /** The next lines are of this source; undefined: of one that nothing is remembered of. */
  use(source: string | undefined): void {
    if (source === this.source) return;
    this.source = source;
    this.current = source === undefined ? undefined : this.sources.get(source);
  }

  get header(): string {
    return this.current?.header ?? "";
  }

  set header(header: string) {
    const { source } = this;
    if (source === undefined || header === this.header) return;
    this.current = { header };
    this.text = undefined;
    this.sources.delete(source);
    this.sources.set(source, this.current);
    if (this.sources.size > SOURCES_MAX) this.sources.delete(this.sources.keys().next().value!);
  }
}
