/** What differs between expected and actual events: which are missing, which came unasked, which fields are others. */
import { encodeJson, type JsonValue } from "../../json/value.js";
import type { EventValue } from "../cases/test-case.js";
import { hasFields, isEqual, isObject } from "./equal.js";

/** What an expected event and one that came in its place are to each other. */
export type Pairing =
  | { readonly kind: "same"; readonly expected: number; readonly actual: number }
  | { readonly kind: "changed"; readonly expected: number; readonly actual: number }
  | { readonly kind: "missing"; readonly expected: number }
  | { readonly kind: "extra"; readonly actual: number };

export interface FieldDifference {
  /** `user.id`, `tags[1]`. */
  readonly path: string;
  /** Undefined: the field was not expected. */
  readonly expected: JsonValue | undefined;
  /** Undefined: it did not come. */
  readonly actual: JsonValue | undefined;
}

export interface Comparing {
  /** Other fields than those that are expected do not matter. */
  readonly isPartial: boolean;
  readonly isUnordered: boolean;
}

/** Longer lists are compared place by place: finding the best order costs the product of their lengths. */
const ALIGNED_MAX = 400;

/** Each expected and each actual event stands in one of them; in the order of the events. */
export function pair(
  expected: readonly EventValue[],
  actual: readonly (EventValue | string)[],
  { isPartial, isUnordered }: Comparing,
): readonly Pairing[] {
  const matches = (e: number, a: number) => {
    const came = actual[a]!;
    if (typeof came === "string") return false;
    return isPartial ? hasFields(came, expected[e]!) : isEqual(came, expected[e]!);
  };
  const same = isUnordered
    ? anyOrder(expected.length, actual.length, matches)
    : inOrder(expected.length, actual.length, matches);
  return withGaps(same, expected.length, actual.length);
}

type Match = readonly [number, number];

/** As many pairs as there can be (augmenting paths): an event that fits two places must not take the only one. */
export function anyOrder(
  expected: number,
  actual: number,
  matches: (e: number, a: number) => boolean,
): Match[] {
  const takenBy: number[] = new Array<number>(actual).fill(-1);
  const place = (e: number, tried: Set<number>): boolean => {
    for (let a = 0; a < actual; a++) {
      if (tried.has(a) || !matches(e, a)) continue;
      tried.add(a);
      if (takenBy[a]! < 0 || place(takenBy[a]!, tried)) {
        takenBy[a] = e;
        return true;
      }
    }
    return false;
  };
  for (let e = 0; e < expected; e++) {
    // The first that is free, before anything is moved for it.
    const free = takenBy.findIndex((by, a) => by < 0 && matches(e, a));
    if (free >= 0) takenBy[free] = e;
    else place(e, new Set());
  }
  return takenBy.flatMap((e, a): Match[] => (e < 0 ? [] : [[e, a]])).sort(([a], [b]) => a - b);
}

/** The longest common subsequence. */
function inOrder(expected: number, actual: number, matches: (e: number, a: number) => boolean): Match[] {
  let start = 0;
  while (start < expected && start < actual && matches(start, start)) start++;
  const head = Array.from({ length: start }, (_, n): Match => [n, n]);
  const [rows, columns] = [expected - start, actual - start];
  if (rows === 0 || columns === 0) return head;
  if (Math.max(rows, columns) > ALIGNED_MAX) {
    const places = Array.from({ length: Math.min(rows, columns) }, (_, n) => n + start);
    return [...head, ...places.filter((n) => matches(n, n)).map((n): Match => [n, n])];
  }
  return [
    ...head,
    ...longest(rows, columns, (e, a) => matches(e + start, a + start)).map(
      ([e, a]): Match => [e + start, a + start],
    ),
  ];
}

