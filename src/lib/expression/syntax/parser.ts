// Enter here: text to tree, with every limit on hostile text.
/** Expressions to trees, by CEL's grammar. Every limit that keeps hostile text harmless is here. */

import { table } from "../../base/table.js";
import { ExpressionFault } from "./fault.js";
import type { BinaryOperator, Syntax } from "./syntax.js";
import { type Token, tokensOf } from "./tokens.js";

export const TEXT_MAX = 65_536;
/** How deep parts may stand inside of parts. A chain of && or of || is one level, however long. */
export const DEPTH_MAX = 100;

/** Throws ExpressionFault. */
export function parseExpression(text: string): Syntax {
  if (text.length > TEXT_MAX) throw new ExpressionFault(0, `longer than ${TEXT_MAX} characters`);
  if (text.trim() === "")
    throw new ExpressionFault(0, "there is no expression", { hint: 'write one like level == "error"' });
  return new Parser(tokensOf(text)).whole();
}

const LEVELS: readonly (readonly string[])[] = [
  ["==", "!=", "<", "<=", ">", ">=", "in"],
  ["+", "-"],
  ["*", "/", "%"],
];

/** Words that people bring from other languages. */
const FOREIGN: Readonly<Record<string, string>> = table({
  and: "&&",
  or: "||",
  not: "!",
  AND: "&&",
  OR: "||",
  NOT: "!",
  contains: ".contains(...)",
  matches: ".matches(...)",
  startsWith: ".startsWith(...)",
  endsWith: ".endsWith(...)",
  like: ".matches(...)",
  is: "==",
  IN: "in",
});

class Parser {
  private readonly tokens: readonly Token[];
  private next = 0;
  private depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  whole(): Syntax {
    const syntax = this.choice();
    const token = this.peek();
    if (token.kind !== "end") throw this.unexpected("an operator or the end");
    return syntax;
  }

  private choice(): Syntax {
    this.enter();
    const condition = this.logic("||");
    const at = this.peek().start;
    if (!this.take("?")) return this.leave(condition);
    const yes = this.choice();
    this.expect(":", "the : that belongs to the ?");
    return this.leave({ kind: "choice", at, condition, yes, no: this.choice() });
  }

  private logic(operator: "||" | "&&"): Syntax {
    const part = () => (operator === "||" ? this.logic("&&") : this.binary(0));
    const first = part();
    const at = this.peek().start;
    if (!this.is(operator)) return first;
    const parts = [first];
    while (this.take(operator)) parts.push(part());
    return { kind: "logic", at, operator, parts };
  }

  private binary(level: number): Syntax {
    const operators = LEVELS[level];
    if (operators === undefined) return this.unary();
    let left = this.binary(level + 1);
    const depth = this.depth;
    for (let token = this.peek(); this.isOperator(token, operators); token = this.peek()) {
      this.next++;
      this.enter();
      const right = this.binary(level + 1);
      left = { kind: "binary", at: token.start, operator: token.text as BinaryOperator, left, right };
    }
    this.depth = depth;
    return left;
  }

  private isOperator(token: Token, operators: readonly string[]): boolean {
    const isWord = token.kind === "name" && token.isQuoted !== true && token.text === "in";
    return (token.kind === "sign" || isWord) && operators.includes(token.text);
  }

  private unary(): Syntax {
    const { start, text } = this.peek();
    if (!this.is("!") && !this.is("-")) return this.postfix(this.primary());
    this.next++;
    this.enter();
    const number = this.peek();
    const isNumber = text === "-" && number.kind === "number";
    const operand = this.unary();
    if (isNumber && operand.kind === "literal" && operand.at === number.start)
      return this.leave({ kind: "literal", at: start, value: -(number.value! as number) });
    return this.leave({ kind: "unary", at: start, operator: text as "!" | "-", operand });
  }

