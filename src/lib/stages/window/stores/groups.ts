/**
 * The groups of one window: keys found by hash, everything about them in columns. No more than a number of groups is
 * kept: when there are too many, the lightest become part of one other group ("__other__"). A group that comes up later
 * starts with the weight of the heaviest that was given up, as in space-saving, so that one that has become heavy
 * stays, and a group that was heavy once does not forever.
 */

import type { State } from "../../../pipeline/contract/stage.js";
import { Distinct } from "../../../sketch/distinct.js";
import { hashBytes, hashed } from "../../../sketch/hash.js";
import type { Accumulator } from "../accumulators/accumulator.js";
import { Cells } from "../accumulators/columns.js";
import type { Columns } from "../read.js";
import { KeyTable } from "./keys.js";

export class Groups {
  readonly keys = new KeyTable();
  /** Events of each group. */
  readonly events = new Cells();
  /** At most so many events of the group are in the other group; 0: none. */
  readonly missed = new Cells();
  /** Events of each group at its last early result. */
  private readonly printed = new Cells();
  readonly accumulators: readonly Accumulator[];
  /** What became of groups that were given up; undefined: none was. */
  other: Other | undefined;
  /** Told before groups move: group n becomes what `order[n]` was. */
  onMoved: ((order: Uint32Array) => void) | undefined;
  private readonly makeAccumulators: () => Accumulator[];
  private readonly groupsMax: number;
  private capacity = 0;
  private columns: Columns | undefined;
  private rows = new Uint32Array(1024);
  private rowGroups = new Uint32Array(1024);
  private waiting = 0;

  constructor(makeAccumulators: () => Accumulator[], groupsMax: number) {
    this.makeAccumulators = makeAccumulators;
    this.accumulators = makeAccumulators();
    this.groupsMax = groupsMax;
  }

  /** Groups there are, the other group not among them. */
  get count(): number {
    return this.keys.live;
  }

  /** The group of a row, made if need be, -1 when `accept` is given and refuses all there are. */
  groupOf(columns: Columns, row: number, accept?: (group: number) => boolean): number {
    const { bytes, ends, hashes } = columns.keys;
    const start = row === 0 ? 0 : ends[row - 1]!;
    const known = this.keys.find(bytes, start, ends[row]!, hashes[row]!, accept);
    return known >= 0 || accept !== undefined ? known : this.insert(columns, row);
  }

  /** A new group with the key of a row. */
  insert(columns: Columns, row: number): number {
    const { bytes, ends, hashes } = columns.keys;
    const start = row === 0 ? 0 : ends[row - 1]!;
    return this.insertKey(bytes, start, ends[row]!, hashes[row]!);
  }

  /** Takes a row into a group, by and by. The columns must stay as they are until `flush`. */
  add(columns: Columns, row: number, group: number): void {
    if (this.waiting === this.rows.length) {
      this.rows = doubled(this.rows);
      this.rowGroups = doubled(this.rowGroups);
    }
    this.columns = columns;
    this.rows[this.waiting] = row;
    this.rowGroups[this.waiting++] = group;
    this.events.data[group]! += 1;
  }

  /** Brings the accumulators up to date. */
  flush(): void {
    if (this.waiting === 0) return;
    const batch = { columns: this.columns!, rows: this.rows, groups: this.rowGroups, count: this.waiting };
    this.waiting = 0;
    for (const accumulator of this.accumulators) accumulator.add(batch);
    this.columns = undefined;
  }

  /** Adds the group `from` of this table to the group `into`, and gives `from` up. */
  join(into: number, from: number): void {
    this.flush();
    this.events.data[into]! += this.events.data[from]!;
    this.missed.data[into] = Math.max(this.missed.data[into]!, this.missed.data[from]!);
    for (const accumulator of this.accumulators) accumulator.merge(into, accumulator, from);
    this.keys.kill(from);
  }

  /** Forgets a group. */
  remove(group: number): void {
    this.keys.kill(group);
  }

