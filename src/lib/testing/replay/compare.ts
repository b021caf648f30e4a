/**
 * What two versions of a pipeline make of the same events: events that moved to another sink, changed, appeared and
 * vanished, with examples. Memory is bounded: so many events wait for those of the other side, then they count as gone.
 */
import type { JsonValue } from "../../json/value.js";
import type { EventValue } from "../cases/test-case.js";
import { fieldDifferences } from "../judge/difference.js";
import { isEqual } from "../judge/equal.js";
import { eventOfLine } from "../network/evaluate.js";

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

interface Waiting {
  readonly sink: string;
  readonly line: string;
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
/** How many neighbours of an event are asked whether they are what became of it. */
const NEAR = 64;

export class ReplayComparison {
  private readonly waiting: Readonly<Record<Side, Waiting[]>> = { before: [], after: [] };
  private readonly groups = new Map<string, Group>();
  private readonly waitingMax: number;
  private same = 0;

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

  /** What a part of the input gave, in lines by sink. `isLate`: some of it may come with a later part. */
  add(
    before: ReadonlyMap<string, readonly string[]>,
    after: ReadonlyMap<string, readonly string[]>,
    isLate: boolean,
  ): void {
    for (const [sink, lines] of before) this.take("before", sink, lines, after.get(sink));
    for (const [sink, lines] of after) this.take("after", sink, lines, before.get(sink));
    this.match();
    this.resolve(isLate ? this.waitingMax : 0);
  }

  end(): void {
    this.match();
    this.resolve(0);
  }

  private take(
    side: Side,
    sink: string,
    lines: readonly string[],
    other: readonly string[] | undefined,
  ): void {
    // Most parts of most inputs are the same on both sides.
    if (other !== undefined && lines.length === other.length && lines.every((line, n) => line === other[n])) {
      if (side === "before") this.same += lines.length;
      return;
    }
    for (const line of lines) this.waiting[side].push({ sink, line });
  }

  /** The same line at the same sink, then at another. */
  private match(): void {
    this.matchBy(
      ({ sink, line }) => `${sink}\n${line}`,
      () => void this.same++,
    );
    this.matchBy(
      ({ line }) => line,
      (one, other) => this.note("moved", one, other, []),
    );
  }

  private matchBy(keyOf: (one: Waiting) => string, note: (before: Waiting, after: Waiting) => void): void {
    const { before, after } = this.waiting;
    if (before.length === 0 || after.length === 0) return;
    const places = new Map<string, number[]>();
    for (let n = after.length - 1; n >= 0; n--) {
      const key = keyOf(after[n]!);
      const known = places.get(key);
      if (known === undefined) places.set(key, [n]);
      else known.push(n);
    }
    const taken = new Set<number>();
    const left = before.filter((one) => {
      const place = places.get(keyOf(one))?.pop();
      if (place === undefined) return true;
      taken.add(place);
      note(one, after[place]!);
      return false;
    });
    replace(before, left);
    replace(
      after,
      after.filter((_, n) => !taken.has(n)),
    );
  }

  /** What waits beyond `keep` is decided: it became what it is most like, or is gone, or is new. */
  private resolve(keep: number): void {
    const { before, after } = this.waiting;
    if (before.length <= keep && after.length <= keep) return;
    const old = before.splice(0, before.length - Math.floor(keep / 2));
    const fresh = after.splice(0, after.length - Math.floor(keep / 2));
    const events = fresh.map(({ line }) => eventOfLine(line));
    const taken = new Set<number>();
    let first = 0;
    for (const one of old) {
      while (taken.has(first)) first++;
      const place = mostLike(eventOfLine(one.line), events, taken, first);
      if (place === undefined) {
        this.note("vanished", one, undefined, []);
        continue;
      }
      taken.add(place);
      const fields = fieldsOf(one.line, fresh[place]!.line);
      if (fields.length === 0 && one.sink === fresh[place]!.sink) this.same++;
      else this.note(fields.length === 0 ? "moved" : "changed", one, fresh[place]!, fields);
    }
    fresh.forEach((one, n) => {
      if (!taken.has(n)) this.note("appeared", undefined, one, []);
    });
  }

  private note(
    kind: Group["kind"],
    before: Waiting | undefined,
    after: Waiting | undefined,
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

function replace<T>(list: T[], others: readonly T[]): void {
  list.length = 0;
  for (const one of others) list.push(one);
}

function fieldsOf(before: string, after: string): readonly string[] {
  const [one, other] = [eventOfLine(before), eventOfLine(after)];
  if (typeof one === "string" || typeof other === "string") return ["(line)"];
  return fieldDifferences(one, other, false).map(({ path }) => path);
}

/** Of the neighbours that are not taken the one with the most equal fields, if that is half of them or more. */
function mostLike(
  event: EventValue | string,
  others: readonly (EventValue | string)[],
  taken: ReadonlySet<number>,
  first: number,
): number | undefined {
  if (typeof event === "string") return undefined;
  let best: { readonly place: number; readonly score: number } | undefined;
  for (let place = first, seen = 0; place < others.length && seen < NEAR; place++) {
    if (taken.has(place)) continue;
    seen++;
    const other = others[place]!;
    if (typeof other === "string") continue;
    const score = likeness(event, other);
    if (score >= 0.5 && score > (best?.score ?? 0)) best = { place, score };
    if (score === 1) break;
  }
  return best?.place;
}

function likeness(a: EventValue, b: EventValue): number {
  const keys = Object.keys(a);
  let same = 0;
  for (const key of keys) {
    const other: JsonValue | undefined = Object.hasOwn(b, key) ? b[key] : undefined;
    if (other !== undefined && isEqual(a[key]!, other)) same++;
  }
  return same / Math.max(1, Math.min(keys.length, Object.keys(b).length));
}
