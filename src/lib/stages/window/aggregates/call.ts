/** The language of `--agg`: `count, p99(latency_ms), ratio(status >= 500) as errors`, cut into calls. */
import { failure, type LogpipeError } from "../../../base/errors/index.js";

/** A piece of the text and where it begins. */
export interface CallPiece {
  readonly text: string;
  readonly at: number;
}

/** One aggregate as it was written. */
export class Call {
  readonly name: CallPiece;
  /** Between the commas of the parentheses, without what follows `where`. */
  readonly args: readonly CallPiece[];
  /** The condition behind `where`. */
  readonly where: CallPiece | undefined;
  readonly alias: string | undefined;
  /** All of what was given to `what`. */
  readonly whole: string;
  /** How messages call the text: `--agg`. */
  readonly what: string;

  constructor(
    { whole, what }: WrittenIn,
    name: CallPiece,
    args: readonly CallPiece[],
    where: CallPiece | undefined,
    alias: string | undefined,
  ) {
    this.whole = whole;
    this.what = what;
    this.name = name;
    this.args = args;
    this.where = where;
    this.alias = alias;
  }

  /** The path of a field in place `n`. */
  field(n: number): string {
    const piece = this.args[n];
    if (piece === undefined)
      throw this.fail(
        `${this.name.text} needs a field`,
        this.name.at,
        `write it like ${this.name.text}(latency_ms)`,
      );
    const path = fieldOf(piece.text);
    if (path === undefined)
      throw this.fail(
        `"${piece.text}" is no field`,
        piece.at,
        "write a name like latency_ms or user.id; others in quotes",
      );
    return path;
  }

  /** A finite number in place `n`. */
  number(n: number): number {
    const piece = this.args[n]!;
    const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(piece.text) ? Number(piece.text) : Number.NaN;
    if (Number.isFinite(value)) return value;
    throw this.fail(`"${piece.text}" is no number`, piece.at);
  }

  /** Refuses arguments beyond the first `most`. */
  expectAtMost(most: number): void {
    const extra = this.args[most];
    if (extra === undefined) return;
    const takes = most === 0 ? "nothing" : most === 1 ? "one argument" : `${most} arguments`;
    throw this.fail(`${this.name.text} takes ${takes}`, extra.at);
  }

  /** The name of the result: the alias, or `standard`. */
  named(standard: string): string {
    return this.alias ?? standard;
  }

  fail(reason: string, offset: number, hint?: string, suggestion?: string): LogpipeError {
    const { what, whole: text } = this;
    return failure("usage.syntax", { what, text, offset, reason, hint, suggestion });
  }
}

/** The text that calls are cut from, and how messages call it. */
interface WrittenIn {
  readonly whole: string;
  readonly what: string;
}

/** Cuts `text` into calls. `what`: how messages call it. Throws usage.syntax. */
export function readCalls(text: string, what = "--agg"): readonly Call[] {
  return splitAt(text, { text, at: 0 }, ",", what).map((piece) => readCall({ whole: text, what }, piece));
}

function readCall(written: WrittenIn, piece: CallPiece): Call {
  const { whole, what } = written;
  const fail = (reason: string, offset: number, hint?: string) =>
    failure("usage.syntax", { what, text: whole, offset, reason, hint });
  const name = /^[A-Za-z_][\w.]*/.exec(piece.text)?.[0];
  if (name === undefined) {
    const reason = piece.text === "" ? "an aggregate is missing" : "this is no aggregate";
    throw fail(reason, piece.at, "write aggregates with commas between them, like count, p99(latency_ms)");
  }
  let at = skipBlanks(piece.text, name.length);
  let inside: CallPiece | undefined;
  if (piece.text[at] === "(") {
    const end = closing(piece.text, at);
    if (end === undefined) throw fail('a ")" is missing', piece.at + at);
    inside = trimmed({ text: piece.text.slice(at + 1, end), at: piece.at + at + 1 });
    at = skipBlanks(piece.text, end + 1);
  }
  const alias = /^as\s+(?:([A-Za-z_@$][\w.@$-]*)|("(?:[^"\\]|\\.)+"))\s*$/i.exec(piece.text.slice(at));
  if (at < piece.text.length && alias === null)
    throw fail(
      "an aggregate ends here",
      piece.at + at,
      "put a comma before the next one, or a name: count as n",
    );
  const [args, where] = inside === undefined ? [[], undefined] : argumentsOf(written, inside);
  if (where?.text === "") throw fail("a condition is missing behind where", where.at);
  return new Call(written, { text: name, at: piece.at }, args, where, alias?.[1] ?? unquoted(alias?.[2]));
}

