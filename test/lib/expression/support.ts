import { FieldSet, Projector } from "../../../src/lib/event/rows/rows.js";
import { compileExpression, type ExpressionNeeds } from "../../../src/lib/expression/expression.js";

/** The JSON text of an expression's value for one event (JSON text); undefined: it has none. */
export function resultOf(text: string, event = "{}", needs: ExpressionNeeds = {}): string | undefined {
  return resultsOf(text, [event], needs)[0];
}

export function resultsOf(
  text: string,
  events: readonly string[],
  needs: ExpressionNeeds = {},
): (string | undefined)[] {
  const fields = new FieldSet();
  const expression = compileExpression(text, fields, "EXPR", needs);
  const { rows, faults } = new Projector(fields).apply(
    Buffer.from(events.map((event) => `${event}\n`).join("")),
  );
  if (faults.length > 0) throw new Error(`not events: ${faults.map(({ reason }) => reason)}`);
  return events.map((_, row) => expression.jsonText(rows, row));
}

/** Message and help line of the error that compiling gives. */
export function errorOf(
  text: string,
  needs: ExpressionNeeds = {},
): { message: string; help: string | undefined } {
  try {
    compileExpression(text, new FieldSet(), "EXPR", needs);
  } catch (error) {
    const { message, help } = error as { message: string; help: string | undefined };
    return { message, help };
  }
  throw new Error(`no error: ${text}`);
}
