/**
 * A few numbers a group in one array for all groups: what sketches of small groups are kept in, because an object a group
 * would take ten times the memory. A group's numbers stand in chunks of `[chunk before it, number, number, number]`.
 */

const CHUNK = 4;
const NUMBERS = CHUNK - 1;

export interface SavedLists {
  readonly sizes: Uint32Array;
  readonly numbers: Float64Array;
}

export class SmallLists {
  sizes = new Uint32Array(0);
  /** The last chunk of each group, by its place in the array. */
  private lasts = new Uint32Array(0);
  private arena = new Float64Array(CHUNK * 64);
  private end = 0;

  resize(capacity: number): void {
    this.sizes = grown(this.sizes, capacity);
    this.lasts = grown(this.lasts, capacity);
  }

  add(group: number, number: number): void {
    const place = this.sizes[group]! % NUMBERS;
    if (place === 0) this.startChunk(group);
    this.arena[this.lasts[group]! + 1 + place] = number;
    this.sizes[group]! += 1;
  }

  has(group: number, number: number): boolean {
    let left = this.sizes[group]!;
    for (let chunk = this.lasts[group]!; left > 0; chunk = this.arena[chunk]!) {
      const here = ((left - 1) % NUMBERS) + 1;
      for (let n = 1; n <= here; n++) if (this.arena[chunk + n] === number) return true;
      left -= here;
    }
    return false;
  }

  /** In the order they were added. */
  numbers(group: number): Float64Array {
    const numbers = new Float64Array(this.sizes[group]!);
    let left = numbers.length;
    for (let chunk = this.lasts[group]!; left > 0; chunk = this.arena[chunk]!) {
      const here = ((left - 1) % NUMBERS) + 1;
      left -= here;
      for (let n = 0; n < here; n++) numbers[left + n] = this.arena[chunk + 1 + n]!;
    }
    return numbers;
  }

  clear(group: number): void {
    this.sizes[group] = 0;
  }

  keep(order: Uint32Array): void {
    const kept = this.save(order);
    this.end = 0;
    this.sizes.fill(0);
    this.load(kept);
  }

  /** Of the groups in `order`, or of the first `order`. */
  save(order: Uint32Array | number): SavedLists {
    const groups = typeof order === "number" ? Uint32Array.from({ length: order }, (_, n) => n) : order;
    const sizes = groups.map((group) => this.sizes[group]!);
    const numbers = new Float64Array(sizes.reduce((sum, size) => sum + size, 0));
    let at = 0;
    for (const group of groups) {
      if (this.sizes[group] === 0) continue;
      const own = this.numbers(group);
      numbers.set(own, at);
      at += own.length;
    }
    return { sizes, numbers };
  }

  load({ sizes, numbers }: SavedLists): void {
    let at = 0;
    sizes.forEach((size, group) => {
      for (let n = 0; n < size; n++) this.add(group, numbers[at++]!);
    });
  }

  private startChunk(group: number): void {
    if (this.end + CHUNK > this.arena.length) {
      const arena = new Float64Array(Math.ceil(this.arena.length * 1.5) + CHUNK);
      arena.set(this.arena);
      this.arena = arena;
    }
    this.arena[this.end] = this.sizes[group] === 0 ? 0 : this.lasts[group]!;
    this.lasts[group] = this.end;
    this.end += CHUNK;
  }
}

function grown(before: Uint32Array, capacity: number): Uint32Array<ArrayBuffer> {
  const after = new Uint32Array(capacity);
  after.set(before);
  return after;
}
