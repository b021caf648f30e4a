/** Which fields an expression expects events to have. */
import { FieldSet } from "../event/rows.js";
import { compileExpression } from "./expression.js";
import { parseExpression } from "./parser.js";
import type { Syntax } from "./syntax.js";

/** The paths that it reads and does not itself ask for: `has(error)` means that there may be none. The text must be a valid one. */
export function neededFields(text: string): readonly string[] {
  const { paths } = compileExpression(text, new FieldSet(), "EXPR", { nowMs: () => 0 });
  const optional = new Set<string>();
  collect(parseExpression(text), false, optional);
  return paths.filter((path) => !optional.has(path));
}

/** Functions that have an answer where a field is missing. */
const ASKING: ReadonlySet<string> = new Set(["has", "coalesce", "default"]);

function collect(syntax: Syntax, isAsked: boolean, optional: Set<string>): void {
  if (isAsked) {
    const path = pathOf(syntax);
    if (path !== undefined) optional.add(path);
  }
  const isAsking = syntax.kind === "call" && ASKING.has(syntax.name);
  for (const part of partsOf(syntax)) collect(part, isAsking, optional);
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
