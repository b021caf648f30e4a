/** A shape cut into pieces: words and punctuation that stay, values with their type. */

import { table } from "../../base/table.js";
import { HEX_MARK, ID_MARK, NUMBER_MARK } from "./shape.js";
import { valueAt } from "./types.js";

/** Pieces of a text beyond which the rest is one value. */
export const PIECES_MAX = 96;

/** What a piece is. Numbers, for speed: the type of `Piece.kind`. */
export const PieceKind = {
  /** A word: `open`. */
  word: 0,
  /** A word that looks like a value in part: `blk_<num>`, `utf8`. */
  mixed: 1,
  /** A value by its form, printed as its type, or as it is where that may be a name: `<num>`, `/etc/hosts`. */
  value: 2,
  /** Anything: many different words have been seen at the place. */
  open: 3,
  /** Punctuation. */
  mark: 4,
} as const;

export interface TemplatePiece {
  readonly kind: number;
  /** As printed. */
  readonly text: string;
  /** Of a value: `num`. */
  readonly type: string;
  /** Whether white space is before it. */
  readonly isSpaced: boolean;
}

/** A piece and where it is in the shape, in characters. */
export interface PlacedPiece extends TemplatePiece {
  readonly start: number;
  readonly end: number;
}

/** A word of letters alone, and what shows that it ends there. Nearly all pieces are such. */
const PLAIN_AT = /[A-Za-z]+(?=[ ,;()[\]{}"'|=]|$)/uy;
/** How the times begin that begin with a word. */
const TIME_WORD = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)/u;
/** Up to white space, a bracket, a quote or the like, or a row of dots. */
const WORD_AT = /(?:\.{3,}|(?:(?!\.{3})[^\s=:,;()[\]{}<>"'|])+)/uy;
/** Hosts, classes, files: `db.example.com`, `java.io.File`, `app.log`. */
const DOTTED = /^(?:[\w-]+(?:\.[\w$-]+){2,}|[a-z0-9-]+\.[a-z]{2,})$/u;
const MARK_CLASS = `[${NUMBER_MARK}${HEX_MARK}${ID_MARK}]`;
const BLANK = 0x20;
const HAS_MARK = /[\u0001-\u0003]/u;
const ADDRESS = new RegExp(`(?<![\\w.])${NUMBER_MARK}(?:\\.${NUMBER_MARK}){3}(?![\\w.])`, "gu");
const IS_MIXED = /\w[.@$\\/]\w|[0-9]/u;
const HAS_LETTER = /[A-Za-z\u0080-\uffff]/u;
const SWITCH = /^(?:true|false|yes|no|on|off|null|nil|none|undefined)$/iu;
/**
 * Numbers behind a name, signed or not, and what is joined to them: `blk_-17`, `attempt_201_0007_m_02`,
 * `req-3ea40-52c8`.
 */
const ID_TAIL = new RegExp(
  `^([A-Za-z]+[_#-])-?(${MARK_CLASS}[a-f]?(?:[_-](?:${MARK_CLASS}|[a-z]{1,2}(?=[_-]|$)|[a-f]{4}(?=[_-]|$)))*)$`,
  "u",
);
const ONLY_NUMBERS = new RegExp(`^[${NUMBER_MARK}_-]*$`, "u");
/** Types whose values are names as often: shown as they are until another one comes. */
const NAMES = new Set(["url", "email", "path"]);
const CLOSING: Readonly<Record<string, string>> = table({ "(": ")", "[": "]", "{": "}", '"': '"', "'": "'" });
/** Pieces of one element of a list. */
const ELEMENT_MAX = 5;
const COLUMN_TYPES = new Set(["num", "hex", "*"]);

/** The pieces of a shape's text, at most `PIECES_MAX` and one. */
export function piecesOf(shape: string): PlacedPiece[] {
  const pieces: PlacedPiece[] = [];
  let at = 0;
  while (at < shape.length) {
    const before = at;
    while (shape.charCodeAt(at) === BLANK) at++;
    const isSpaced = at > before;
    if (at >= shape.length) break;
    if (pieces.length >= PIECES_MAX) {
      pieces.push({
        kind: PieceKind.value,
        text: "<rest>",
        type: "rest",
        isSpaced,
        start: at,
        end: shape.length,
      });
      return pieces;
    }
    const last = pieces.at(-1);
    const piece = pieceAt(shape, at, isSpaced, last);
    if (last !== undefined && isEmptyBetween(last, piece, shape)) pieces.push(emptyAt(piece.start));
    pieces.push(piece);
    at = piece.end;
    foldList(pieces);
  }
  if (pieces.at(-1)?.text === "=") pieces.push(emptyAt(at));
  return pieces;
}

function pieceAt(
  shape: string,
  start: number,
  isSpaced: boolean,
  last: TemplatePiece | undefined,
): PlacedPiece {
  PLAIN_AT.lastIndex = start;
  const plain = PLAIN_AT.exec(shape)?.[0];
  if (plain !== undefined && !TIME_WORD.test(plain)) {
    const kind = isSwitch(plain, last) ? PieceKind.value : PieceKind.word;
    return { kind, text: plain, type: "*", isSpaced, start, end: start + plain.length };
  }
  const value = valueAt(shape, start);
  if (value !== undefined) {
    const { type, end } = value;
    const text = NAMES.has(type) ? printed(shape.slice(start, end)) : `<${type}>`;
    return { kind: PieceKind.value, text, type, isSpaced, start, end };
  }
  WORD_AT.lastIndex = start;
  const found = WORD_AT.exec(shape)?.[0] ?? String.fromCodePoint(shape.codePointAt(start)!);
  const word = found.replace(/[.!?]+$/u, "") || found;
  return { ...wordPiece(word, last), isSpaced, start, end: start + word.length };
}

function wordPiece(
  word: string,
  last: TemplatePiece | undefined,
): { kind: number; text: string; type: string } {
  const text = printed(word.replace(ID_TAIL, withoutTail));
  if (DOTTED.test(text.replace(/<\w+>/gu, "0"))) return { kind: PieceKind.value, text, type: "*" };
  if (isSwitch(word, last)) return { kind: PieceKind.value, text, type: "*" };
  if (HAS_MARK.test(word) || IS_MIXED.test(word)) return { kind: PieceKind.mixed, text, type: "*" };
  return { kind: HAS_LETTER.test(word) ? PieceKind.word : PieceKind.mark, text, type: "*" };
}

function withoutTail(_word: string, name: string, tail: string): string {
  return `${name}${ONLY_NUMBERS.test(tail) ? NUMBER_MARK : ID_MARK}`;
}

function isSwitch(word: string, last: TemplatePiece | undefined): boolean {
  return (last?.text === "=" || last?.text === ":") && SWITCH.test(word);
}

/** A shape's text for people. */
function printed(shape: string): string {
  if (!HAS_MARK.test(shape)) return shape;
  return shape
    .replace(ADDRESS, "<ip>")
    .replaceAll(NUMBER_MARK, "<num>")
    .replaceAll(HEX_MARK, "<hex>")
    .replaceAll(ID_MARK, "<id>");
}

/** Nothing between brackets is a value as well, and so is nothing behind `=` where the next `key=` follows. */
function isEmptyBetween(last: TemplatePiece, next: PlacedPiece, shape: string): boolean {
  if (last.kind !== PieceKind.mark) return false;
  if (last.text === "=") return !last.isSpaced && next.isSpaced && shape[next.end] === "=";
  return !next.isSpaced && CLOSING[last.text] === next.text;
}

function emptyAt(at: number): PlacedPiece {
  return { kind: PieceKind.value, text: "", type: "*", isSpaced: false, start: at, end: at };
}

/** Takes off the end what only goes on with a list: `<ip>:<num>, <ip>:<num>` says no more than `<ip>:<num>`. */
function foldList(pieces: PlacedPiece[]): void {
  const last = pieces.at(-1)!;
  const isRow = last.isSpaced && isListed(last);
  for (let size = 1; size <= ELEMENT_MAX; size++) {
    const before = pieces[pieces.length - size - 1];
    if (before === undefined) return;
    if (isSeparator(before) && isElementAgain(pieces, size, 1)) pieces.length -= size + 1;
    else if (isRow && size < 3 && isElementAgain(pieces, size, 0)) pieces.length -= size;
    else continue;
    return;
  }
}

function isSeparator({ text }: TemplatePiece): boolean {
  return text === "," || text === ";" || text === "|";
}

/** Whether the last `size` pieces are like those before them, with one separator between or with white space only. */
function isElementAgain(pieces: readonly PlacedPiece[], size: number, separators: 0 | 1): boolean {
  const step = size + separators;
  const from = pieces.length - size - step;
  if (from < 0) return false;
  let hasValue = false;
  for (let n = from; n < from + size; n++) {
    const one = pieces[n]!;
    const other = pieces[n + step]!;
    const isValue = one.kind === PieceKind.value;
    if (one.kind !== other.kind || one.type !== other.type || (!isValue && one.text !== other.text))
      return false;
    // Numbers in a row are rather the columns of a table.
    if (separators === 0 && !(other.isSpaced && isListed(one))) return false;
    hasValue ||= isValue || one.kind === PieceKind.mixed;
  }
  return hasValue;
}

function isListed({ kind, type }: TemplatePiece): boolean {
  return kind === PieceKind.mixed || (kind === PieceKind.value && !COLUMN_TYPES.has(type));
}
