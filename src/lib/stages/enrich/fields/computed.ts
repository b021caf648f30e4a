/** `enrich --set NAME=EXPRESSION`: a field that is computed for each event. */

import { FieldSet } from "../../../event/rows/rows.js";
import { compileExpression } from "../../../expression/expression.js";
import { quote } from "../../../json/quote.js";
import type { Enricher } from "../core/enricher.js";

/**
 * Sets `name` to the value of the expression; the value of a field alone is copied digit for digit. No value (a field
 * is missing, or holds something of the wrong kind): nothing is set, and that is counted. Throws usage.bad-expression.
 */
export function computedEnricher(
  name: string,
  expression: string,
  nowMs: () => number,
  count: (counter: "without_value") => void,
): Enricher {
  const what = `--set ${name}`;
  const { paths } = compileExpression(expression, new FieldSet(), what, { nowMs });
  const key = `${quote(name)}:`;
  return {
    reads: paths,
    writes: [name],
    bind: (fields) => {
      const compiled = compileExpression(expression, fields, what, { nowMs });
      return (rows, row, additions) => {
        const json = compiled.jsonText(rows, row);
        if (json === undefined) count("without_value");
        else additions.addText(key + json);
      };
    },
  };
}