  /** Makes room taken by removed groups free again, when it is much. */
  compact(): void {
    const dead = this.keys.count - this.keys.live;
    if (dead > 1024 && dead > this.keys.live) this.keep(this.keys.alive());
  }

  /** Keeps the `most` heaviest; the others become part of the other group. */
  prune(most: number): void {
    const alive = this.keys.alive();
    if (alive.length <= most) return;
    this.flush();
    const weights = Float64Array.from(alive, (group) => this.events.data[group]! + this.missed.data[group]!);
    const cut = weights.slice().sort()[weights.length - most] ?? Number.POSITIVE_INFINITY;
    let ties = most - weights.reduce((sum, weight) => sum + Number(weight > cut), 0);
    const order = alive.filter((_, n) => weights[n]! > cut || (weights[n] === cut && ties-- > 0));
    const other = (this.other ??= new Other(this.makeAccumulators));
    other.rounds++;
    let next = 0;
    for (let n = 0; n < alive.length; n++) {
      if (order[next] === alive[n]) next++;
      else other.take(this, alive[n]!, weights[n]!);
    }
    this.keep(order);
  }

  /** Adds all groups of all `parts`, which stay as they are, to this table, which has none. */
  mergeAll(parts: readonly Groups[]): void {
    for (const { other } of parts) {
      if (other !== undefined) (this.other ??= new Other(this.makeAccumulators)).merge(other);
    }
    for (const part of parts) this.merge(part);
  }

  /** What a group that is not here yet may have lost to the other group before. */
  get threshold(): number {
    return this.other?.threshold ?? 0;
  }

  /** All events taken. */
  get total(): number {
    return this.keys.alive().reduce((sum, group) => sum + this.events.data[group]!, this.other?.events ?? 0);
  }

  /** Those of `order` that have taken events since they were last asked for. */
  takeChanged(order: Uint32Array): Uint32Array {
    const changed = order.filter((group) => this.events.data[group] !== this.printed.data[group]);
    for (const group of changed) this.printed.data[group] = this.events.data[group]!;
    return changed;
  }

  /** About, in bytes; the same for the same events, however they were cut. */
  get memoryBytes(): number {
    let bytes = this.keys.memoryBytes;
    for (let group = 0; group < this.keys.count; group++) {
      const events = this.events.data[group]!;
      bytes += 40;
      for (const accumulator of this.accumulators) bytes += accumulator.groupBytes(events);
    }
    return bytes;
  }

  save(): State {
    const { count } = this.keys;
    return {
      keys: this.keys.save(),
      events: this.events.save(count),
      missed: this.missed.save(count),
      printed: this.printed.save(count),
      accumulators: this.accumulators.map((accumulator) => accumulator.save(count)),
      other: this.other?.save() ?? null,
    };
  }

  load(state: State): void {
    const saved = state as SavedGroups;
    this.keys.load(saved.keys);
    this.resize(Math.max(16, this.keys.count));
    this.events.load(saved.events);
    this.missed.load(saved.missed);
    this.printed.load(saved.printed);
    this.accumulators.forEach((accumulator, n) => {
      accumulator.load(saved.accumulators[n]);
    });
    if (saved.other === null) return;
    this.other = new Other(this.makeAccumulators);
    this.other.load(saved.other);
  }

  private merge(from: Groups): void {
    const missedThere = from.threshold;
    const { keys } = from;
    for (const group of keys.alive()) {
      const [start, end, hash] = [keys.start(group), keys.end(group), keys.hashOf(group)];
      const known = this.keys.find(keys.bytes, start, end, hash);
      const into = known >= 0 ? known : this.insertKey(keys.bytes, start, end, hash);
      this.events.data[into]! += from.events.data[group]!;
      // A new group was given what all parts may have lost of it; this part is known better.
      this.missed.data[into]! += from.missed.data[group]! - missedThere;
      for (const [n, accumulator] of this.accumulators.entries())
        accumulator.merge(into, from.accumulators[n]!, group);
    }
  }

