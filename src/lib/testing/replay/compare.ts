/**
 * What two versions of a pipeline make of the same events: events that moved to another sink, changed, appeared and
 * vanished, with examples. Memory is bounded: so many events wait for those of the other side, then they count as gone.
 */

import { fieldDifferences } from "../judge/difference.js";
import { eventOfLine } from "../network/evaluate.js";
import { pairedOutputs, type ReplayOutput, takePairs } from "./pairs.js";

export type Side = "before" | "after";

export interface ChangeExample {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface ChangeGroup {
  readonly kind: "moved" | "changed" | "appeared" | "vanished";
  /** The sink that had them before; undefined: none. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Paths of the fields that differ, with the number of events. */
  readonly fields: ReadonlyMap<string, number>;
  readonly count: number;
  readonly examples: readonly ChangeExample[];
}

interface Group {
  readonly kind: ChangeGroup["kind"];
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly fields: Map<string, number>;
  count: number;
  readonly examples: ChangeExample[];
}

const EXAMPLES_MAX = 3;
const GROUPS_MAX = 1000;

export class ReplayComparison {
  private readonly waiting: Readonly<Record<Side, ReplayOutput[]>> = { before: [], after: [] };
  private readonly groups = new Map<string, Group>();
  private readonly waitingMax: number;
  private same = 0;
  private isLate = false;

  /** `waitingMax`: events of a side that wait for the other, for pipelines that let them out at another time. */
  constructor(waitingMax = 20_000) {
    this.waitingMax = waitingMax;
  }

  get unchanged(): number {
    return this.same;
  }

  get changes(): readonly ChangeGroup[] {
    return [...this.groups.values()].sort((a, b) => b.count - a.count);
  }

  /**
   * What a part of the input gave, all of a unit in one part. `isLate`: some of it may come with a later unit; from
   * then on a unit says what is likely, not what is.
   */
  add(before: readonly ReplayOutput[], after: readonly ReplayOutput[], isLate: boolean): void {
    this.isLate ||= isLate;
    // Most parts of most inputs are the same on both sides.
    if (before.length === after.length && before.every((one, n) => isSame(one, after[n]!))) {
      this.same += before.length;
      return;
    }
    for (const one of before) this.waiting.before.push(one);
    for (const one of after) this.waiting.after.push(one);
    this.match();
    this.resolve(this.isLate ? this.waitingMax : 0);
  }

  end(): void {
    this.match();
    this.resolve(0);
  }

  /** The same line at the same sink: of one unit, then of any where units are not certain. */
  private match(): void {
    const { before, after } = this.waiting;
    const same = () => void this.same++;
    takePairs(before, after, ({ sink, line, unit }) => `${unit} ${sink}\n${line}`, same);
    if (this.isLate) takePairs(before, after, ({ sink, line }) => `${sink}\n${line}`, same);
  }

  /** What waits beyond `keep` is decided: it became what it is most like, or is gone, or is new. */
  private resolve(keep: number): void {
    const { before, after } = this.waiting;
    if (before.length <= keep && after.length <= keep) return;
    const unit = Math.max(unitBefore(before, keep), unitBefore(after, keep));
    const [old, fresh] = [takeUntil(before, unit), takeUntil(after, unit)];
    for (const [one, other] of pairedOutputs(old, fresh, this.isLate)) this.notePair(one, other);
    if (this.isLate) {
      const moved = (one: ReplayOutput, other: ReplayOutput) => this.notePair(one, other);
      takePairs(old, after, ({ line }) => line, moved);
      takePairs(before, fresh, ({ line }) => line, moved);
    }
    for (const one of old) this.note("vanished", one, undefined, []);
    for (const one of fresh) this.note("appeared", undefined, one, []);
  }

  private notePair(before: ReplayOutput, after: ReplayOutput): void {
    const fields = before.line === after.line ? [] : fieldsOf(before.line, after.line);
    if (fields.length === 0 && before.sink === after.sink) this.same++;
    else this.note(fields.length === 0 ? "moved" : "changed", before, after, fields);
  }

  private note(
    kind: Group["kind"],
    before: ReplayOutput | undefined,
    after: ReplayOutput | undefined,
    fields: readonly string[],
  ): void {
    const [from, to] = [before?.sink, after?.sink];
    const key = JSON.stringify([kind, from, to, kind === "changed" ? fields : []]);
    let group = this.groups.get(key);
    if (group === undefined && this.groups.size >= GROUPS_MAX)
      group = [...this.groups.values()].find(
        (one) => one.kind === kind && one.from === from && one.to === to,
      );
    if (group === undefined) {
      group = { kind, from, to, fields: new Map(), count: 0, examples: [] };
      this.groups.set(key, group);
    }
    group.count++;
    for (const path of fields) group.fields.set(path, (group.fields.get(path) ?? 0) + 1);
    if (group.examples.length < EXAMPLES_MAX)
      group.examples.push({ from, to, before: before?.line, after: after?.line });
  }
}

function isSame(one: ReplayOutput, other: ReplayOutput): boolean {
  return one.line === other.line && one.sink === other.sink && one.unit === other.unit;
}

/** Up to which unit events go, so that about half of `keep` stay. They are in the order of units. */
function unitBefore(waiting: readonly ReplayOutput[], keep: number): number {
  return waiting[waiting.length - 1 - Math.floor(keep / 2)]?.unit ?? -1;
}

function takeUntil(waiting: ReplayOutput[], unit: number): ReplayOutput[] {
  const end = waiting.findIndex((one) => one.unit > unit);
  return waiting.splice(0, end < 0 ? waiting.length : end);
}

function fieldsOf(before: string, after: string): readonly string[] {
  const [one, other] = [eventOfLine(before), eventOfLine(after)];
  if (typeof one === "string" || typeof other === "string") return ["(line)"];
  return fieldDifferences(one, other, false).map(({ path }) => path);
}
