/** The command of `exec` as the words of a program: no shell, unless it is asked for. */
import { basename } from "node:path";
import { failure } from "../../base/errors/index.js";

export interface Command {
  readonly words: readonly string[];
  /** The program's name, without its directory: what its events and messages call it. */
  readonly name: string;
}

/** What only a shell understands. */
const OF_SHELL = /^(?:\||\|\||&|&&|;|[0-9]?[<>].*)$/;
const WORD = /\s+|"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|([^\s"'\\]+)|(["'\\])/gsy;

/** `operands`: words, or one text of words. Throws usage.bad-value. */
export function commandOf(operands: readonly string[], isShell: boolean): Command {
  const [only = ""] = operands;
  if (isShell) {
    const text = operands.join(" ");
    const [first = "sh"] = /[^\s;&|<>()'"$`]+/.exec(text) ?? [];
    return { words: ["/bin/sh", "-c", text], name: basename(first) };
  }
  const words = operands.length === 1 && /\s/.test(only.trim()) ? wordsOf(only.trim()) : operands;
  const [program = ""] = words;
  if (program.trim() === "") throw wrong(only, "it names no program");
  return { words, name: basename(program) };
}

/** Splits as a shell does: quotes and backslashes, and nothing else of one. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  const end = () => {
    if (word === undefined) return;
    if (!isQuoted && OF_SHELL.test(word))
      throw wrong(text, `"${word}" means something to a shell only`, "--shell runs it in one");
    words.push(word);
    word = undefined;
    isQuoted = false;
  };
  for (const [all, double, single, escaped, plain, stray] of text.matchAll(WORD)) {
    if (stray !== undefined) throw wrong(text, `a ${stray} in it is never closed`);
    const part = double?.replace(/\\(["\\$`])/g, "$1") ?? single ?? escaped;
    if (part === undefined && plain === undefined && all.trim() === "") end();
    else word = (word ?? "") + (part ?? plain);
    isQuoted ||= part !== undefined;
  }
  end();
  return words;
}

function wrong(value: string, reason: string, hint?: string) {
  return failure("usage.bad-value", {
    option: "COMMAND",
    value,
    reason,
    ...(hint === undefined ? {} : { hint }),
  });
}
