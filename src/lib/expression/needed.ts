/** Which fields an expression expects events to have. */

import type { AskedField } from "../event/rows/field-path.js";
import { FieldSet } from "../event/rows/rows.js";
import { compileExpression } from "./expression.js";
import { parseExpression } from "./syntax/parser.js";
import type { Syntax } from "./syntax/syntax.js";

/**
 * The paths that it reads and does not itself ask for: `has(error)` means that there may be none. Of those that stand
 * in for each other, as in `coalesce(user, account)`, one is enough. `what` is how messages call the text. Throws
 * usage.bad-expression.
 */
export function neededFields(text: string, what = "EXPR"): readonly AskedField[] {
  const { paths } = compileExpression(text, new FieldSet(), what, { nowMs: () => 0 });
  const found: Asking = { asked: new Set(), groups: [] };
  collect(parseExpression(text), found);
  const standIns = new Set(found.groups.flat());
  return [
    ...paths.filter((path) => !found.asked.has(path) && !standIns.has(path)),
    ...found.groups.filter((group) => !group.some((path) => found.asked.has(path))),
  ];
}

interface Asking {
  /** Of `has`. */
  readonly asked: Set<string>;
  /** Of each call that takes the first that there is. */
  readonly groups: (readonly string[])[];
}

const FIRST_OF: ReadonlySet<string> = new Set(["coalesce", "default"]);

function collect(syntax: Syntax, found: Asking): void {
  const parts = partsOf(syntax);
  const name = syntax.kind === "call" ? syntax.name : "";
  const paths = name === "has" || FIRST_OF.has(name) ? parts.flatMap((part) => pathOf(part) ?? []) : [];
  if (name === "has") for (const path of paths) found.asked.add(path);
  else if (paths.length > 0) found.groups.push(paths);
  for (const part of parts) collect(part, found);
}

function pathOf(syntax: Syntax): string | undefined {
  if (syntax.kind === "name") return syntax.name;
  if (syntax.kind !== "member") return undefined;
  const object = pathOf(syntax.object);
  return object && `${object}.${syntax.name}`;
}

function partsOf(syntax: Syntax): readonly Syntax[] {
  switch (syntax.kind) {
    case "member":
      return [syntax.object];
    case "index":
      return [syntax.object, syntax.index];
    case "call":
      return syntax.target === undefined ? syntax.args : [syntax.target, ...syntax.args];
    case "unary":
      return [syntax.operand];
    case "binary":
      return [syntax.left, syntax.right];
    case "logic":
      return syntax.parts;
    case "choice":
      return [syntax.condition, syntax.yes, syntax.no];
    case "list":
      return syntax.items;
    case "map":
      return syntax.entries.flat();
    default:
      return [];
  }
}
