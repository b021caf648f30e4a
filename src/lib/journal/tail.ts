import type { Block } from "../event/block.js";
import { type Commit, isAside } from "../store/wal/segment.js";

/** A block that was appended not long ago, with its place. */
export interface TailEntry {
  readonly commit: Commit;
  /** Where it begins, in bytes of the journal. */
  readonly at: number;
  readonly end: number;
  readonly bytes: Buffer;
  /** Whose buffer it is, where that is to be given back. */
  readonly owner: Block | undefined;
}

/** Smaller blocks are copied: they may keep a much larger buffer from being used again. */
const COPIED_BYTES = 64 * 1024;

/**
 * The newest blocks of a journal, in memory: a reader that keeps up reads no disk. Bounded by bytes; a gap empties it.
 */
export class Tail {
  readonly #maxBytes: number;
  readonly #release: (block: Block) => void;
  #entries: TailEntry[] = [];
  /** The first of `#entries` that is still in it. */
  #head = 0;
  #bytes = 0;
  /** Entries that were ever dropped: the number of the first. */
  #first = 0;

  constructor(maxBytes: number, release: (block: Block) => void) {
    this.#maxBytes = maxBytes;
    this.#release = release;
  }

  /** The blocks are on the disk. True: the buffer of the block is kept, and given to `release` later. */
  add(commit: Commit, block: Block): boolean {
    const at = commit.at ?? 0;
    const isKept = block.bytes.length >= COPIED_BYTES && !isAside(commit);
    const bytes = isKept ? block.bytes : Buffer.from(block.bytes);
    this.#entries.push({ commit, at, end: at + commit.length, bytes, owner: isKept ? block : undefined });
    this.#bytes += costOf(bytes);
    while (this.#bytes > this.#maxBytes && this.#head < this.#entries.length) this.#drop();
    return isKept;
  }

  /** The number of the first entry that ends behind `place`; undefined when it may be further back than the first. */
  find(place: number): number | undefined {
    const { length } = this.#entries;
    if (this.#head >= length || this.#entries[this.#head]!.at > place) return undefined;
    let low = this.#head;
    let high = length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#entries[middle]!.end > place) high = middle;
      else low = middle + 1;
    }
    return this.#first + low - this.#head;
  }

  /** By its number. "gone": it is in the log alone by now. Undefined: it has not come yet. */
  get(number: number): TailEntry | "gone" | undefined {
    return number < this.#first ? "gone" : this.#entries[this.#head + number - this.#first];
  }

  /** The place of the first of them. */
  get from(): number | undefined {
    return this.#entries[this.#head]?.at;
  }

  /** What begins there, or behind it, was taken back. */
  cut(place: number): void {
    while (this.#entries.length > this.#head && this.#entries.at(-1)!.at >= place) {
      const { bytes, owner } = this.#entries.pop()!;
      this.#bytes -= costOf(bytes);
      if (owner !== undefined) this.#release(owner);
    }
  }

  clear(): void {
    while (this.#head < this.#entries.length) this.#drop();
  }

  #drop(): void {
    const { bytes, owner } = this.#entries[this.#head]!;
    this.#entries[this.#head] = undefined as unknown as TailEntry;
    this.#head++;
    this.#first++;
    this.#bytes -= costOf(bytes);
    if (owner !== undefined) this.#release(owner);
    if (this.#head < 1024 || this.#head * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#head);
    this.#head = 0;
  }
}

/** With what stands beside it. */
function costOf(bytes: Buffer): number {
  return bytes.length + 512;
}
