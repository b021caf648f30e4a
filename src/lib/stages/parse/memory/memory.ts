// Enter here: what lines of a stream say about those behind them, however the stream is cut.
/** What is known of the lines to come of a block: by the file that a line was read from, where an envelope names it. */
import { dateOrderEvidence, hasDateOfNumbers } from "../../../base/time/time-at.js";
import type { StreamMemory } from "../../../format/format.js";

const NEWLINE = 0x0a;
/** A date is looked for in as much of a line. */
const LOOKED_AT_BYTES = 256;

/** Of more files in one stream the oldest are forgotten. */
const SOURCES_MAX = 64;
/** How many lines may stand above the first date: banners, comments, lines of another kind. */
const LINES_BEFORE_DATES = 64;

interface Known {
  header: string;
}

/**
 * As text it is JSON, `{"SOURCE":{"header":"..."},"dates":"dmy"}`, or "" where nothing is known. SOURCE is the JSON of
 * an envelope's `source`, or "" for lines as they are. `dates` is the order of the numbers of dates once a line has
 * said it; "open" where a line near the top has a date of numbers and none has said it yet: then each line is looked
 * at, before it is read; before that, how many lines more are looked at for one.
 */
export class Memory implements StreamMemory {
  private readonly sources = new Map<string, Known>();
  private source: string | undefined = "";
  private current: Known | undefined;
  /** The text of all this; undefined when it is to be made again. */
  private text: string | undefined = "";

  /** Whether the next line is the first of the stream. */
  isAtStart = false;
  private dates: "open" | "dmy" | "mdy" | number | undefined;
  /** Where the next line begins that is to be looked at. */
  private lookedTo = 0;

  /** Forgets all, and knows what `text` says; undefined: the stream begins. */
  load(known: string | undefined): void {
    const text = known ?? "";
    this.isAtStart = known === undefined;
    this.lookedTo = 0;
    this.use("");
    if (known !== undefined && text === this.text) return;
    this.sources.clear();
    this.dates = undefined;
    this.text = text;
    if (known === undefined) this.start();
    if (text !== "") this.read(JSON.parse(text) as Record<string, Known>);
    this.current = this.sources.get("");
  }

  private start(): void {
    this.dates = LINES_BEFORE_DATES;
    this.text = undefined;
  }

  save(): string {
    const { dates } = this;
    const isNothing = this.sources.size === 0 && dates === undefined;
    this.text ??= isNothing ? "" : JSON.stringify({ ...Object.fromEntries(this.sources), dates });
    return this.text;
  }

  private read(known: Record<string, Known | "open" | "dmy" | "mdy" | number>): void {
    for (const [name, value] of Object.entries(known)) {
      if (typeof value === "string" || typeof value === "number") this.dates = value;
      else this.sources.set(name, value);
    }
  }

  /** Of dates in the lines to come, once a line has said it. */
  get dateOrder(): "dmy" | "mdy" | undefined {
    return this.dates === "dmy" || this.dates === "mdy" ? this.dates : undefined;
  }

  /** Whether the next line must be shown to `lookAt`. */
  get looksAtLines(): boolean {
    return this.isAtStart || this.looksForDates;
  }

  private get looksForDates(): boolean {
    return this.dates === "open" || typeof this.dates === "number";
  }

  /** Looks at the lines of a block that begin in [from, to), as far as it has not yet, for what dates they have. */
  lookAt(bytes: Buffer, from: number, to: number): void {
    for (let at = Math.max(from, this.lookedTo); at < to && this.looksForDates; ) {
      const end = bytes.indexOf(NEWLINE, at);
      this.lookAtLine(bytes.latin1Slice(at, Math.min(end, at + LOOKED_AT_BYTES)));
      at = this.lookedTo = end + 1;
    }
  }

  private lookAtLine(line: string): void {
    this.text = undefined;
    if (typeof this.dates === "number") {
      const left = this.dates - 1;
      this.dates = hasDateOfNumbers(line) ? "open" : left > 0 ? left : undefined;
      if (this.dates !== "open") return;
    }
    const order = dateOrderEvidence(line);
    if (order !== undefined) this.dates = order;
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