function argumentsOf(
  { whole, what }: WrittenIn,
  inside: CallPiece,
): [readonly CallPiece[], CallPiece | undefined] {
  const words = topLevel(inside.text).filter(
    ({ offset }) =>
      /^where(?![\w.])/i.test(inside.text.slice(offset)) && !/[\w.]/.test(inside.text[offset - 1] ?? ""),
  );
  const word = words[0]?.offset;
  const before = trimmed({ text: inside.text.slice(0, word ?? inside.text.length), at: inside.at });
  const args = before.text === "" ? [] : splitAt(whole, before, ",", what);
  const where =
    word === undefined ? undefined : trimmed({ text: inside.text.slice(word + 5), at: inside.at + word + 5 });
  return [args, where];
}

/** The pieces of `piece` between the `separator`s that are in no parentheses and no quotes. */
export function splitAt(
  whole: string,
  piece: CallPiece,
  separator: string,
  what = "--agg",
): readonly CallPiece[] {
  const cuts = topLevel(piece.text).filter(({ offset }) => piece.text[offset] === separator);
  const pieces: CallPiece[] = [];
  let from = 0;
  for (const { offset } of [...cuts, { offset: piece.text.length }]) {
    pieces.push(trimmed({ text: piece.text.slice(from, offset), at: piece.at + from }));
    from = offset + 1;
  }
  const empty = pieces.find(({ text }) => text === "");
  if (empty !== undefined && pieces.length > 1)
    throw failure("usage.syntax", {
      what,
      text: whole,
      offset: empty.at,
      reason: "something is missing here",
    });
  return pieces;
}

/** Offsets that are in no parentheses, brackets or quotes. */
export function topLevel(text: string): { readonly offset: number }[] {
  const found: { offset: number }[] = [];
  let depth = 0;
  for (let offset = 0; offset < text.length; offset++) {
    const letter = text[offset]!;
    if (letter === '"' || letter === "'" || letter === "`") offset = endOfQuoted(text, offset);
    else if ("([{".includes(letter)) depth++;
    else if (")]}".includes(letter)) depth = Math.max(0, depth - 1);
    else if (depth === 0) found.push({ offset });
  }
  return found;
}

/** Where the parenthesis opened at `open` is closed. */
export function closing(text: string, open: number): number | undefined {
  let depth = 0;
  for (let offset = open; offset < text.length; offset++) {
    const letter = text[offset]!;
    if (letter === '"' || letter === "'" || letter === "`") offset = endOfQuoted(text, offset);
    else if (letter === "(") depth++;
    else if (letter === ")" && --depth === 0) return offset;
  }
  return undefined;
}

function endOfQuoted(text: string, start: number): number {
  for (let offset = start + 1; offset < text.length; offset++) {
    if (text[offset] === "\\") offset++;
    else if (text[offset] === text[start]) return offset;
  }
  return text.length;
}

/** The path that `text` names: `user.id`, `"odd name"`. */
export function fieldOf(text: string): string | undefined {
  if (/^[\p{L}_@$][\p{L}\p{N}_.@$-]*$/u.test(text)) return text;
  return unquoted(/^(?:"(?:[^"\\]|\\.)+"|`[^`]+`)$/.exec(text)?.[0]);
}

function unquoted(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (text.startsWith("`")) return text.slice(1, -1);
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}

function trimmed({ text, at }: CallPiece): CallPiece {
  const start = text.trimStart();
  return { text: start.trimEnd(), at: at + text.length - start.length };
}

function skipBlanks(text: string, from: number): number {
  return from + /^\s*/.exec(text.slice(from))![0].length;
}
