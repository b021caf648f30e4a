/** Functions of text. Places and sizes count characters (Unicode code points), from 0. */
import { searchesText } from "../fields.js";
import { type FunctionDeclaration, LIST, NUMBER, STRING } from "./function.js";

const RESULT_MAX = 1 << 24;

/** A test of text against text, which looks into the block's bytes when the first is a field. */
function search(
  name: string,
  summary: string,
  examples: FunctionDeclaration["examples"],
  holds: (text: string, part: string) => boolean,
): FunctionDeclaration {
  return {
    name,
    takes: "text, part",
    parameters: [STRING, STRING],
    returns: "bool",
    summary,
    examples,
    call: ([text, part]) => holds(text as string, part as string),
    compile: ([text, part]) => {
      const wanted = part?.constant?.value;
      if (text?.field === undefined || typeof wanted !== "string") return undefined;
      return { kind: "bool", evaluate: searchesText(text.field.number, wanted, holds) };
    },
  };
}

/** A change of text into other text. */
function change(
  name: string,
  summary: string,
  examples: FunctionDeclaration["examples"],
  call: (text: string) => string,
): FunctionDeclaration {
  return {
    name,
    takes: "text",
    parameters: [STRING],
    returns: "string",
    summary,
    examples,
    call: ([text]) => call(text as string),
  };
}

export const textFunctions: readonly FunctionDeclaration[] = [
  search(
    "contains",
    "whether `part` is somewhere in `text`",
    [{ expression: '"read timeout".contains("timeout")', result: "true" }],
    (text, part) => text.includes(part),
  ),
  search(
    "startsWith",
    "whether `text` begins with `part`",
    [{ expression: '"/api/users".startsWith("/api/")', result: "true" }],
    (text, part) => text.startsWith(part),
  ),
  search(
    "endsWith",
    "whether `text` ends with `part`",
    [{ expression: '"app.log".endsWith(".gz")', result: "false" }],
    (text, part) => text.endsWith(part),
  ),
  change(
    "lower",
    "in small letters",
    [{ expression: '"Crème BRÛLÉE".lower()', result: '"crème brûlée"' }],
    (text) => text.toLowerCase(),
  ),
  change("upper", "in capital letters", [{ expression: '"get".upper()', result: '"GET"' }], (text) =>
    text.toUpperCase(),
  ),
  change(
    "lowerAscii",
    "as `lower`, but only A to Z change",
    [{ expression: '"ÄB".lowerAscii()', result: '"Äb"' }],
    (text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
  ),
  change(
    "upperAscii",
    "as `upper`, but only a to z change",
    [{ expression: '"äb".upperAscii()', result: '"äB"' }],
    (text) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
  ),
  change(
    "trim",
    "without white space at both ends",
    [{ expression: '"  ok \\n".trim()', result: '"ok"' }],
    (text) => text.trim(),
  ),
  {
    name: "substring",
    takes: "text, from[, to]",
    parameters: [STRING, NUMBER, NUMBER],
    required: 2,
    returns: "string",
    summary: "the characters from place `from` up to, not with, place `to`; without `to`: up to the end",
    examples: [
      { expression: '"2026-11-21".substring(5, 7)', result: '"11"' },
      { expression: '"abc".substring(2, 9)', result: undefined },
    ],
    call: ([text, from, to]) => {
      const characters = charactersOf(text as string);
      const [first, last] = [Number(from), to === undefined ? characters.length : Number(to)];
      if (!isPlace(first, last) || !isPlace(last, characters.length)) return undefined;
      const piece = characters.slice(first, last);
      return typeof piece === "string" ? piece : piece.join("");
    },
  },
  {
    name: "indexOf",
    takes: "text, part",
    parameters: [STRING, STRING],
    returns: "number",
    summary: "the place of the first `part` in `text`, -1 when there is none",
    examples: [{ expression: '"a=b=c".indexOf("=")', result: "1" }],
    call: ([text, part]) => placeOf(text as string, (text as string).indexOf(part as string)),
  },
  {
    name: "lastIndexOf",
    takes: "text, part",
    parameters: [STRING, STRING],
    returns: "number",
    summary: "the place of the last `part` in `text`, -1 when there is none",
    examples: [{ expression: '"a=b=c".lastIndexOf("=")', result: "3" }],
    call: ([text, part]) => placeOf(text as string, (text as string).lastIndexOf(part as string)),
  },
  {
    name: "replace",
    takes: "text, from, to",
    parameters: [STRING, STRING, STRING],
    returns: "string",
    summary: "`text` with `to` in the place of each `from`",
    examples: [{ expression: '"a-b-c".replace("-", ".")', result: '"a.b.c"' }],
    call: ([text, from, to]) => {
      const [given, part, other] = [text as string, from as string, to as string];
      const most = given.length + (given.length / Math.max(1, part.length) + 1) * other.length;
      return most > RESULT_MAX ? undefined : given.replaceAll(part, () => other);
    },
  },
  {
    name: "split",
    takes: "text, separator",
    parameters: [STRING, STRING],
    returns: "list",
    summary: "the parts of `text` between the separators",
    examples: [{ expression: '"a,b,,c".split(",")', result: '["a","b","","c"]' }],
    call: ([text, separator]) =>
      separator === "" ? [...(text as string)] : (text as string).split(separator as string),
  },
  {
    name: "join",
    takes: "list[, separator]",
    parameters: [LIST, STRING],
    required: 1,
    returns: "string",
    summary: "the strings of a list as one text",
    examples: [{ expression: '["a", "b"].join(", ")', result: '"a, b"' }],
    call: ([list, separator]) => {
      const items = list as readonly unknown[];
      if (!items.every((item) => typeof item === "string")) return undefined;
      const between = (separator ?? "") as string;
      const size = items.reduce<number>((sum, item) => sum + item.length + between.length, 0);
      return size > RESULT_MAX ? undefined : items.join(between);
    },
  },
];

const PAIR = /[\ud800-\udbff][\udc00-\udfff]/;

/** Code points; a string is that itself where it has no surrogate pairs. */
export function charactersOf(text: string): string | string[] {
  return PAIR.test(text) ? [...text] : text;
}

function placeOf(text: string, unit: number): number {
  return unit < 0 ? -1 : charactersOf(text.slice(0, unit)).length;
}

function isPlace(place: number, most: number): boolean {
  return Number.isInteger(place) && place >= 0 && place <= most;
}
