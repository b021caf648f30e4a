/** A table to look keys up in: keys as bytes, and what its rows add to an event as text that is ready to be copied. */
import { murmur3 } from "../../../base/hash/murmur.js";

/** What an entry costs besides its texts: its place, its hash, its slot. */
const ENTRY_BYTES = 40;
const CHUNK_BYTES = 1 << 20;

export interface LookupTable {
  readonly size: number;
  /** Rows whose key others have, too: these others are left out. */
  readonly ambiguous: ReadonlySet<number>;
  /** Rows that have no key. */
  readonly withoutKey: number;
  /** About how much memory it takes. */
  readonly bytes: number;
  /** The number of the row whose key is the text of [start, end), -1 when there is none. About 50 ns. */
  find(bytes: Uint8Array, start: number, end: number): number;
  findText(key: string): number;
  /** Where its members lie: JSON text `"name":"Ann","plan":"pro"`. */
  readonly chunkOf: (row: number) => Buffer;
  readonly startOf: (row: number) => number;
  readonly endOf: (row: number) => number;
}

/** Thrown by `add` when the table would need more than it may. */
export class TableTooLarge extends Error {
  readonly limitBytes: number;

  constructor(limitBytes: number) {
    super("the table is too large");
    this.limitBytes = limitBytes;
  }
}

/** Numbers a row: its chunk, where its key begins, where its members begin, where they end. */
const STRIDE = 4;

/** Of rows with the same key the first counts. */
export class LookupTableBuilder implements LookupTable {
  private readonly chunks: Buffer[] = [];
  private places = new Uint32Array(STRIDE * 1024);
  private hashes = new Uint32Array(1024);
  /** Row + 1 by hash, 0: free. At least twice as many as rows, a power of two. */
  private slots = new Uint32Array(2048);
  private readonly limitBytes: number;
  private chunk = Buffer.alloc(0);
  private used = 0;
  size = 0;
  bytes = 0;
  readonly ambiguous = new Set<number>();
  withoutKey = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  /** Throws TableTooLarge. */
  add(key: string | undefined, members: string): void {
    if (key === undefined) {
      this.withoutKey++;
      return;
    }
    const keyBytes = Buffer.from(key);
    const hash = murmur3(keyBytes, 0, keyBytes.length, 0);
    const first = this.findHashed(hash, keyBytes, 0, keyBytes.length);
    if (first >= 0) {
      this.ambiguous.add(first);
      return;
    }
    const length = keyBytes.length + Buffer.byteLength(members);
    this.bytes += length + ENTRY_BYTES;
    if (this.bytes > this.limitBytes) throw new TableTooLarge(this.limitBytes);
    if (this.used + length > this.chunk.length) this.newChunk(length);
    if (this.size === this.hashes.length) this.grow();
    const start = this.used;
    keyBytes.copy(this.chunk, start);
    this.used += length;
    this.chunk.write(members, start + keyBytes.length);
    this.places.set([this.chunks.length - 1, start, start + keyBytes.length, this.used], this.size * STRIDE);
    this.hashes[this.size] = hash;
    this.take(hash, this.size++);
  }

  find(bytes: Uint8Array, start: number, end: number): number {
    return this.findHashed(murmur3(bytes, start, end, 0), bytes, start, end);
  }

  findText(key: string): number {
    const bytes = Buffer.from(key);
    return this.find(bytes, 0, bytes.length);
  }

  readonly chunkOf = (row: number): Buffer => this.chunks[this.places[row * STRIDE]!]!;
  readonly startOf = (row: number): number => this.places[row * STRIDE + 2]!;
  readonly endOf = (row: number): number => this.places[row * STRIDE + 3]!;

  private findHashed(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    for (let slot = hash & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const row = slots[slot]! - 1;
      if (this.hashes[row] === hash && this.isKey(row, bytes, start, end)) return row;
    }
    return -1;
  }

  private isKey(row: number, bytes: Uint8Array, start: number, end: number): boolean {
    const chunk = this.chunkOf(row);
    const from = this.places[row * STRIDE + 1]!;
    const length = end - start;
    if (this.startOf(row) - from !== length) return false;
    for (let n = 0; n < length; n++) if (chunk[from + n] !== bytes[start + n]) return false;
    return true;
  }

  private take(hash: number, row: number): void {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = row + 1;
  }

  private newChunk(least: number): void {
    this.chunk = Buffer.allocUnsafeSlow(Math.max(least, CHUNK_BYTES));
    this.chunks.push(this.chunk);
    this.used = 0;
  }

  private grow(): void {
    const places = new Uint32Array(this.places.length * 2);
    places.set(this.places);
    this.places = places;
    const hashes = new Uint32Array(this.hashes.length * 2);
    hashes.set(this.hashes);
    this.hashes = hashes;
    this.slots = new Uint32Array(this.slots.length * 2);
    for (let row = 0; row < this.size; row++) this.take(hashes[row]!, row);
  }
}
