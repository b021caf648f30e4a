/** `--tail N`: the last events of all that come, as a stage. */
import { Block } from "../event/block.js";
import { countLines } from "../event/lines.js";
import { integer } from "../options/options.js";
import { type Emit, type StageDeclaration, stage, type Transform } from "../pipeline/contract/stage.js";

const options = { count: integer({ fromProject: "free", default: 10, summary: "how many" }) } as const;

/** Stands in no list of commands: `tail -n N` of the system does the same in a pipe. */
export const lastEvents: StageDeclaration<typeof options> = stage({
  name: "tail",
  summary: "keep the last events",
  details: "",
  operands: [],
  options,
  examples: [],
  input: "events",
  ownOperands: 0,
  isStateless: () => false,
  needsTime: () => false,
  create: ({ options: { count } }) => new LastEvents(count),
}) as StageDeclaration<typeof options>;

/** Memory: the blocks that the last `count` lines stand in. */
class LastEvents implements Transform {
  private readonly count: number;
  private readonly kept: { readonly bytes: Buffer; readonly lines: number }[] = [];
  private lines = 0;

  constructor(count: number) {
    this.count = count;
  }

  push({ bytes }: Block): boolean {
    if (bytes.length === 0 || this.count === 0) return true;
    const tail = lastLines(bytes, this.count);
    this.kept.push(tail);
    this.lines += tail.lines;
    while (this.lines - this.kept[0]!.lines >= this.count) this.lines -= this.kept.shift()!.lines;
    return true;
  }

  end(emit: Emit): void {
    const bytes = Buffer.concat(this.kept.splice(0).map((piece) => piece.bytes));
    this.lines = 0;
    if (bytes.length > 0) emit(new Block(lastLines(bytes, this.count).bytes));
  }

  save(): unknown {
    return { bytes: Buffer.concat(this.kept.map(({ bytes }) => bytes)).toString("base64") };
  }

  load(state: unknown): void {
    this.push(new Block(Buffer.from((state as { readonly bytes: string }).bytes, "base64")));
  }
}

/** The last `count` lines of whole lines, copied: blocks may be used again. */
export function lastLines(bytes: Buffer, count: number): { readonly bytes: Buffer; readonly lines: number } {
  const total = countLines(bytes);
  if (total <= count) return { bytes: Buffer.from(bytes), lines: total };
  let start = bytes.length;
  for (let missing = count; missing > 0; missing--) start = bytes.lastIndexOf(0x0a, start - 2) + 1;
  return { bytes: Buffer.from(bytes.subarray(count === 0 ? bytes.length : start)), lines: count };
}
