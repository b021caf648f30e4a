/** Which output of one version of a pipeline is what became of which output of another. */
import type { JsonValue } from "../../json/value.js";
import type { EventValue } from "../cases/test-case.js";
import { isEqual } from "../judge/equal.js";
import { eventOfLine } from "../network/evaluate.js";

/** A line that came to a sink. */
export interface ReplayOutput {
  readonly sink: string;
  readonly line: string;
  /** The number of the line of the input that it came out with. */
  readonly unit: number;
}

/** How much of an event must be equal where nothing else says that it is the same. */
const LIKENESS_MIN = 0.5;
/** How many neighbours of an event are asked whether they are what became of it. */
const NEAR = 64;

/**
 * Takes pairs out of both lists: of one unit and sink, of one unit, and, where an output may come with a later unit
 * (`isLate`), of one sink and of any. What is left has no like. Where units are certain, what came out at one sink for
 * one line is one event, however much of it changed.
 */
export function pairedOutputs(
  before: ReplayOutput[],
  after: ReplayOutput[],
  isLate: boolean,
): (readonly [ReplayOutput, ReplayOutput])[] {
  const pairs: (readonly [ReplayOutput, ReplayOutput])[] = [];
  const take = (one: ReplayOutput, other: ReplayOutput) => void pairs.push([one, other]);
  takeLike(before, after, ({ unit, sink }) => `${unit} ${sink}`, isLate ? LIKENESS_MIN : 0, take);
  takePairs(before, after, ({ unit, line }) => `${unit} ${line}`, take);
  takeLike(before, after, ({ unit }) => `${unit}`, LIKENESS_MIN, take);
  if (!isLate) return pairs;
  takeLike(before, after, ({ sink }) => sink, LIKENESS_MIN, take);
  takePairs(before, after, ({ line }) => line, take);
  takeLike(before, after, () => "", LIKENESS_MIN, take);
  return pairs;
}

type KeyOf = (one: ReplayOutput) => string;
type Take = (before: ReplayOutput, after: ReplayOutput) => void;

/** Takes pairs with the same key out of both lists, the first of each first. */
export function takePairs(before: ReplayOutput[], after: ReplayOutput[], keyOf: KeyOf, take: Take): void {
  if (before.length === 0 || after.length === 0) return;
  const places = groupsOf(after, keyOf);
  const next = new Map<string, number>();
  takeOut(before, after, (one) => {
    const key = keyOf(one);
    const n = next.get(key) ?? 0;
    const place = places.get(key)?.[n];
    if (place === undefined) return undefined;
    next.set(key, n + 1);
    take(one, after[place]!);
    return place;
  });
}

/** Takes pairs with the same key out of both lists, each with that of its neighbours that it is most like. */
function takeLike(
  before: ReplayOutput[],
  after: ReplayOutput[],
  keyOf: KeyOf,
  min: number,
  take: Take,
): void {
  if (before.length === 0 || after.length === 0) return;
  const theirs = groupsOf(after, keyOf);
  const events = after.map(() => undefined as EventValue | string | undefined);
  const partners = new Map<ReplayOutput, number>();
  for (const [key, group] of groupsOf(before, keyOf)) {
    const places = theirs.get(key);
    if (places === undefined) continue;
    const ours = group.map((n) => eventOfLine(before[n]!.line));
    const others = places.map((place) => (events[place] ??= eventOfLine(after[place]!.line)));
    const isSmall = ours.length * others.length <= NEAR * NEAR;
    const found = isSmall ? bestOfAll(ours, others, min) : bestOfNear(ours, others, min);
    for (const [n, m] of found) partners.set(before[group[n]!]!, places[m]!);
  }
  takeOut(before, after, (one) => {
    const place = partners.get(one);
    if (place !== undefined) take(one, after[place]!);
    return place;
  });
}

type Events = readonly (EventValue | string)[];
/** Numbers in both lists. */
type Match = readonly [number, number];

/** Those that are most like one another first; of equals those nearest in order. */
function bestOfAll(ours: Events, others: Events, min: number): readonly Match[] {
  const all = ours.flatMap((one, n) =>
    others.map((other, m) => ({ n, m, score: likeness(one, other) })).filter(({ score }) => score >= min),
  );
  all.sort((a, b) => b.score - a.score || Math.abs(a.n - a.m) - Math.abs(b.n - b.m));
  const [taken, given] = [new Set<number>(), new Set<number>()];
  return all.flatMap(({ n, m }): readonly Match[] => {
    if (taken.has(n) || given.has(m)) return [];
    taken.add(n);
    given.add(m);
    return [[n, m]];
  });
}

/** In order, each with the best of the next that are left. Costs `NEAR` comparisons an event. */
function bestOfNear(ours: Events, others: Events, min: number): readonly Match[] {
  const taken = new Set<number>();
  const matches: Match[] = [];
  let first = 0;
  for (const [n, one] of ours.entries()) {
    while (taken.has(first)) first++;
    let [best, bestScore] = [-1, -1];
    for (let m = first, seen = 0; m < others.length && seen < NEAR && bestScore < 1; m++) {
      if (taken.has(m)) continue;
      seen++;
      const score = likeness(one, others[m]!);
      if (score >= min && score > bestScore) [best, bestScore] = [m, score];
    }
    if (best < 0) continue;
    taken.add(best);
    matches.push([n, best]);
  }
  return matches;
}

/** The part of the fields that are equal, of the event that has fewer; lines that are no events are like none. */
function likeness(a: EventValue | string, b: EventValue | string): number {
  if (typeof a === "string" || typeof b === "string") return 0;
  const keys = Object.keys(a);
  let same = 0;
  for (const key of keys) {
    const other: JsonValue | undefined = Object.hasOwn(b, key) ? b[key] : undefined;
    if (other !== undefined && isEqual(a[key]!, other)) same++;
  }
  return same / Math.max(1, Math.min(keys.length, Object.keys(b).length));
}

/** Numbers of outputs by their keys, in order. */
function groupsOf(outputs: readonly ReplayOutput[], keyOf: KeyOf): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [n, one] of outputs.entries()) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [n]);
    else group.push(n);
  }
  return groups;
}

/** `placeOf`: which of `after` goes with one of `before`; undefined: both stay. */
function takeOut(
  before: ReplayOutput[],
  after: ReplayOutput[],
  placeOf: (one: ReplayOutput) => number | undefined,
): void {
  const taken = new Set<number>();
  keep(before, (one) => {
    const place = placeOf(one);
    if (place !== undefined) taken.add(place);
    return place === undefined;
  });
  if (taken.size > 0) keep(after, (_, n) => !taken.has(n));
}

function keep<T>(list: T[], isKept: (one: T, n: number) => boolean): void {
  let end = 0;
  for (const [n, one] of list.entries()) if (isKept(one, n)) list[end++] = one;
  list.length = end;
}
