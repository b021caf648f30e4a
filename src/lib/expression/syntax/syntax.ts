/** The tree of an expression. Frozen once read; `at` is where in the text messages point, in UTF-16 units. */
import type { ExpressionValue } from "../values/value.js";

export type Syntax =
  | { readonly kind: "literal"; readonly at: number; readonly value: ExpressionValue }
  | { readonly kind: "name"; readonly at: number; readonly name: string; readonly isQuoted: boolean }
  | { readonly kind: "member"; readonly at: number; readonly object: Syntax; readonly name: string }
  | { readonly kind: "index"; readonly at: number; readonly object: Syntax; readonly index: Syntax }
  | {
      readonly kind: "call";
      readonly at: number;
      readonly name: string;
      /** What stands before the dot of a method. */
      readonly target: Syntax | undefined;
      readonly args: readonly Syntax[];
    }
  | { readonly kind: "unary"; readonly at: number; readonly operator: "!" | "-"; readonly operand: Syntax }
  | {
      readonly kind: "binary";
      readonly at: number;
      readonly operator: BinaryOperator;
      readonly left: Syntax;
      readonly right: Syntax;
    }
  /** Two or more joined by the same operator. */
  | {
      readonly kind: "logic";
      readonly at: number;
      readonly operator: "&&" | "||";
      readonly parts: readonly Syntax[];
    }
  | {
      readonly kind: "choice";
      readonly at: number;
      readonly condition: Syntax;
      readonly yes: Syntax;
      readonly no: Syntax;
    }
  | { readonly kind: "list"; readonly at: number; readonly items: readonly Syntax[] }
  | { readonly kind: "map"; readonly at: number; readonly entries: readonly (readonly [Syntax, Syntax])[] };

export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";
export type Arithmetic = "+" | "-" | "*" | "/" | "%";
export type BinaryOperator = Comparison | Arithmetic | "in";

/** Where the text of a tree begins: what a message about the whole of it points at. */
export function startOf(syntax: Syntax): number {
  switch (syntax.kind) {
    case "member":
    case "index":
      return startOf(syntax.object);
    case "call":
      return syntax.target === undefined ? syntax.at : startOf(syntax.target);
    case "binary":
      return startOf(syntax.left);
    case "logic":
      return startOf(syntax.parts[0]!);
    case "choice":
      return startOf(syntax.condition);
    default:
      return syntax.at;
  }
}
