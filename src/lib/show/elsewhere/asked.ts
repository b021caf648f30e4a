/** Words behind a command of another program, as far as they can be told apart. */
import { existsSync } from "node:fs";
import { quotedForShell } from "../../sources/files/shell.js";

export interface Asked {
  /** Every operand, in order. */
  readonly all: readonly string[];
  has(...flags: string[]): boolean;
  /** The value of the first of the flags that has one. */
  value(...flags: string[]): string | undefined;
  /** ` -A 3` for those that are given. */
  values(flags: readonly string[]): string;
  /** The number of `-n 20`, `-20`, `--lines=20`. */
  count(): number | undefined;
  /** Takes the first operand away, or `otherwise`. */
  first(otherwise: string): string;
  firstThatIsNoFile(otherwise: string): string;
  firstNumber(): number | undefined;
  isFile(word: string): boolean;
  /** The operands that were not taken, in quotes where a shell needs them; `otherwise` for none. */
  rest(otherwise: string): string;
  restButNumbers(otherwise: string): string;
}

/** What to write in place of a word. */
export interface ElsewhereWord {
  /** Flags that take a value, by letter or long name. */
  readonly takes?: readonly string[];
  /** The command line that does it, without what makes no difference. */
  readonly command: (asked: Asked) => string;
}

export function askedOf(words: readonly string[], takes: readonly string[]): Asked {
  const { operands, flags } = split(words, takes);
  const left = [...operands];
  const quoted = (list: readonly string[], otherwise: string) =>
    list.length === 0 ? otherwise : list.map(quotedForShell).join(" ");
  return {
    all: operands,
    has: (...names) => names.some((name) => flags.has(name)),
    value: (...names) => names.map((name) => flags.get(name)).find((value) => value !== undefined),
    values: (names) =>
      names
        .map((name) => (flags.get(name) === undefined ? "" : ` -${name} ${quotedForShell(flags.get(name)!)}`))
        .join(""),
    count() {
      const text =
        flags.get("n") ?? flags.get("lines") ?? [...flags.keys()].find((name) => /^\d+$/.test(name));
      const found = /^[+-]?(\d+)$/.exec(text ?? "");
      return found === null ? undefined : Number(found[1]);
    },
    first: (otherwise) => left.shift() ?? otherwise,
    firstThatIsNoFile(otherwise) {
      const at = left.findIndex((word) => !isFile(word));
      return at < 0 ? otherwise : left.splice(at, 1)[0]!;
    },
    firstNumber: () => numberOf(operands.find((word) => /^\d+$/.test(word))),
    isFile,
    rest: (otherwise) => quoted(left, otherwise),
    restButNumbers: (otherwise) =>
      quoted(
        left.filter((word) => !/^\d+$/.test(word)),
        otherwise,
      ),
  };
}

function split(words: readonly string[], takes: readonly string[]) {
  const operands: string[] = [];
  const flags = new Map<string, string | undefined>();
  for (let n = 0; n < words.length; n++) {
    const word = words[n]!;
    if (!word.startsWith("-") || word === "-") {
      operands.push(word);
      continue;
    }
    if (word === "--") {
      operands.push(...words.slice(n + 1));
      break;
    }
    const [, dashes = "", name = "", value] = /^(--?)([^=]*)(?:=(.*))?$/s.exec(word)!;
    if (value !== undefined) flags.set(name, value);
    else if (takes.includes(name)) flags.set(name, words[++n]);
    else if (dashes === "--") flags.set(name, undefined);
    else addLetters(withoutNumber(name, flags), takes, flags, () => words[++n]);
  }
  return { operands, flags };
}

/** `-50f` is -n 50 -f. */
function withoutNumber(letters: string, flags: Map<string, string | undefined>): string {
  const digits = /^\d+/.exec(letters)?.[0];
  if (digits === undefined) return letters;
  flags.set("n", digits);
  return letters.slice(digits.length);
}

/** `-in20` is -i and -n 20. */
function addLetters(
  letters: string,
  takes: readonly string[],
  flags: Map<string, string | undefined>,
  next: () => string | undefined,
): void {
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at]!;
    if (!takes.includes(letter)) {
      flags.set(letter, undefined);
      continue;
    }
    const value = letters.slice(at + 1);
    flags.set(letter, value === "" ? next() : value);
    return;
  }
}

/** By what it is, or by what it is called. */
function isFile(word: string): boolean {
  return (
    existsSync(word) ||
    /\.(?:log|gz|zst|ndjson|jsonl?|csv|tsv|ya?ml|txt|out|err)(?:\.\d+)?$|^[^\s()]*\*[^\s()]*$/.test(word) ||
    word === "-"
  );
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
