/** Aggregates in conditions over results: `p95(ms) > 200` is `p95_ms > 200` where that is a column. */
import { closing } from "./call.js";
import { aggregateNamed } from "./registry.js";

interface WrittenColumn {
  readonly name: string;
  /** As it was asked for, without blanks: `p95(ms)`. */
  readonly written: string;
}

/** `text` with the names of columns in the place of the aggregates that they were asked for by. */
export function conditionOver(text: string, columns: readonly WrittenColumn[]): string {
  return replaceAggregates(text, (call) => {
    const written = call.replaceAll(/\s+/g, "");
    return columns.find((column) => column.written === written)?.name;
  });
}

/** `text` with `replace` of each aggregate in it; where that is undefined, it stays. */
export function replaceAggregates(text: string, replace: (call: string) => string | undefined): string {
  let out = "";
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const quoted = /^(?:"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)/.exec(rest)?.[0];
    const word = quoted ?? /^[\p{L}\p{N}_.$@]+/u.exec(rest)?.[0] ?? rest[0]!;
    const call = quoted === undefined ? callAt(text, at, word) : undefined;
    out += (call === undefined ? undefined : replace(call)) ?? call ?? word;
    at += (call ?? word).length;
  }
  return out;
}

/** The aggregate that `word` at `at` begins: with its parentheses, or `count` and `rate` alone. */
function callAt(text: string, at: number, word: string): string | undefined {
  if (!/^[A-Za-z]/.test(word) || aggregateNamed(word) === undefined) return undefined;
  const open = at + word.length + /^\s*/.exec(text.slice(at + word.length))![0].length;
  if (text[open] !== "(") return /^(count|rate)$/i.test(word) ? word : undefined;
  const end = closing(text, open);
  return end === undefined ? undefined : text.slice(at, end + 1);
}