  private postfix(first: Syntax): Syntax {
    let syntax = first;
    const depth = this.depth;
    for (;;) {
      const at = this.peek().start;
      if (this.take(".")) {
        this.enter();
        const name = this.memberName();
        syntax =
          name.isQuoted !== true && this.is("(")
            ? { kind: "call", at: name.start, name: name.text, target: syntax, args: this.args() }
            : { kind: "member", at: name.start, object: syntax, name: name.text };
      } else if (this.take("[")) {
        this.enter();
        const index = this.choice();
        this.expect("]", "the ] that belongs to the [");
        syntax = { kind: "index", at, object: syntax, index };
      } else break;
    }
    this.depth = depth;
    return syntax;
  }

  private memberName(): Token {
    const token = this.peek();
    if (token.kind !== "name") throw this.unexpected("the name of a field or of a method");
    this.next++;
    return token;
  }

  private primary(): Syntax {
    const token = this.peek();
    const at = token.start;
    this.next++;
    if (token.kind === "number") return { kind: "literal", at, value: token.value! };
    if (token.kind === "string") return { kind: "literal", at, value: token.text };
    if (token.kind === "name") return this.named(token);
    if (token.text === "(") {
      const inner = this.choice();
      this.expect(")", "the ) that belongs to the (");
      return inner;
    }
    if (token.text === "[") return { kind: "list", at, items: this.items("]") };
    if (token.text === "{") return { kind: "map", at, entries: this.entries() };
    this.next--;
    throw this.unexpected("a value: a field, a number, a string");
  }

  private named(token: Token): Syntax {
    const { text: name, start: at } = token;
    if (token.isQuoted === true) return { kind: "name", at, name, isQuoted: true };
    if (name === "true" || name === "false") return { kind: "literal", at, value: name === "true" };
    if (name === "null") return { kind: "literal", at, value: null };
    if (name === "in") throw new ExpressionFault(at, "there is no value before in");
    if (this.is("(")) return { kind: "call", at, name, target: undefined, args: this.args() };
    return { kind: "name", at, name, isQuoted: false };
  }

  private args(): Syntax[] {
    this.next++;
    return this.items(")");
  }

  private items(close: string): Syntax[] {
    const items: Syntax[] = [];
    while (!this.is(close)) {
      items.push(this.choice());
      if (!this.take(",")) break;
    }
    this.expect(close, `, or ${close}`);
    return items;
  }

  private entries(): [Syntax, Syntax][] {
    const entries: [Syntax, Syntax][] = [];
    while (!this.is("}")) {
      const key = this.choice();
      this.expect(":", "a : after the key");
      entries.push([key, this.choice()]);
      if (!this.take(",")) break;
    }
    this.expect("}", ", or }");
    return entries;
  }

  private peek(): Token {
    return this.tokens[this.next]!;
  }

  private is(sign: string): boolean {
    const token = this.peek();
    return token.kind === "sign" && token.text === sign;
  }

  private take(sign: string): boolean {
    const isThere = this.is(sign);
    if (isThere) this.next++;
    return isThere;
  }

  private expect(sign: string, what: string): void {
    if (!this.take(sign)) throw this.unexpected(what);
  }

  private enter(): void {
    if (++this.depth > DEPTH_MAX)
      throw new ExpressionFault(this.peek().start, `nested deeper than ${DEPTH_MAX}`);
  }

  private leave(syntax: Syntax): Syntax {
    this.depth--;
    return syntax;
  }

  private unexpected(expected: string): ExpressionFault {
    const token = this.peek();
    if (token.kind === "end")
      return new ExpressionFault(token.start, `it ends where ${expected} is expected`);
    const meant =
      token.kind === "name" && Object.hasOwn(FOREIGN, token.text) ? FOREIGN[token.text] : undefined;
    const shown = token.kind === "string" ? "a string" : `"${token.text}"`;
    return new ExpressionFault(token.start, `${shown} stands where ${expected} is expected`, {
      suggestion: meant,
    });
  }
}