  /** A new group with a key of these bytes. */
  insertKey(bytes: Uint8Array, start: number, end: number, hash: number): number {
    if (this.keys.live >= this.groupsMax + slackOf(this.groupsMax)) this.prune(this.groupsMax);
    const group = this.keys.insert(bytes, start, end, hash);
    if (group >= this.capacity) this.resize(Math.max(16, 2 * this.capacity));
    this.missed.data[group] = this.threshold;
    return group;
  }

  private keep(order: Uint32Array): void {
    this.flush();
    this.onMoved?.(order);
    this.keys.keep(order);
    for (const columns of [this.events, this.missed, this.printed, ...this.accumulators]) columns.keep(order);
  }

  private resize(capacity: number): void {
    this.capacity = capacity;
    for (const columns of [this.events, this.missed, this.printed, ...this.accumulators])
      columns.resize(capacity);
  }
}

/** All groups that were given up, as one. */
export class Other {
  readonly accumulators: readonly Accumulator[];
  events = 0;
  /** The weight of the heaviest group that was given up. */
  threshold = 0;
  /** How often groups were given up. */
  rounds = 0;
  private given = 0;
  /** The keys of the groups: some come up and are given up again. */
  private readonly keys: Distinct;

  constructor(makeAccumulators: () => Accumulator[], keys = new Distinct()) {
    this.accumulators = makeAccumulators();
    for (const accumulator of this.accumulators) accumulator.resize(1);
    this.keys = keys;
  }

  /** How many groups: exact as long as they were given up at one time only, else within 2 %. */
  get groups(): number {
    return this.rounds <= 1 ? this.given : Math.min(this.given, Math.round(this.keys.estimate()));
  }

  take(groups: Groups, group: number, weight: number): void {
    this.events += groups.events.data[group]!;
    this.threshold = Math.max(this.threshold, weight);
    this.given++;
    for (const [n, accumulator] of this.accumulators.entries())
      accumulator.merge(0, groups.accumulators[n]!, group);
    const { keys } = groups;
    hashBytes(keys.bytes, keys.start(group), keys.end(group));
    this.keys.addHash(hashed.high, hashed.low);
  }

  merge(from: Other): void {
    this.events += from.events;
    this.threshold += from.threshold;
    this.rounds += from.rounds;
    this.given += from.given;
    for (const [n, accumulator] of this.accumulators.entries())
      accumulator.merge(0, from.accumulators[n]!, 0);
    this.keys.merge(from.keys);
  }

  save(): State {
    const { events, threshold, rounds, given } = this;
    const accumulators = this.accumulators.map((accumulator) => accumulator.save(1));
    return { events, threshold, rounds, given, keys: this.keys.save(), accumulators };
  }

  load(state: State): void {
    const saved = state as SavedOther;
    this.events = saved.events;
    this.threshold = saved.threshold;
    this.rounds = saved.rounds;
    this.given = saved.given;
    this.keys.merge(Distinct.load(saved.keys));
    this.accumulators.forEach((accumulator, n) => {
      accumulator.load(saved.accumulators[n]);
    });
  }
}

interface SavedOther {
  readonly events: number;
  readonly threshold: number;
  readonly rounds: number;
  readonly given: number;
  readonly keys: Int32Array;
  readonly accumulators: readonly State[];
}

interface SavedGroups {
  readonly keys: ReturnType<KeyTable["save"]>;
  readonly events: Float64Array;
  readonly missed: Float64Array;
  readonly printed: Float64Array;
  readonly accumulators: readonly State[];
  readonly other: State | null;
}

/** So many groups more are let in before the lightest are given up: then each costs little. */
function slackOf(groupsMax: number): number {
  return Math.max(16, groupsMax >> 1);
}

function doubled(before: Uint32Array): Uint32Array<ArrayBuffer> {
  const after = new Uint32Array(2 * before.length);
  after.set(before);
  return after;
}
