/** Which exits a block that comes out of a chain is for: one block for several, where the bytes are the same. */
import { Block } from "../../../event/block.js";

const SINGLE: (readonly number[])[] = [];

/** The exits of a block that is for one: one list for all such blocks. */
export function exitsOf(exit: number): readonly number[] {
  SINGLE[exit] ??= [exit];
  return SINGLE[exit];
}

/** Of more blocks that came out of one it is not looked for the same bytes. */
const LOOKED_AT = 8;

/**
 * Puts a block out at an exit. Each exit gets its blocks in the order in which they were put out, and one that was put
 * out twice there twice.
 */
export function addExit(out: Block[], block: Block, exits: readonly number[]): void {
  const [exit] = exits;
  for (let n = out.length - 1; n >= 0 && n >= out.length - LOOKED_AT; n--) {
    const other = out[n]!;
    if (other.exits!.includes(exit!)) break;
    if (!isSame(other, block)) continue;
    const shared = other.summary === undefined && block.summary !== undefined ? copyOf(block) : other;
    shared.exits = [...other.exits!, exit!];
    out[n] = shared;
    return;
  }
  const own = block.exits === undefined ? block : copyOf(block);
  own.exits = exits;
  out.push(own);
}

/** Another block of the same bytes: what comes with it is its own. */
export function copyOf(block: Block): Block {
  const { bytes, labels, summary, origin, known } = block;
  const copy = new Block(bytes, labels, summary);
  copy.origin = origin;
  copy.known = known;
  return copy;
}

function isSame(a: Block, b: Block): boolean {
  if (a === b) return true;
  if (a.bytes !== b.bytes && !isSameStretch(a.bytes, b.bytes)) return false;
  // Two checks may say different things of the same bytes.
  const isChecked = a.summary === undefined || b.summary === undefined || a.summary === b.summary;
  return isChecked && a.labels === b.labels;
}

function isSameStretch(a: Buffer, b: Buffer): boolean {
  return a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.length === b.length;
}
