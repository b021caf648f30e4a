/**
 * Keys in the order in which they came, found by their bytes: open addressing over columns, so that a million of them
 * are a few arrays to the garbage collector. What it takes is bounded by what is alive: places of keys that were
 * deleted behind living ones are used again once they are as many as those.
 *
 * An entry is a number from 0. It stays good until the next `add`.
 */
import { ByteQueue } from "./byte-queue.js";

/**
 * What a key takes beside its bytes: its place in the columns, two slots, and as much again where they have just been
 * doubled.
 */
export const KEY_BYTES = 90;

const SMALLEST = 256;
/** Bytes of keys behind living ones that may lie idle beside as many as are alive. */
const WASTE_BYTES = 1024 * 1024;

export class SeenKeys {
  /** Keys alive. */
  size = 0;
  /** Columns for the owner, by entry. */
  firstMs: Float64Array<ArrayBuffer> = new Float64Array(SMALLEST);
  repeats: Float64Array<ArrayBuffer> = new Float64Array(SMALLEST);
  private hashes = new Uint32Array(SMALLEST);
  private chunks = new Float64Array(SMALLEST);
  private starts = new Uint32Array(SMALLEST);
  private lengths = new Uint32Array(SMALLEST);
  private alive = new Uint8Array(SMALLEST);
  /** An entry + 1, 0: free. Twice as many as entries. */
  private slots = new Uint32Array(2 * SMALLEST);
  private bytes = new ByteQueue();
  /** Entries are a ring: the oldest, and how many there are from it on, deleted ones among them. */
  private head = 0;
  private queued = 0;
  /** Of the keys alive. */
  private keyBytes = 0;

  /** Entries there is room for. */
  get capacity(): number {
    return this.hashes.length;
  }

  /** What all of it takes, places not used included. */
  get heldBytes(): number {
    return this.bytes.heldBytes + this.capacity * 45;
  }

  /** The entry of a key, -1 when there is none. `hash`: by `keyedHash`. */
  find(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot]! - 1;
      if (entry < 0) return -1;
      if (hashes[entry] === hash && this.isSame(entry, bytes, start, end)) return entry;
    }
  }

  /** Adds the youngest. There must be none of that key. */
  add(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const isWasteful = this.bytes.heldBytes > 3 * this.keyBytes + WASTE_BYTES;
    if (this.queued === this.capacity || isWasteful) this.rebuild();
    const entry = (this.head + this.queued++) & (this.capacity - 1);
    this.size++;
    this.keyBytes += end - start;
    this.chunks[entry] = this.bytes.append(bytes, start, end);
    this.starts[entry] = this.bytes.appendedAt;
    this.lengths[entry] = end - start;
    this.hashes[entry] = hash;
    this.firstMs[entry] = 0;
    this.repeats[entry] = 0;
    this.alive[entry] = 1;
    this.place(entry);
    return entry;
  }

  delete(entry: number): void {
    this.size--;
    this.keyBytes -= this.lengths[entry]!;
    this.alive[entry] = 0;
    this.unplace(entry);
    while (this.queued > 0 && this.alive[this.head] === 0) {
      this.head = (this.head + 1) & (this.capacity - 1);
      this.queued--;
    }
    if (this.queued === 0) this.bytes.dropBefore(Number.POSITIVE_INFINITY);
    else this.bytes.dropBefore(this.chunks[this.head]!);
  }

  /** -1 when there is none. */
  get oldest(): number {
    return this.queued === 0 ? -1 : this.head;
  }

  /** The oldest first. */
  entries(): Uint32Array<ArrayBuffer> {
    const entries = new Uint32Array(this.size);
    for (let n = 0, found = 0; found < entries.length; n++) {
      const entry = (this.head + n) & (this.capacity - 1);
      if (this.alive[entry] === 1) entries[found++] = entry;
    }
    return entries;
  }

  /** The bytes of a key; not a copy. */
  key(entry: number): Buffer {
    const start = this.starts[entry]!;
    return this.bytes.chunk(this.chunks[entry]!).subarray(start, start + this.lengths[entry]!);
  }

  lengthOf(entry: number): number {
    return this.lengths[entry]!;
  }

  /** Told before entries move: the old entry of each new one, from 0. */
  onMoved: ((order: Uint32Array) => void) | undefined;

  private isSame(entry: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.lengths[entry] !== end - start) return false;
    const own = this.bytes.chunk(this.chunks[entry]!);
    for (let n = start, at = this.starts[entry]!; n < end; n++, at++) if (own[at] !== bytes[n]) return false;
    return true;
  }

  private place(entry: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let slot = this.hashes[entry]! & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = entry + 1;
  }

  /** Frees the slot; those behind it that would not be found any more move up. */
  private unplace(entry: number): void {
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    let free = hashes[entry]! & mask;
    while (slots[free] !== entry + 1) free = (free + 1) & mask;
    for (let slot = (free + 1) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = hashes[slots[slot]! - 1]! & mask;
      if (((slot - home) & mask) < ((slot - free) & mask)) continue;
      slots[free] = slots[slot]!;
      free = slot;
    }
    slots[free] = 0;
  }

  /** Leaves out what was deleted; makes twice the room if that is less than half. */
  private rebuild(): void {
    const order = this.entries();
    this.onMoved?.(order);
    const capacity = 2 * order.length > this.capacity ? 2 * this.capacity : this.capacity;
    const bytes = new ByteQueue();
    const chunks = new Float64Array(capacity);
    const starts = new Uint32Array(capacity);
    order.forEach((entry, n) => {
      const from = this.starts[entry]!;
      chunks[n] = bytes.append(this.bytes.chunk(this.chunks[entry]!), from, from + this.lengths[entry]!);
      starts[n] = bytes.appendedAt;
    });
    this.bytes = bytes;
    this.chunks = chunks;
    this.starts = starts;
    this.firstMs = moved(this.firstMs, new Float64Array(capacity), order);
    this.repeats = moved(this.repeats, new Float64Array(capacity), order);
    this.hashes = moved(this.hashes, new Uint32Array(capacity), order);
    this.lengths = moved(this.lengths, new Uint32Array(capacity), order);
    this.alive = new Uint8Array(capacity).fill(1, 0, order.length);
    this.slots = new Uint32Array(2 * capacity);
    this.head = 0;
    this.queued = order.length;
    for (let entry = 0; entry < order.length; entry++) this.place(entry);
  }
}

function moved<T extends Float64Array | Uint32Array>(from: T, to: T, order: Uint32Array): T {
  for (let n = 0; n < order.length; n++) to[n] = from[order[n]!]!;
  return to;
}
