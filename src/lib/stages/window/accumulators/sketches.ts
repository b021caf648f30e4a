import type { Accumulator, Batch } from "./accumulator.js";
import { ObjectCells } from "./columns.js";
import { type SavedLists, SMALL_MAX, SmallLists, upTo } from "./small-lists.js";

/** What a sketch saves itself as. */
type Numbers = Float64Array | Int32Array;

/** A sketch a group; of a small group only the numbers it would be made of, in one array for all groups. */
export abstract class Sketches<T extends { merge(other: T): void; save(): Numbers }> implements Accumulator {
  protected readonly small = new SmallLists();
  protected readonly large = new ObjectCells<T>();

  abstract add(batch: Batch): void;
  abstract groupBytes(events: number): number;
  /** A sketch of the numbers of a small group. */
  protected abstract sketchOf(numbers: Float64Array): T;
  /** Adds such a number to a group. */
  protected abstract addNumber(group: number, number: number): void;
  protected abstract loaded(saved: Numbers): T;

  merge(into: number, from: this, group: number): void {
    const theirs = from.large.data[group];
    if (theirs !== undefined) this.promoted(into).merge(theirs);
    else for (const number of from.small.numbers(group)) this.addNumber(into, number);
  }

  /** The sketch of a group; for a small one made for the asking. */
  sketch(group: number): T {
    return this.large.data[group] ?? this.sketchOf(this.small.numbers(group));
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

  save(count: number): Saved {
    const groups: number[] = [];
    const saved: Numbers[] = [];
    for (let group = 0; group < count; group++) {
      const sketch = this.large.data[group];
      if (sketch === undefined) continue;
      groups.push(group);
      saved.push(sketch.save());
    }
    return { small: this.small.save(upTo(count)), groups: Uint32Array.from(groups), ...packed(saved) };
  }

  load(state: unknown): void {
    const { small, groups, numbers, ends } = state as Saved;
    this.small.load(small);
    groups.forEach((group, n) => {
      this.large.data[group] = this.loaded(numbers!.slice(n === 0 ? 0 : ends[n - 1]!, ends[n]!));
    });
  }

  /** To a group without a sketch, which gets one once it has many numbers. */
  protected addSmall(group: number, number: number): void {
    this.small.add(group, number);
    if (this.small.sizes[group] === SMALL_MAX) this.promoted(group);
  }

  private promoted(group: number): T {
    const known = this.large.data[group];
    if (known !== undefined) return known;
    const made = this.sketchOf(this.small.numbers(group));
    this.small.clear(group);
    this.large.data[group] = made;
    return made;
  }
}

interface Saved {
  readonly small: SavedLists;
  /** The groups that have a sketch; the numbers of all of them one behind the other, and where each one's end. */
  readonly groups: Uint32Array;
  readonly numbers: Numbers | undefined;
  readonly ends: Float64Array;
}

function packed(parts: readonly Numbers[]): { numbers: Numbers | undefined; ends: Float64Array } {
  const ends = new Float64Array(parts.length);
  let length = 0;
  parts.forEach((part, n) => {
    length += part.length;
    ends[n] = length;
  });
  const [first] = parts;
  if (first === undefined) return { numbers: undefined, ends };
  const numbers = first instanceof Float64Array ? new Float64Array(length) : new Int32Array(length);
  parts.forEach((part, n) => {
    numbers.set(part, ends[n]! - part.length);
  });
  return { numbers, ends };
}
