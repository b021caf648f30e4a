/** The words of an expression: numbers, strings, names and signs, as in CEL's grammar. */

import { numberOfText } from "../values/value.js";
import { ExpressionFault } from "./fault.js";
import { readString } from "./string-literal.js";

export interface Token {
  readonly kind: "number" | "string" | "name" | "sign" | "end";
  /** A name, a sign, the decoded text of a string, the text of a number. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Of numbers. */
  readonly value?: number | bigint;
  /** Of names in backquotes, which are never words of the language. */
  readonly isQuoted?: boolean;
}

const BLANK = /(?:[ \t\n\r\f]+|\/\/[^\n]*)+/y;
const NAME = /[\p{L}_@][\p{L}\p{N}_@]*/uy;
const NUMBER = /0[xX][0-9a-fA-F]+[uU]?|(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[uU]?/y;
const SIGN = /&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()[\]{}]/y;
const STRING = /(?:[rR])?(?:"|')/y;
const NAME_MAX = 256;

/** Throws ExpressionFault. The last token is of kind "end". */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    const token = tokenAt(text, at);
    tokens.push(token);
    at = skipBlanks(text, token.end);
  }
  tokens.push({ kind: "end", text: "", start: text.trimEnd().length, end: text.length });
  return tokens;
}

function skipBlanks(text: string, at: number): number {
  BLANK.lastIndex = at;
  return BLANK.test(text) ? BLANK.lastIndex : at;
}

function tokenAt(text: string, start: number): Token {
  if (matchAt(STRING, text, start) !== undefined)
    return { kind: "string", start, ...readString(text, start) };
  if (text[start] === "`") return quotedName(text, start);
  const name = matchAt(NAME, text, start);
  if (name !== undefined) {
    if (name.length > NAME_MAX) throw new ExpressionFault(start, "this name is too long");
    return { kind: "name", text: name, start, end: start + name.length };
  }
  const number = matchAt(NUMBER, text, start);
  if (number !== undefined) return numberToken(text, number, start);
  const sign = matchAt(SIGN, text, start);
  if (sign !== undefined) return { kind: "sign", text: sign, start, end: start + sign.length };
  throw unknownSign(text, start);
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function quotedName(text: string, start: number): Token {
  const close = text.indexOf("`", start + 1);
  if (close < 0) throw new ExpressionFault(start, "the backquote of this name is not closed");
  const name = text.slice(start + 1, close);
  if (name === "" || name.length > NAME_MAX)
    throw new ExpressionFault(
      start,
      name === "" ? "there is no name between the backquotes" : "this name is too long",
    );
  return { kind: "name", text: name, start, end: close + 1, isQuoted: true };
}

function numberToken(text: string, written: string, start: number): Token {
  const end = start + written.length;
  const unit = matchAt(NAME, text, end);
  if (unit !== undefined) {
    const hint = /^(?:ns|us|ms|s|m|min|h|d)$/.test(unit)
      ? `a span of time is duration("${written}${unit}"); compare a number of milliseconds with a number`
      : "put an operator between them; a field whose name begins with a digit stands in backquotes";
    throw new ExpressionFault(end, `"${unit}" follows a number`, { hint });
  }
  const digits = written.replace(/[uU]$/, "");
  const isHex = /^0[xX]/.test(digits);
  if (isHex && digits.length > 34) throw new ExpressionFault(start, "this number is too large");
  const value = isHex ? numberOfText(String(BigInt(digits))) : numberOfText(digits);
  if (!Number.isFinite(Number(value))) throw new ExpressionFault(start, "this number is too large");
  return { kind: "number", text: written, start, end, value };
}

function unknownSign(text: string, at: number): ExpressionFault {
  const sign = String.fromCodePoint(text.codePointAt(at)!);
  const wanted: Readonly<Record<string, string>> = { "=": "==", "&": "&&", "|": "||", "~": ".matches(...)" };
  const shown = /\p{Cc}/u.test(sign) ? "a control character" : `"${sign}"`;
  const meant = wanted[sign];
  if (meant !== undefined) return new ExpressionFault(at, `${shown} is no operator`, { suggestion: meant });
  return new ExpressionFault(at, `${shown} cannot stand here`, {
    hint: 'a field with an odd name stands in backquotes or as event["odd name"]',
  });
}