function longest(rows: number, columns: number, matches: (e: number, a: number) => boolean): Match[] {
  const lengths = Array.from({ length: rows + 1 }, () => new Uint16Array(columns + 1));
  const fits = Array.from({ length: rows }, () => new Uint8Array(columns));
  for (let e = rows - 1; e >= 0; e--)
    for (let a = columns - 1; a >= 0; a--) {
      fits[e]![a] = matches(e, a) ? 1 : 0;
      lengths[e]![a] =
        fits[e]![a] === 1 ? lengths[e + 1]![a + 1]! + 1 : Math.max(lengths[e + 1]![a]!, lengths[e]![a + 1]!);
    }
  const found: Match[] = [];
  for (let [e, a] = [0, 0]; e < rows && a < columns; ) {
    if (fits[e]![a] === 1) found.push([e++, a++]);
    else if (lengths[e + 1]![a]! >= lengths[e]![a + 1]!) e++;
    else a++;
  }
  return found;
}

/** Of what lies between two pairs, the first missing one and the first extra one belong together, and so on. */
function withGaps(same: readonly Match[], expected: number, actual: number): Pairing[] {
  const pairings: Pairing[] = [];
  const usedActual = new Set(same.map(([, a]) => a));
  const usedExpected = new Set(same.map(([e]) => e));
  const isInOrder = same.every(([, a], n) => n === 0 || same[n - 1]![1] < a);
  const free = (used: ReadonlySet<number>, from: number, to: number) =>
    Array.from({ length: Math.max(0, to - from) }, (_, n) => n + from).filter((n) => !used.has(n));
  const gap = (e: readonly number[], a: readonly number[]) => {
    for (let n = 0; n < Math.max(e.length, a.length); n++) {
      const [one, other] = [e[n], a[n]];
      if (one === undefined) pairings.push({ kind: "extra", actual: other! });
      else if (other === undefined) pairings.push({ kind: "missing", expected: one });
      else pairings.push({ kind: "changed", expected: one, actual: other });
    }
  };
  let [e, a] = [0, 0];
  for (const [nextE, nextA] of isInOrder ? same : []) {
    gap(free(usedExpected, e, nextE), free(usedActual, a, nextA));
    pairings.push({ kind: "same", expected: nextE, actual: nextA });
    [e, a] = [nextE + 1, nextA + 1];
  }
  if (!isInOrder)
    for (const [one, other] of same) pairings.push({ kind: "same", expected: one, actual: other });
  gap(free(usedExpected, e, expected), free(usedActual, a, actual));
  return pairings;
}

/** In the order of the expected fields, then those that nobody expected. `isPartial`: without these. */
export function fieldDifferences(
  expected: JsonValue | undefined,
  actual: JsonValue | undefined,
  isPartial: boolean,
  path = "",
): readonly FieldDifference[] {
  if (expected !== undefined && actual !== undefined && isEqual(expected, actual)) return [];
  if (isObject(expected) && isObject(actual)) {
    const keys = [
      ...Object.keys(expected),
      ...(isPartial ? [] : Object.keys(actual).filter((key) => !Object.hasOwn(expected, key))),
    ];
    return keys.flatMap((key) =>
      fieldDifferences(own(expected, key), own(actual, key), isPartial, joined(path, key)),
    );
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const length = Math.max(expected.length, actual.length);
    return Array.from({ length }, (_, n) => n).flatMap((n) =>
      fieldDifferences(expected[n], actual[n], false, `${path}[${n}]`),
    );
  }
  return [{ path, expected, actual }];
}

function own(event: { readonly [name: string]: JsonValue }, key: string): JsonValue | undefined {
  return Object.hasOwn(event, key) ? event[key] : undefined;
}

function joined(path: string, key: string): string {
  const name = /^[\p{L}_$@][\p{L}\p{N}_$@-]*$/u.test(key) ? key : JSON.stringify(key);
  return path === "" ? name : `${path}.${name}`;
}

/** A value as messages show it. */
export function jsonShown(value: JsonValue): string {
  return encodeJson(value);
}
