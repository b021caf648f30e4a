/**
 * A few numbers a group in one array for all groups: what sketches of small groups are kept in, because an object a
 * group would take ten times the memory. A group's numbers stand together, in a place for 2, 4, 8, 16 or 32 of them.
 */

/** A group has at most so many. */
export const SMALL_MAX = 32;
const CLASSES = 5;

export interface SavedLists {
  readonly sizes: Uint8Array;
  readonly numbers: Float64Array;
}

export class SmallLists {
  /** How many numbers each group has. */
  sizes = new Uint8Array(0);
  private places = new Uint32Array(0);
  private arena = new Float64Array(256);
  private end = 0;
  /** Places that are free again, by class. */
  private readonly free: number[][] = Array.from({ length: CLASSES }, () => []);

  resize(capacity: number): void {
    const sizes = new Uint8Array(capacity);
    sizes.set(this.sizes);
    this.sizes = sizes;
    const places = new Uint32Array(capacity);
    places.set(this.places);
    this.places = places;
  }

  /** The group must have fewer than `SMALL_MAX`. */
  add(group: number, number: number): void {
    const size = this.sizes[group]!;
    if (size === 0 || (size > 1 && (size & (size - 1)) === 0)) this.widen(group, size);
    this.arena[this.places[group]! + size] = number;
    this.sizes[group] = size + 1;
  }

  has(group: number, number: number): boolean {
    const { arena } = this;
    const start = this.places[group]!;
    const end = start + this.sizes[group]!;
    for (let at = start; at < end; at++) if (arena[at] === number) return true;
    return false;
  }

  /** In the order they were added; valid until the next change. */
  numbers(group: number): Float64Array {
    return this.arena.subarray(this.places[group]!, this.places[group]! + this.sizes[group]!);
  }

  clear(group: number): void {
    const size = this.sizes[group]!;
    if (size > 0) this.free[classOf(size)]!.push(this.places[group]!);
    this.sizes[group] = 0;
  }

  /** Group n becomes what group `order[n]` was, `order` rising; the ones behind are empty. */
  keep(order: Uint32Array): void {
    const kept = this.save(order);
    this.end = 0;
    for (const places of this.free) places.length = 0;
    this.sizes.fill(0);
    this.load(kept);
  }

  /** Of the groups in `order`. */
  save(order: Uint32Array): SavedLists {
    const sizes = Uint8Array.from(order, (group) => this.sizes[group]!);
    const numbers = new Float64Array(sizes.reduce((sum, size) => sum + size, 0));
    let at = 0;
    for (const group of order) {
      const start = this.places[group]!;
      for (let n = 0; n < this.sizes[group]!; n++) numbers[at++] = this.arena[start + n]!;
    }
    return { sizes, numbers };
  }

  load({ sizes, numbers }: SavedLists): void {
    let at = 0;
    for (let group = 0; group < sizes.length; group++)
      for (let n = 0; n < sizes[group]!; n++) this.add(group, numbers[at++]!);
  }

  /** Gives a group whose place is full one of twice the size. */
  private widen(group: number, size: number): void {
    const before = this.places[group]!;
    const room = size === 0 ? 2 : 2 * size;
    const place = this.free[classOf(room)]!.pop() ?? this.fresh(room);
    for (let n = 0; n < size; n++) this.arena[place + n] = this.arena[before + n]!;
    if (size > 0) this.free[classOf(size)]!.push(before);
    this.places[group] = place;
  }

  private fresh(room: number): number {
    if (this.end + room > this.arena.length) {
      const arena = new Float64Array(Math.ceil(this.arena.length * 1.5) + room);
      arena.set(this.arena);
      this.arena = arena;
    }
    this.end += room;
    return this.end - room;
  }
}

/** 0 for places of 2, 1 for places of 4, and so on: what `size` numbers stand in. */
function classOf(size: number): number {
  return size <= 2 ? 0 : 31 - Math.clz32(size - 1);
}

/** The numbers 0 to `count` - 1. */
export function upTo(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, n) => n);
}
