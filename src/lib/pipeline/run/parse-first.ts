/** For stages that parse log lines by themselves: what the first lines of the input are. */
import type { Block } from "../../event/block.js";
import { defaultsOf } from "../../options/options.js";
import { hasLogLines, logLinesOf } from "../../stages/parse/unparsed/log-lines.js";
import { otherTextOf } from "../../stages/parse/unparsed/other-text.js";
import { areEvents, hasEvents, ParsedSource } from "../../stages/parse/unparsed/parsed-source.js";
import type { Step } from "../contract/pipeline.js";
import type { Source } from "../contract/source.js";
import type { StageDeclaration } from "../contract/stage.js";

export interface ParseFirst {
  /** Gives the first lines once more. */
  readonly source: Source;
  /** `parse`, where the lines are log lines, a table or JSON that is not one object a line; else none. */
  readonly steps: readonly Step<StageDeclaration>[];
}

/**
 * Waits for the first lines. Where there are log lines among them, the input is what `parse` makes of it. Where there
 * are events alone, no event is touched, log lines that come later are parsed, and what no format reads is left for
 * the stage to set aside. `isStrict`: then no line is parsed, so that the first one that is no event ends the run.
 */
export async function lookFirst(
  source: Source,
  parse: StageDeclaration,
  { isStrict, nowMs }: { readonly isStrict: boolean; readonly nowMs: () => number },
): Promise<ParseFirst> {
  const peeked = new PeekedSource(source);
  const first = await peeked.first();
  const words = wordsFor(first);
  if (words === undefined) {
    const isLeft = first === undefined || isStrict;
    return { source: isLeft ? peeked : new ParsedSource(peeked, nowMs), steps: [] };
  }
  const [, , format] = words.split(" ");
  // JSON among log lines is a log, too: its names are made those of events.
  const options = {
    ...defaultsOf(parse.options),
    ...(format === undefined ? {} : { format: [format] }),
  };
  return { source: peeked, steps: [{ declaration: parse, given: { operands: [], options } }] };
}

/** The command that makes events of lines like these; undefined: they are events, or there are none. */
function wordsFor(block: Block | undefined): string | undefined {
  if (block === undefined) return undefined;
  const { bytes, labels } = block;
  if (logLinesOf(bytes, labels !== undefined) !== undefined) return "parse";
  if (labels !== undefined) return areEvents(bytes) ? undefined : "parse";
  if (!areEvents(bytes) && hasLogLines(bytes)) return "parse";
  return otherTextOf(bytes)?.parse ?? (hasEvents(bytes) ? undefined : "parse");
}

type Oversized = NonNullable<Source["onOversized"]>;

/** A source whose first block that has lines is known before it is read. */
class PeekedSource implements Source {
  private readonly source: Source;
  private readonly ready: Block[] = [];
  private readonly early: Parameters<Oversized>[] = [];

  constructor(source: Source) {
    this.source = source;
    source.onOversized = (...piece) => void this.early.push(piece);
  }

  async first(): Promise<Block | undefined> {
    for (;;) {
      const block = await this.source.read();
      if (block !== undefined) this.ready.push(block);
      if (block === undefined || block.bytes.length > 0) return block;
    }
  }

  set onOversized(told: Oversized) {
    this.source.onOversized = told;
    for (const piece of this.early.splice(0)) told(...piece);
  }

  async read(): Promise<Block | undefined> {
    return this.ready.shift() ?? this.source.read();
  }

  stop(): void {
    this.source.stop();
  }

  timeCounts() {
    return this.source.timeCounts?.() ?? {};
  }

  close(): Promise<void> {
    return this.source.close();
  }
}
