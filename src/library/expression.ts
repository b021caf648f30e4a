/** The language of `filter` and `enrich --set` for programs: compiled once, asked of events one by one. */
import { failure } from "../lib/base/errors/index.js";
import type { Event } from "../lib/event/event.js";
import { FieldSet, Projector, type Rows } from "../lib/event/rows/rows.js";
import { compileExpression } from "../lib/expression/expression.js";
import { decodeJson, type JsonValue } from "../lib/json/value.js";
import { reading, shownValue } from "./arguments.js";
import { ItemBytes } from "./items.js";

/** An event as a program has it: an `Event`, a plain object, or its line of JSON. */
export type EventLike = Event | object | string;

export interface EventExpression {
  readonly text: string;
  /** The fields it reads, by path. */
  readonly paths: readonly string[];
  /** Whether it is true of the event. */
  test(event: EventLike): boolean;
  /** Its value; undefined when it has none, as a field is missing. */
  evaluate(event: EventLike): JsonValue | undefined;
}

/**
 * Compiles an expression: docs/expressions.md has the language. Throws usage.bad-expression with a caret; `test` and
 * `evaluate` throw usage.bad-argument for what is no event, and nothing else.
 *
 * ```ts
 * const isSlow = expression('level == "error" && latency_ms > 200');
 * events.filter((event) => isSlow.test(event));
 * ```
 */
export function expression(text: string): EventExpression {
  if (typeof text !== "string")
    throw failure("usage.bad-argument", {
      call: "expression()",
      value: shownValue(text),
      reason: "an expression is text",
    });
  const fields = new FieldSet();
  const compiled = compileExpression(text, fields, "expression", { nowMs: Date.now });
  const projector = new Projector(fields);
  const rowsOf = (event: EventLike) => project(projector, event);
  return {
    text,
    paths: compiled.paths,
    test: (event) => compiled.test(rowsOf(event), 0),
    evaluate: (event) => {
      const json = compiled.jsonText(rowsOf(event), 0);
      return json === undefined ? undefined : decodeJson(json);
    },
  };
}

function project(projector: Projector, event: unknown): Rows {
  const text = typeof event === "string" ? event.replace(/[\r\n]/g, " ") : event;
  const { rows } = projector.apply(reading("expression", event, () => new ItemBytes().bytesOf(text, true)));
  if (rows.count === 1) return rows;
  throw failure("usage.bad-argument", {
    call: "expression()",
    value: shownValue(event),
    reason: "it is no event",
    hint: "an event is an Event, an object, or one line of JSON",
  });
}
