/** For stages that parse log lines by themselves: what the first lines of the input are. */
import type { Block } from "../../event/block.js";
import { defaultsOf } from "../../options/options.js";
import { logLinesOf } from "../../stages/parse/unparsed/log-lines.js";
import { otherTextOf } from "../../stages/parse/unparsed/other-text.js";
import type { Step } from "../contract/pipeline.js";
import type { Source } from "../contract/source.js";
import type { StageDeclaration } from "../contract/stage.js";

export interface ParseFirst {
  /** Gives the first lines once more. */
  readonly source: Source;
  /** `parse`, where the lines are log lines, a table or JSON that is not one object a line; else none. */
  readonly steps: readonly Step<StageDeclaration>[];
}

/** Waits for the first lines. */
export async function lookFirst(source: Source, parse: () => Promise<StageDeclaration>): Promise<ParseFirst> {
  const peeked = new PeekedSource(source);
  const words = wordsFor(await peeked.first());
  if (words === undefined) return { source: peeked, steps: [] };
  const declaration = await parse();
  const [, , format] = words.split(" ");
  const options = {
    ...defaultsOf(declaration.options),
    ...(format === undefined ? {} : { format: [format] }),
  };
  return { source: peeked, steps: [{ declaration, given: { operands: [], options } }] };
}

/** The command that makes events of lines like these; undefined: they are events, or nothing that is known. */
function wordsFor(block: Block | undefined): string | undefined {
  if (block === undefined) return undefined;
  if (logLinesOf(block.bytes, block.labels !== undefined) !== undefined || isMixed(block)) return "parse";
  return block.labels === undefined ? otherTextOf(block.bytes)?.parse : undefined;
}

/** Events first, and log lines of other programs among them: as events those would be lost. */
function isMixed({ bytes, labels }: Block): boolean {
  if (labels !== undefined || bytes[0] !== OPENING_BRACE) return false;
  const others: string[] = [];
  for (const line of linesOf(bytes)) if (!/^\s*(?:\{|$)/.test(line)) others.push(line);
  return others.length > 0 && logLinesOf(Buffer.from(others.join("\n"), "latin1")) !== undefined;
}

const OPENING_BRACE = 0x7b;

/** Those of the first 64 KiB, as bytes. */
function linesOf(bytes: Buffer): readonly string[] {
  const head = bytes.subarray(0, 64 * 1024).latin1Slice();
  const end = bytes.length > head.length ? head.lastIndexOf("\n") : head.length;
  return head.slice(0, end).split("\n");
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
