// Enter here: what lines of a stream say about those behind them, however the stream is cut.
/** What is known of the lines to come of a block: by the file that a line was read from, where an envelope names it. */
import type { StreamMemory } from "../../../format/format.js";

/** Of more files in one stream the oldest are forgotten. */
const SOURCES_MAX = 64;

interface Known {
  header: string;
}

/**
 * As text it is JSON, `{"SOURCE":{"header":"..."}}`, or "" where nothing is known. SOURCE is the JSON of an envelope's `source`, or ""
 * for lines as they are.
 */
export class Memory implements StreamMemory {
  private readonly sources = new Map<string, Known>();
  private source: string | undefined = "";
  private current: Known | undefined;
  /** The text of all this; undefined when it is to be made again. */
  private text: string | undefined = "";

  /** Whether the next line is the first of the stream. */
  isAtStart = false;

  /** Forgets all, and knows what `text` says; undefined: the stream begins. */
  load(known: string | undefined): void {
    const text = known ?? "";
    this.isAtStart = known === undefined;
    this.use("");
    if (text === this.text) return;
    this.sources.clear();
    this.text = text;
    if (text !== "")
      for (const [source, known] of Object.entries(JSON.parse(text) as Record<string, Known>))
        this.sources.set(source, known);
    this.current = this.sources.get("");
  }

  save(): string {
    this.text ??= this.sources.size === 0 ? "" : JSON.stringify(Object.fromEntries(this.sources));
    return this.text;
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
