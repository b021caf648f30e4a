/** What `parse` makes of text, cut into blocks in any way. */
import parse from "../../../../../src/commands/stages/parse.js";
import { Block, type Labels } from "../../../../../src/lib/event/block.js";
import { defaultsOf } from "../../../../../src/lib/options/options.js";
import { Aligner } from "../../../../../src/lib/pipeline/chain/aligner.js";
import { Chain } from "../../../../../src/lib/pipeline/chain/chain.js";

const NOW_MS = Date.UTC(2026, 10, 21, 12);

export interface Manner {
  readonly format?: string;
  readonly keepRaw?: boolean;
  readonly multiline?: readonly string[];
  readonly multilineMaxLines?: number;
  readonly multilineMaxBytes?: number;
  readonly noMultiline?: boolean;
  readonly labels?: Labels;
}

/** As the engine does it for a first stage: cut at records, each piece read apart. */
export function parsedApart(pieces: readonly string[], manner: Manner = {}): string {
  const { chain, align } = running(manner);
  const aligner = new Aligner(align);
  const blocks = pieces.flatMap((piece) => aligner.push(blockOf(piece, manner)));
  const all = [...blocks, ...aligner.release()];
  return textOf([...all.flatMap((block) => chain.pushWhole(block)), ...chain.end()]);
}

/** As it is done for a stage behind others. */
export function parsedInTurn(pieces: readonly string[], manner: Manner = {}): string {
  const { chain } = running(manner);
  return textOf([...pieces.flatMap((piece) => chain.push(blockOf(piece, manner))), ...chain.end()]);
}

function running({ labels: _, ...manner }: Manner) {
  const given = { operands: [], options: { ...defaultsOf(parse.options), ...manner } };
  const chain = new Chain([{ declaration: parse, given }], () => NOW_MS);
  return { chain, align: parse.align?.(given) ?? { boundary: (bytes: Buffer) => bytes.length } };
}

const blockOf = (text: string, { labels }: Manner) => new Block(Buffer.from(text), labels);
const textOf = (blocks: readonly Block[]) => Buffer.concat(blocks.map(({ bytes }) => bytes)).toString();
