import { Quantiles } from "../../sketch/quantiles.js";
import type { Accumulator, Batch } from "../accumulator.js";
import { ObjectCells } from "../columns.js";
import { type SavedLists, SMALL_MAX, SmallLists, upTo } from "./small-lists.js";

/** A t-digest a group, of one column of numbers: any number of percentiles share it. */
export class Digests implements Accumulator {
  private readonly small = new SmallLists();
  private readonly large = new ObjectCells<Quantiles>();
  private readonly number: number;

  constructor(number: number) {
    this.number = number;
  }

  add({ columns, rows, groups, count }: Batch): void {
    const { values } = columns.numbers[this.number]!;
    const large = this.large.data;
    for (let n = 0; n < count; n++) {
      const value = values[rows[n]!]!;
      if (Number.isNaN(value)) continue;
      const group = groups[n]!;
      const digest = large[group];
      if (digest !== undefined) digest.add(value);
      else this.addSmall(group, value);
    }
  }

  merge(into: number, from: Digests, group: number): void {
    const theirs = from.large.data[group];
    if (theirs !== undefined) this.promoted(into).merge(theirs);
    else for (const value of from.small.numbers(group)) this.addOne(into, value);
  }

  /** The sketch of a group; for a small one made for the asking. */
  sketch(group: number): Quantiles {
    return this.large.data[group] ?? sketchOf(this.small.numbers(group));
  }

  /** The value at rank `q` of 0 to 1; undefined when the group has no number. */
  quantile(group: number, q: number): number | undefined {
    const digest = this.large.data[group];
    if (digest !== undefined) return digest.quantile(q);
    const sorted = this.small.numbers(group).slice().sort();
    if (sorted.length === 0) return undefined;
    // As SQL's quantile_cont, and as the sketch itself among exact values.
    const rank = q * (sorted.length - 1);
    const below = sorted[Math.floor(rank)]!;
    return below + (sorted[Math.ceil(rank)]! - below) * (rank - Math.floor(rank));
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
    return events < SMALL_MAX ? 16 + 12 * events : 300 + 9 * Math.min(events, 1200);
  }

  save(count: number): unknown {
    const sketched: number[] = [];
    const saved: Float64Array[] = [];
    for (let group = 0; group < count; group++) {
      const digest = this.large.data[group];
      if (digest === undefined) continue;
      sketched.push(group);
      saved.push(digest.save());
    }
    return { small: this.small.save(upTo(count)), groups: Uint32Array.from(sketched), ...packed(saved) };
  }

  load(state: unknown): void {
    const { small, groups, numbers, ends } = state as Saved;
    this.small.load(small);
    groups.forEach((group, n) => {
      this.large.data[group] = Quantiles.load(numbers.slice(n === 0 ? 0 : ends[n - 1]!, ends[n]!));
    });
  }

  private addOne(group: number, value: number): void {
    const digest = this.large.data[group];
    if (digest !== undefined) digest.add(value);
    else this.addSmall(group, value);
  }

  private addSmall(group: number, value: number): void {
    this.small.add(group, value);
    if (this.small.sizes[group] === SMALL_MAX) this.promoted(group);
  }

  private promoted(group: number): Quantiles {
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
  readonly numbers: Float64Array;
  readonly ends: Float64Array;
}

function sketchOf(values: Float64Array): Quantiles {
  const made = new Quantiles();
  for (const value of values) made.add(value);
  return made;
}

function packed(parts: readonly Float64Array[]): { numbers: Float64Array; ends: Float64Array } {
  const ends = new Float64Array(parts.length);
  let length = 0;
  parts.forEach((part, n) => {
    length += part.length;
    ends[n] = length;
  });
  const numbers = new Float64Array(length);
  parts.forEach((part, n) => {
    numbers.set(part, ends[n]! - part.length);
  });
  return { numbers, ends };
}
