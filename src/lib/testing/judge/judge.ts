// Enter here: whether what came out is what a case expects, and what differs.
/** Whether what came out is what a case expects, and what of it is not. */

import { countOf } from "../../base/size.js";
import { FieldSet, Projector } from "../../event/rows/rows.js";
import { compileExpression } from "../../expression/expression.js";
import {
  type CountRule,
  DEAD_LETTERS,
  type EventValue,
  type Expectation,
  type TestCase,
  type WrittenAt,
} from "../cases/test-case.js";
import { type CaseOutcome, eventOfLine } from "../network/evaluate.js";
import { anyOrder, type FieldDifference, fieldDifferences, jsonShown, pair } from "./difference.js";
import { hasFields, isEqual } from "./equal.js";

/** One thing that is not as expected. */
export interface Difference {
  /** `event 2 of 3 differs`, `expected event 1 is missing`. */
  readonly what: string;
  readonly expected?: string | undefined;
  readonly actual?: string | undefined;
  readonly fields: readonly FieldDifference[];
  /** `it came out at severity.rest`. */
  readonly hint?: string | undefined;
  /** There was nothing to compare with yet. */
  readonly isUnwritten?: boolean;
}

/** What is wrong at one place of the pipeline. */
export interface Failing {
  /** Of the node, port or sink. */
  readonly at: string;
  readonly place: string;
  /** At least one, the first first. */
  readonly differences: readonly Difference[];
}

/** What `--update` would write. */
export interface Writing {
  readonly at: string;
  readonly writtenAt: WrittenAt;
  readonly lines: readonly string[];
}

export interface CaseVerdict {
  readonly failings: readonly Failing[];
  readonly writings: readonly Writing[];
}

/**
 * `sinks`: what a case without expectations is written down for. `asItCame`: what expressions are asked of, where
 * `outcome` is what is compared and shown.
 */
export function judge(
  test: TestCase,
  outcome: CaseOutcome,
  sinks: readonly string[],
  asItCame: CaseOutcome = outcome,
): CaseVerdict {
  const failings: Failing[] = [];
  const writings: Writing[] = [];
  for (const expectation of test.expectations) {
    const differences = differencesOf(expectation, outcome, asItCame);
    const { at, place, wanted } = expectation;
    if (differences.length > 0) failings.push({ at, place, differences });
    if (wanted.snapshot === undefined) continue;
    const lines = outcome.lines.get(at) ?? [];
    if (isWritten(wanted.snapshot.events, lines)) continue;
    writings.push({ at, writtenAt: wanted.snapshot.writtenAt, lines });
  }
  if (test.missing === undefined) return { failings, writings };
  const differences = [unwritten("the test expects nothing")];
  return {
    failings: [{ at: "", place: test.place, differences }],
    writings: sinks.map((at) => ({ at, writtenAt: test.missing!, lines: outcome.lines.get(at) ?? [] })),
  };
}

function unwritten(what: string): Difference {
  return { what, fields: [], hint: "logpipe test --update writes down what comes out", isUnwritten: true };
}

function isWritten(events: readonly EventValue[] | undefined, lines: readonly string[]): boolean {
  if (events?.length !== lines.length) return false;
  return events.every((event, n) => {
    const came = eventOfLine(lines[n]!);
    return typeof came !== "string" && isEqual(event, came);
  });
}

function differencesOf(
  { at, wanted }: Expectation,
  outcome: CaseOutcome,
  asItCame: CaseOutcome,
): Difference[] {
  const lines = outcome.lines.get(at) ?? [];
  const found = lines.map(eventOfLine);
  const elsewhere = (event: EventValue, isPartial: boolean) => whereElse(event, at, isPartial, outcome);
  const isUnordered = wanted.isUnordered === true;
  const { events, like, contains, count, all = [], snapshot } = wanted;
  const differences: Difference[] = [];
  if (events !== undefined)
    differences.push(...listed(events, found, { isPartial: false, isUnordered }, elsewhere));
  if (like !== undefined)
    differences.push(...listed(like, found, { isPartial: true, isUnordered }, elsewhere));
  if (contains !== undefined) differences.push(...contained(contains, found, elsewhere));
  if (count !== undefined) differences.push(...counted(count, lines, at));
  for (const expression of all)
    differences.push(...satisfied(expression, asItCame.lines.get(at) ?? [], lines));
  if (snapshot !== undefined && snapshot.events === undefined)
    differences.push(unwritten("nothing was written down yet"));
  else if (snapshot?.events !== undefined)
    differences.push(...listed(snapshot.events, found, { isPartial: false, isUnordered: false }, elsewhere));
  return differences;
}

type Elsewhere = (event: EventValue, isPartial: boolean) => string | undefined;

