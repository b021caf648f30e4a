/** `redact --explain`: what would be redacted, a line each, and nothing of the events themselves. */
import { Block } from "../../event/block.js";
import { countLines } from "../../event/lines.js";
import { quote } from "../../json/quote.js";
import type { StageContext, State, Transform } from "../../pipeline/contract/stage.js";
import type { Finding } from "./find/finding.js";
import { Walk } from "./find/locate.js";
import { withoutOverlaps } from "./find/overlaps.js";
import type { RedactorOptions } from "./redactor.js";
import type { Settled } from "./settings.js";
import { usableLines } from "./usable-lines.js";

export class Explainer implements Transform {
  private readonly settled: Settled;
  private readonly options: RedactorOptions;
  private readonly context: StageContext;
  /** Lines before the block at hand. */
  private lines = 0;

  constructor(settled: Settled, options: RedactorOptions, context: StageContext) {
    this.settled = settled;
    this.options = options;
    this.context = context;
  }

  push(block: Block, emit: (block: Block) => boolean): boolean {
    const { isText } = this.options;
    const bytes = usableLines(block.bytes, { isText, keepsPlaces: true }, this.context);
    const { finder } = this.settled;
    const found = withoutOverlaps(isText ? finder.inText(bytes) : finder.inEvents(bytes));
    let out = "";
    let counted = 0;
    for (let n = 0; n < found.length; ) {
      const start = found[n]!.start === 0 ? 0 : bytes.lastIndexOf(0x0a, found[n]!.start - 1) + 1;
      const next = bytes.indexOf(0x0a, found[n]!.start);
      const end = next < 0 ? bytes.length : next;
      const first = n;
      while (n < found.length && found[n]!.start < end) n++;
      this.lines += countLines(bytes.subarray(counted, start));
      counted = start;
      out += this.explain(bytes, start, found.slice(first, n));
    }
    this.lines += countLines(bytes.subarray(counted));
    return emit(new Block(Buffer.from(out, "latin1")));
  }

  save(): State {
    return { version: 1, lines: this.lines };
  }

  load(state: State): void {
    const { lines } = state as { lines: number };
    this.lines = lines;
  }

  private explain(bytes: Buffer, line: number, found: readonly Finding[]): string {
    const { hunters, replacers } = this.settled;
    const places = found.map(({ start, end, hunter }) => ({
      start,
      end,
      label: hunters[hunter]!.label,
      isDropped: false,
    }));
    const located = this.options.isText ? undefined : new Walk(bytes, line, places).located;
    return found
      .map(({ start, end, hunter }, n) => {
        const { name } = hunters[hunter]!;
        const where = located?.[n];
        const field =
          where === undefined ? "" : `,"field":${quote(where.path)}${where.isKey ? ',"inKey":true' : ""}`;
        const place = `"line":${this.lines + 1},"column":${start - line + 1},"bytes":${end - start}`;
        const preview = quote(previewOf(bytes.latin1Slice(start, end)));
        return `{"detector":"${name}",${place}${field},"action":"${replacers[hunter]!.action}","preview":${preview}}\n`;
      })
      .join("");
  }
}

/** The first and last character of what is long enough not to be told by them. */
function previewOf(raw: string): string {
  const text = raw.replace(/^"|"$/g, "");
  const isPlain = /^[\x21-\x7e]+$/.test(text) && !/["\\]/.test(text);
  return isPlain && text.length >= 8 ? `${text.charAt(0)}***${text.charAt(text.length - 1)}` : "***";
}
