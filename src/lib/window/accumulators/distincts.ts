import { Distinct } from "../../sketch/distinct.js";
import { hashBytes, hashed } from "../../sketch/hash.js";
import type { Accumulator, Batch } from "../accumulator.js";
import { ObjectCells } from "../columns.js";
import { type SavedLists, SMALL_MAX, SmallLists, upTo } from "./small-lists.js";

/** How many different texts a group has seen, of one column: HyperLogLog. */
export class Distincts implements Accumulator {
  /** 52 bits of each hash, far more than ranks are likely to need. */
  private readonly small = new SmallLists();
  private readonly large = new ObjectCells<Distinct>();
  private readonly text: number;

  constructor(text: number) {
    this.text = text;
  }

  add({ columns, rows, groups, count }: Batch): void {
    const { bytes, starts, ends } = columns.texts[this.text]!;
    for (let n = 0; n < count; n++) {
      const row = rows[n]!;
      if (ends[row] === 0) continue;
      hashBytes(bytes, starts[row]!, ends[row]!);
      this.addHash(groups[n]!, hashed.high, hashed.low & ~0xfff);
    }
  }

  merge(into: number, from: Distincts, group: number): void {
    const theirs = from.large.data[group];
    if (theirs !== undefined) this.promoted(into).merge(theirs);
    else for (const hash of from.small.numbers(group)) this.addHash(into, highOf(hash), lowOf(hash));
  }

  /** The sketch of a group; for a small one made for the asking. */
  sketch(group: number): Distinct {
    return this.large.data[group] ?? sketchOf(this.small.numbers(group));
  }

  /** The estimate of how many different values there were, a whole number. */
  estimate(group: number): number {
    const sketch = this.large.data[group];
    return sketch === undefined ? this.small.sizes[group]! : Math.round(sketch.estimate());
  }

  resize(capacity: number): void {
    this.small.resize(capacity);
    this.large.resize(capacity);
  }

  keep(order: Uint32Array): void {
    this.small.keep(order);
    this.large.keep(order);
  }

  clear(group: number): void {
    this.small.clear(group);
    this.large.clear(group);
  }

  groupBytes(events: number): number {
    return events < SMALL_MAX ? 16 + 11 * events : 200 + Math.min(16 * events, 16_384);
  }

  save(count: number): unknown {
    const sketched: number[] = [];
    const saved: Int32Array[] = [];
    for (let group = 0; group < count; group++) {
      const sketch = this.large.data[group];
      if (sketch === undefined) continue;
      sketched.push(group);
      saved.push(sketch.save());
    }
    return { small: this.small.save(upTo(count)), groups: Uint32Array.from(sketched), ...packed(saved) };
  }

  load(state: unknown): void {
    const { small, groups, entries, ends } = state as Saved;
    this.small.load(small);
    groups.forEach((group, n) => {
      this.large.data[group] = Distinct.load(entries.slice(n === 0 ? 0 : ends[n - 1]!, ends[n]!));
    });
  }

  private addHash(group: number, high: number, low: number): void {
    const sketch = this.large.data[group];
    if (sketch !== undefined) {
      sketch.addHash(high, low);
      return;
    }
    const hash = high * 2 ** 20 + (low >>> 12);
    if (this.small.has(group, hash)) return;
    this.small.add(group, hash);
    if (this.small.sizes[group] === SMALL_MAX) this.promoted(group);
  }

  private promoted(group: number): Distinct {
    const known = this.large.data[group];
    if (known !== undefined) return known;
    const made = sketchOf(this.small.numbers(group));
    this.small.clear(group);
    this.large.data[group] = made;
    return made;
  }
}

interface Saved {
  readonly small: SavedLists;
  readonly groups: Uint32Array;
  readonly entries: Int32Array;
  readonly ends: Float64Array;
}

function sketchOf(hashes: Float64Array): Distinct {
  const made = new Distinct();
  for (const hash of hashes) made.addHash(highOf(hash), lowOf(hash));
  return made;
}

function highOf(hash: number): number {
  return Math.floor(hash / 2 ** 20);
}

function lowOf(hash: number): number {
  return ((hash % 2 ** 20) << 12) >>> 0;
}

function packed(parts: readonly Int32Array[]): { entries: Int32Array; ends: Float64Array } {
  const ends = new Float64Array(parts.length);
  let length = 0;
  parts.forEach((part, n) => {
    length += part.length;
    ends[n] = length;
  });
  const entries = new Int32Array(length);
  parts.forEach((part, n) => {
    entries.set(part, ends[n]! - part.length);
  });
  return { entries, ends };
}