function listed(
  expected: readonly EventValue[],
  found: readonly (EventValue | string)[],
  comparing: { readonly isPartial: boolean; readonly isUnordered: boolean },
  elsewhere: Elsewhere,
): Difference[] {
  const { isPartial } = comparing;
  const of = `of ${expected.length}`;
  return pair(expected, found, comparing).flatMap((one): Difference[] => {
    if (one.kind === "same") return [];
    if (one.kind === "extra")
      return [{ what: "nobody expected this event", actual: textOf(found[one.actual]!), fields: [] }];
    const event = expected[one.expected]!;
    const what = `event ${one.expected + 1} ${of}`;
    if (one.kind === "missing")
      return [
        {
          what: `${what} is missing`,
          expected: jsonShown(event),
          fields: [],
          hint: elsewhere(event, isPartial),
        },
      ];
    const came = found[one.actual]!;
    const fields = typeof came === "string" ? [] : fieldDifferences(event, came, isPartial);
    const isOther = typeof came === "string" || fields.length > Object.keys(event).length / 2 + 1;
    const texts = isOther || fields.length === 0 ? { expected: jsonShown(event), actual: textOf(came) } : {};
    return [{ what: `${what} differs`, ...texts, fields, hint: elsewhere(event, isPartial) }];
  });
}

function contained(
  wanted: readonly EventValue[],
  found: readonly (EventValue | string)[],
  elsewhere: Elsewhere,
): Difference[] {
  const fits = (e: number, a: number) => typeof found[a] !== "string" && hasFields(found[a]!, wanted[e]!);
  const matched = new Set(anyOrder(wanted.length, found.length, fits).map(([e]) => e));
  return wanted.flatMap((event, n) => {
    if (matched.has(n)) return [];
    const nearest = nearestOf(event, found);
    return [
      {
        what: `no event has these fields (${n + 1} of ${wanted.length})`,
        expected: jsonShown(event),
        actual: nearest && jsonShown(nearest),
        fields: nearest === undefined ? [] : fieldDifferences(event, nearest, true),
        hint: elsewhere(event, true),
      },
    ];
  });
}

/** The event that differs in the fewest of the fields. */
function nearestOf(event: EventValue, found: readonly (EventValue | string)[]): EventValue | undefined {
  const ranked = found
    .filter((one) => typeof one !== "string")
    .map((one) => ({ one, by: fieldDifferences(event, one, true).length }));
  ranked.sort((a, b) => a.by - b.by);
  return ranked[0]?.one;
}

const RULES: Readonly<Record<CountRule["operator"], (n: number, count: number) => boolean>> = {
  "==": (n, count) => n === count,
  ">=": (n, count) => n >= count,
  "<=": (n, count) => n <= count,
  ">": (n, count) => n > count,
  "<": (n, count) => n < count,
};

const SHOWN_MAX = 3;

function counted({ operator, count }: CountRule, lines: readonly string[], at: string): Difference[] {
  if (RULES[operator](lines.length, count)) return [];
  const unit = at === DEAD_LETTERS ? "line" : "event";
  const wanted = operator === "==" ? countOf(count, unit) : `${operator} ${countOf(count, unit)}`;
  const what = count === 0 ? `no ${unit} expected` : `${wanted} expected`;
  const shownLines = lines.slice(0, SHOWN_MAX);
  const more = lines.length > SHOWN_MAX ? [`and ${lines.length - SHOWN_MAX} more`] : [];
  const actual = [...shownLines, ...more].join("\n") || undefined;
  return [{ what: `${what}, ${lines.length === 0 ? "none" : lines.length} came`, actual, fields: [] }];
}

/** `shown`: the same lines as they are shown. */
function satisfied(expression: string, lines: readonly string[], shown: readonly string[]): Difference[] {
  const fields = new FieldSet();
  const compiled = compileExpression(expression, fields, "all", { isCondition: true, nowMs: () => 0 });
  const { rows } = new Projector(fields).apply(Buffer.from(lines.map((line) => `${line}\n`).join("")));
  for (let row = 0; row < rows.count; row++)
    if (!compiled.test(rows, row))
      return [
        {
          what: `${expression} does not hold for event ${row + 1} of ${rows.count}`,
          actual: shown[row],
          fields: [],
        },
      ];
  return [];
}

/** Other places at which the event came out, ports first. */
function whereElse(
  event: EventValue,
  at: string,
  isPartial: boolean,
  { lines }: CaseOutcome,
): string | undefined {
  const fits = (line: string) => {
    const came = eventOfLine(line);
    return typeof came !== "string" && (isPartial ? hasFields(came, event) : isEqual(came, event));
  };
  const places = [...lines]
    .filter(([output, came]) => output !== at && came.some(fits))
    .map(([output]) => output);
  const isPort = (place: string) => place.includes(".");
  const found = places.sort().sort((a, b) => Number(isPort(b)) - Number(isPort(a)));
  return found.length === 0 ? undefined : `it came out at ${found.slice(0, 3).join(", ")}`;
}

function textOf(event: EventValue | string): string {
  return typeof event === "string" ? event : jsonShown(event);
}
