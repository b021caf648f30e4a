/** Keys of groups, numbered from 0 in the order they came, found by hash in open addressing. */

const FREE = -1;

export interface SavedKeys {
  readonly bytes: Uint8Array;
  readonly ends: Uint32Array;
  readonly hashes: Uint32Array;
  readonly dead: Uint8Array;
}

export class KeyTable {
  /** Numbers given out, those of dead keys too. */
  count = 0;
  live = 0;
  /** All keys, one behind the other. */
  bytes = Buffer.alloc(1024);
  private ends = new Uint32Array(64);
  private hashes = new Uint32Array(64);
  private dead = new Uint8Array(64);
  private slots = new Int32Array(128).fill(FREE);

  /** The number of a key, -1 when there is none that is alive (and that `accept` takes). */
  find(
    bytes: Uint8Array,
    start: number,
    end: number,
    hash: number,
    accept?: (key: number) => boolean,
  ): number {
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const key = slots[slot]!;
      if (key === FREE) return -1;
      if (hashes[key] !== hash || this.dead[key] === 1 || !this.isSame(key, bytes, start, end)) continue;
      if (accept === undefined || accept(key)) return key;
    }
  }

  /** A new number, whether the key is there or not. */
  insert(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const key = this.count++;
    this.live++;
    if (key === this.hashes.length) this.grow();
    const at = this.start(key);
    if (at + end - start > this.bytes.length) this.bytes = doubledBytes(this.bytes, at, end - start);
    for (let n = start; n < end; n++) this.bytes[at + n - start] = bytes[n]!;
    this.ends[key] = at + end - start;
    this.hashes[key] = hash;
    this.dead[key] = 0;
    this.place(key);
    return key;
  }

  kill(key: number): void {
    if (this.dead[key] === 1) return;
    this.dead[key] = 1;
    this.live--;
  }

  isAlive(key: number): boolean {
    return this.dead[key] === 0;
  }

  alive(): Uint32Array {
    const alive = new Uint32Array(this.live);
    let n = 0;
    for (let key = 0; key < this.count; key++) if (this.dead[key] === 0) alive[n++] = key;
    return alive;
  }

  start(key: number): number {
    return key === 0 ? 0 : this.ends[key - 1]!;
  }

  end(key: number): number {
    return this.ends[key]!;
  }

  hashOf(key: number): number {
    return this.hashes[key]!;
  }

  text(key: number): string {
    return this.bytes.utf8Slice(this.start(key), this.end(key));
  }

  /** Negative, zero or positive as the bytes of one key stand before, at or behind those of the other. */
  compare(a: number, b: number): number {
    return this.bytes.compare(this.bytes, this.start(b), this.end(b), this.start(a), this.end(a));
  }

  /** Key n becomes what `order[n]` was, `order` rising; the others are gone. */
  keep(order: Uint32Array): void {
    const { ends } = this;
    let at = 0;
    for (let n = 0; n < order.length; n++) {
      const key = order[n]!;
      const start = this.start(key);
      const length = ends[key]! - start;
      this.bytes.copyWithin(at, start, start + length);
      at += length;
      // Safe in place: what is still to be read stands behind what is written.
      ends[n] = at;
      this.hashes[n] = this.hashes[key]!;
      this.dead[n] = this.dead[key]!;
    }
    this.count = order.length;
    this.live = order.reduce((sum, _, n) => sum + 1 - this.dead[n]!, 0);
    this.rehash();
  }

  get memoryBytes(): number {
    return (this.count === 0 ? 0 : this.ends[this.count - 1]!) + 25 * this.count;
  }

  save(): SavedKeys {
    const { count } = this;
    return {
      bytes: new Uint8Array(this.bytes.subarray(0, this.start(count))),
      ends: this.ends.slice(0, count),
      hashes: this.hashes.slice(0, count),
      dead: this.dead.slice(0, count),
    };
  }

  load({ bytes, ends, hashes, dead }: SavedKeys): void {
    while (this.hashes.length < ends.length) this.grow();
    this.count = ends.length;
    this.bytes = Buffer.alloc(Math.max(1024, bytes.length));
    this.bytes.set(bytes);
    this.ends.set(ends);
    this.hashes.set(hashes);
    this.dead.set(dead);
    this.live = dead.reduce((sum, isDead) => sum + 1 - isDead, 0);
    this.rehash();
  }

  private isSame(key: number, bytes: Uint8Array, start: number, end: number): boolean {
    let at = this.start(key);
    if (this.ends[key]! - at !== end - start) return false;
    for (let n = start; n < end; n++) if (this.bytes[at++] !== bytes[n]) return false;
    return true;
  }

  private place(key: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let slot = this.hashes[key]! & mask;
    while (slots[slot] !== FREE) slot = (slot + 1) & mask;
    slots[slot] = key;
  }

  private rehash(): void {
    this.slots = new Int32Array(2 * this.hashes.length).fill(FREE);
    for (let key = 0; key < this.count; key++) this.place(key);
  }

  private grow(): void {
    const length = 2 * this.hashes.length;
    this.ends = grown(this.ends, length);
    this.hashes = grown(this.hashes, length);
    const dead = new Uint8Array(length);
    dead.set(this.dead);
    this.dead = dead;
    this.slots = new Int32Array(2 * length).fill(FREE);
    for (let key = 0; key < length / 2; key++) this.place(key);
  }
}

function grown(before: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const after = new Uint32Array(length);
  after.set(before);
  return after;
}

function doubledBytes(before: Buffer, used: number, more: number): Buffer<ArrayBuffer> {
  const after = Buffer.alloc(2 * (used + more));
  before.copy(after, 0, 0, used);
  return after;
}
