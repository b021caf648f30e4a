// Enter here: the language of `filter` and `enrich --set` (CEL), compiled to closures over fields.
/**
 * The language of `filter`, `enrich --set`, `window --where` and rules: CEL, compiled to closures that look at fields
 * in the bytes of a block. docs/expressions.md describes it; decision 0020 says why it is our own.
 *
 * ```ts
 * const fields = new FieldSet();
 * const isSlow = compileExpression('level == "error" && latency_ms > 200', fields, "--where");
 * const { rows } = new Projector(fields).apply(block.bytes);
 * for (let row = 0; row < rows.count; row++) if (isSlow.test(rows, row)) count++;
 * ```
 */
import { type FieldSet, PROJECT_FIELDS_MAX, type Rows } from "../event/rows/rows.js";
import { compileSyntax } from "./compile.js";
import { inWords, type Scope, type ValueKind } from "./compiled.js";
import { ExpressionFault, faultError } from "./syntax/fault.js";
import { parseExpression } from "./syntax/parser.js";
import { startOf } from "./syntax/syntax.js";
import { type ExpressionValue, toJsonText } from "./values/value.js";

export type { ValueKind } from "./compiled.js";
export { type ExpressionValue, toJsonText } from "./values/value.js";

export interface Expression {
  readonly text: string;
  /** What its value is where that is known beforehand; "any" when it depends on the event. */
  readonly kind: ValueKind;
  /** The paths of the fields it reads, in the order they occur. */
  readonly paths: readonly string[];
  /**
   * The value for an event; undefined when it has none: a field is missing or a value is of the wrong kind. Never
   * throws.
   */
  evaluate(rows: Rows, row: number): ExpressionValue | undefined;
  /** Whether the value is true. */
  test(rows: Rows, row: number): boolean;
  /** The JSON text of the value: of a field its text as it stands in the event, digit for digit. */
  jsonText(rows: Rows, row: number): string | undefined;
}

export interface ExpressionNeeds {
  /** A clock for `now()`; without one the function is refused. */
  readonly nowMs?: () => number;
  /** Whether the value must be true or false; anything that can be neither is refused. */
  readonly isCondition?: boolean;
  /** The fields that there are and what they hold; any other is refused. Undefined: any may come. */
  readonly columns?: ReadonlyMap<string, ValueKind>;
  /** Where the text was made from another, which messages show. */
  readonly origin?: ExpressionOrigin;
}

export interface ExpressionOrigin {
  readonly text: string;
  /** Where the part at `offset` of the text that is compiled stands in `text`. */
  at(offset: number): number;
}

/** Registers the fields it needs in `fields`. Throws usage.bad-expression naming `what` (`--where`), with the place. */
export function compileExpression(
  text: string,
  fields: FieldSet,
  what: string,
  needs: ExpressionNeeds = {},
): Expression {
  const scope: Scope = {
    fields,
    used: new Map(),
    variables: new Map(),
    locals: [],
    budget: { steps: 0 },
    nowMs: needs.nowMs,
    columns: needs.columns,
  };
  try {
    const syntax = parseExpression(text);
    const compiled = compileSyntax(syntax, scope);
    if (needs.isCondition === true && compiled.kind !== "bool" && compiled.kind !== "any") {
      const reason = `a condition is wanted, and this is ${inWords(compiled.kind)}`;
      throw new ExpressionFault(startOf(syntax), reason, {
        hint: `compare it: ${needs.columns === undefined ? "size(message)" : "count"} > 100`,
      });
    }
    if (scope.used.size > PROJECT_FIELDS_MAX)
      throw new ExpressionFault(0, `more than ${PROJECT_FIELDS_MAX} fields`);
    return expressionOf(text, compiled, scope);
  } catch (error) {
    if (!(error instanceof ExpressionFault)) throw error;
    const { origin } = needs;
    throw origin === undefined
      ? faultError(error, text, what)
      : faultError(error, origin.text, what, origin.at(error.offset));
  }
}

function expressionOf(text: string, compiled: ReturnType<typeof compileSyntax>, scope: Scope): Expression {
  const { budget, used } = scope;
  const hasLoops = scope.locals.length > 0;
  const inner = compiled.evaluate;
  const evaluate: typeof inner = hasLoops
    ? (rows, row) => {
        budget.steps = 0;
        return inner(rows, row);
      }
    : inner;
  const jsonText = (rows: Rows, row: number) => {
    if (compiled.field !== undefined) return rows.raw(compiled.field.number, row);
    const value = evaluate(rows, row);
    return value === undefined ? undefined : toJsonText(value);
  };
  return {
    text,
    kind: compiled.kind,
    paths: [...used.keys()],
    evaluate,
    test: (rows, row) => evaluate(rows, row) === true,
    jsonText,
  };
}
