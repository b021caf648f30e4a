import type { LineCollector } from "../common/line-collector.js";

export interface ReorderLimits {
  readonly eventsMax: number;
  readonly bytesMax: number;
}

/** Bytes that lines lie in, and how many of them are still held. */
interface Chunk {
  bytes: Buffer;
  liveBytes: number;
}

/** Chunks may hold this much that is not needed any more, beside as much as is needed. */
const SLACK_BYTES = 8 << 20;

/**
 * Lines that wait, by instant, equal ones in the order they came: a binary heap of numbers over the blocks' own bytes.
 * Costs about 0.2 us a line that is nearly in order.
 */
export class ReorderBuffer {
  count = 0;
  heldBytes = 0;
  private ms = new Float64Array(1024);
  private ns = new Float64Array(1024);
  private order = new Float64Array(1024);
  private starts = new Uint32Array(1024);
  private ends = new Uint32Array(1024);
  private chunkOf: (Chunk | undefined)[] = [];
  /** Slots in heap order; behind `count`, free ones. */
  private heap = Uint32Array.from({ length: 1024 }, (_, n) => n);
  private readonly chunks = new Set<Chunk>();
  private chunkBytes = 0;
  private last: Chunk | undefined;
  private nextOrder = 0;

  add(bytes: Buffer, start: number, end: number, ms: number, ns: number): void {
    if (this.count === this.heap.length) this.grow();
    const chunk = this.chunkFor(bytes);
    chunk.liveBytes += end - start;
    this.heldBytes += end - start;
    const slot = this.heap[this.count]!;
    this.ms[slot] = ms;
    this.ns[slot] = ns;
    this.order[slot] = this.nextOrder++;
    this.starts[slot] = start;
    this.ends[slot] = end;
    this.chunkOf[slot] = chunk;
    this.up(this.count++, slot);
  }

  /** The instant of the first line in order. There must be one. */
  get firstMs(): number {
    return this.ms[this.heap[0]!]!;
  }

  get firstNs(): number {
    return this.ns[this.heap[0]!]!;
  }

  /** Hands the first line in order over. */
  shift(out: LineCollector): void {
    const slot = this.heap[0]!;
    const chunk = this.chunkOf[slot]!;
    const start = this.starts[slot]!;
    const end = this.ends[slot]!;
    out.keep(chunk.bytes, start, end);
    chunk.liveBytes -= end - start;
    this.heldBytes -= end - start;
    this.chunkOf[slot] = undefined;
    if (chunk.liveBytes === 0 && chunk !== this.last) this.drop(chunk);
    const moved = this.heap[--this.count]!;
    this.heap[this.count] = slot;
    if (this.count > 0) this.down(moved);
  }

  /** To be called between blocks: gives up bytes that lie beside few held lines. */
  settle(): void {
    this.last = undefined;
    for (const chunk of this.chunks) if (chunk.liveBytes === 0) this.drop(chunk);
    if (this.chunkBytes <= 2 * this.heldBytes + SLACK_BYTES) return;
    const all: Chunk = { bytes: Buffer.allocUnsafeSlow(this.heldBytes), liveBytes: this.heldBytes };
    let at = 0;
    for (let n = 0; n < this.count; n++) {
      const slot = this.heap[n]!;
      const start = at;
      at += this.chunkOf[slot]!.bytes.copy(all.bytes, at, this.starts[slot], this.ends[slot]);
      this.starts[slot] = start;
      this.ends[slot] = at;
      this.chunkOf[slot] = all;
    }
    this.chunks.clear();
    this.chunks.add(all);
    this.chunkBytes = all.bytes.length;
  }

  /** Plain data; `load` gives it to an empty buffer. */
  save(): SavedBuffer {
    const slots = [...this.heap.subarray(0, this.count)].sort((a, b) => this.compare(a, b));
    const bytes = Buffer.allocUnsafeSlow(this.heldBytes);
    let at = 0;
    const ends = slots.map((slot) => {
      at += this.chunkOf[slot]!.bytes.copy(bytes, at, this.starts[slot], this.ends[slot]);
      return at;
    });
    return {
      bytes: new Uint8Array(bytes.buffer),
      ends: Float64Array.from(ends),
      ms: Float64Array.from(slots, (slot) => this.ms[slot]!),
      ns: Float64Array.from(slots, (slot) => this.ns[slot]!),
    };
  }

  load({ bytes, ends, ms, ns }: SavedBuffer): void {
    const buffer = Buffer.from(bytes);
    // In the saved order, equal instants keep theirs.
    ends.forEach((end, n) => {
      this.add(buffer, n === 0 ? 0 : ends[n - 1]!, end, ms[n]!, ns[n]!);
    });
  }

  private chunkFor(bytes: Buffer): Chunk {
    if (this.last?.bytes === bytes) return this.last;
    this.last = { bytes, liveBytes: 0 };
    this.chunks.add(this.last);
    this.chunkBytes += bytes.length;
    return this.last;
  }

  private drop(chunk: Chunk): void {
    this.chunks.delete(chunk);
    this.chunkBytes -= chunk.bytes.length;
  }

  private compare(a: number, b: number): number {
    return this.ms[a]! - this.ms[b]! || this.ns[a]! - this.ns[b]! || this.order[a]! - this.order[b]!;
  }

  private up(from: number, slot: number): void {
    const { heap } = this;
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (this.compare(slot, heap[above]!) >= 0) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = slot;
  }

  private down(slot: number): void {
    const { heap, count } = this;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= count) break;
      if (below + 1 < count && this.compare(heap[below + 1]!, heap[below]!) < 0) below++;
      if (this.compare(slot, heap[below]!) <= 0) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = slot;
  }

  private grow(): void {
    const length = this.heap.length * 2;
    const floats = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const bigger = new Float64Array(length);
      bigger.set(old);
      return bigger;
    };
    const words = (old: Uint32Array): Uint32Array<ArrayBuffer> => {
      const bigger = new Uint32Array(length);
      bigger.set(old);
      return bigger;
    };
    this.ms = floats(this.ms);
    this.ns = floats(this.ns);
    this.order = floats(this.order);
    this.starts = words(this.starts);
    this.ends = words(this.ends);
    const { length: before } = this.heap;
    this.heap = words(this.heap);
    for (let slot = before; slot < length; slot++) this.heap[slot] = slot;
  }
}

export interface SavedBuffer {
  readonly bytes: Uint8Array;
  readonly ends: Float64Array;
  readonly ms: Float64Array;
  readonly ns: Float64Array;
}
