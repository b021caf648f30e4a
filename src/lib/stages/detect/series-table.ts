/**
 * Series by key, each with a few numbers. As many as there may be; beyond that those not seen for longest are
 * forgotten.
 */

/** What part of the series is forgotten at once, so that looking for the oldest costs little a series. */
const FORGOTTEN_SHARE = 1 / 8;
/** Place of the turn in which the series was last used, before its own numbers. */
const USED = 0;

export interface SavedSeries {
  readonly keys: readonly string[];
  readonly turn: number;
  /** The numbers of each series, in the order of the keys. */
  readonly numbers: Float64Array;
}

export class SeriesTable {
  /** The numbers of all series. Another array after a `use` that made it grow: to be looked up after, not before. */
  memory: Float64Array;
  private readonly stride: number;
  private readonly max: number;
  private readonly onForget: (key: string, at: number) => void;
  /** Where the numbers of a series begin. In the order in which they came up. */
  private readonly places = new Map<string, number>();
  private readonly free: number[] = [];
  private end = 0;
  private turn = 0;

  /** At most `max` series of `size` numbers. */
  constructor(size: number, max: number, onForget: (key: string, at: number) => void) {
    this.stride = size + 1;
    this.max = max;
    this.onForget = onForget;
    this.memory = new Float64Array(this.stride * 16);
  }

  get count(): number {
    return this.places.size;
  }

  /** Where the numbers of the series begin in `memory`; a new one has zeros. */
  use(key: string): number {
    const place = this.places.get(key) ?? this.add(key);
    this.memory[place + USED] = ++this.turn;
    return place + 1;
  }

  has(key: string): boolean {
    return this.places.has(key);
  }

  /** Each series in the order in which they came up. */
  each(visit: (key: string, at: number) => void): void {
    for (const [key, place] of this.places) visit(key, place + 1);
  }

  forget(key: string): void {
    const place = this.places.get(key);
    if (place === undefined) return;
    this.onForget(key, place + 1);
    this.places.delete(key);
    this.memory.fill(0, place, place + this.stride);
    this.free.push(place);
  }

  save(): SavedSeries {
    const numbers = new Float64Array(this.places.size * this.stride);
    let at = 0;
    for (const place of this.places.values()) {
      numbers.set(this.memory.subarray(place, place + this.stride), at);
      at += this.stride;
    }
    return { keys: [...this.places.keys()], turn: this.turn, numbers };
  }

  load({ keys, turn, numbers }: SavedSeries): void {
    this.memory = new Float64Array(Math.max(numbers.length, this.stride * 16));
    this.memory.set(numbers);
    for (const [n, key] of keys.entries()) this.places.set(key, n * this.stride);
    this.end = numbers.length;
    this.turn = turn;
  }

  private add(key: string): number {
    if (this.places.size >= this.max) this.forgetOldest();
    const place = this.free.pop() ?? this.end;
    if (place === this.end) {
      this.end += this.stride;
      if (this.end > this.memory.length) {
        const larger = new Float64Array(Math.min(this.memory.length * 2, this.max * this.stride));
        larger.set(this.memory);
        this.memory = larger;
      }
    }
    this.places.set(key, place);
    return place;
  }

  private forgetOldest(): void {
    const turns = Float64Array.from(this.places.values(), (place) => this.memory[place + USED]!).sort();
    const last = turns[Math.floor(turns.length * FORGOTTEN_SHARE)]!;
    for (const [key, place] of [...this.places]) if (this.memory[place + USED]! <= last) this.forget(key);
  }
}
