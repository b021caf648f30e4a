/** What came out, with the names of variables and files in place of their values: those may be secrets. */
import { encodeJson, type JsonValue } from "../../json/value.js";
import type { EventValue, TestCase, WantedEvents } from "../cases/test-case.js";
import { type CaseOutcome, eventOfLine } from "../network/evaluate.js";
import { isObject } from "./equal.js";

/** A text without them. */
export type Hide = (text: string) => string;

/** A line of what came out; an event stays one. */
export function hiddenLine(line: string, hide: Hide): string {
  if (hide(line) === line) return line;
  const event = eventOfLine(line);
  return typeof event === "string" ? hide(line) : encodeJson(hiddenValue(event, hide));
}

export function hiddenOutcome({ lines }: CaseOutcome, hide: Hide): CaseOutcome {
  return {
    lines: new Map([...lines].map(([at, came]) => [at, came.map((line) => hiddenLine(line, hide))])),
  };
}

/** The case as it is compared with what is hidden: who writes a value out means the same. */
export function hiddenCase(test: TestCase, hide: Hide): TestCase {
  const expectations = test.expectations.map((one) => ({ ...one, wanted: hiddenWanted(one.wanted, hide) }));
  return { ...test, expectations };
}

function hiddenWanted(wanted: WantedEvents, hide: Hide): WantedEvents {
  const { events, like, contains, snapshot } = wanted;
  const all = (values: readonly EventValue[]) =>
    values.map((value) => hiddenValue(value, hide) as EventValue);
  return {
    ...wanted,
    ...(events && { events: all(events) }),
    ...(like && { like: all(like) }),
    ...(contains && { contains: all(contains) }),
    ...(snapshot && { snapshot: { ...snapshot, events: snapshot.events && all(snapshot.events) } }),
  };
}

/** A number that is a value becomes the name as text, too. */
function hiddenValue(value: JsonValue, hide: Hide): JsonValue {
  if (typeof value === "string") return hide(value);
  if (Array.isArray(value)) return value.map((item) => hiddenValue(item, hide));
  if (isObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [hide(name), hiddenValue(item, hide)]),
    );
  const text = encodeJson(value);
  const shown = hide(text);
  return shown === text ? value : shown;
}
