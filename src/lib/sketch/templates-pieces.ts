/** A shape cut into pieces: words and punctuation that stay, values with their type. */
import { HEX_MARK, ID_MARK, NUMBER_MARK } from "./templates-shape.js";
import { valueAt } from "./templates-types.js";

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

export interface Piece {
  readonly kind: number;
  /** As printed. */
  readonly text: string;
  /** Of a value: `num`. */
  readonly type: string;
  /** Whether white space is before it. */
  readonly isSpaced: boolean;
}

/** A piece and where it is in the shape, in characters. */
export interface PlacedPiece extends Piece {
  readonly start: number;
  readonly end: number;
}

const SPACE_AT = /\s+/uy;
/** Up to white space, a bracket, a quote or the like, or a row of dots. */
const WORD_AT = /(?:\.{3,}|(?:(?!\.{3})[^\s=:,;()[\]{}<>"'|])+)/uy;
/** Hosts, classes, files: `db.example.com`, `java.io.File`, `app.log`. */
const DOTTED = /^(?:[\w-]+(?:\.[\w$-]+){2,}|[a-z0-9-]+\.[a-z]{2,})$/u;
const MARK_CLASS = `[${NUMBER_MARK}${HEX_MARK}${ID_MARK}]`;
const HAS_MARK = /[\u0001-\u0003]/u;
const IS_MIXED = /\w[.@$\\/]\w|[0-9]/u;
const HAS_LETTER = /[A-Za-z\u0080-\uffff]/u;
const SWITCH = /^(?:true|false|yes|no|on|off|null|nil|none|undefined)$/iu;
/** Numbers behind a name, signed or not, and what is joined to them: `blk_-17`, `attempt_201_0007_m_02`, `req-3ea40-52c8`. */
const ID_TAIL = new RegExp(
  `^([A-Za-z]+[_#-])-?(${MARK_CLASS}[a-f]?(?:[_-](?:${MARK_CLASS}|[a-z]{1,2}(?=[_-]|$)|[a-f]{4}(?=[_-]|$)))*)$`,
  "u",
);
const ONLY_NUMBERS = new RegExp(`^[${NUMBER_MARK}_-]*$`, "u");
/** Types whose values are names as often: shown as they are until another one comes. */
const NAMES = new Set(["url", "email", "path"]);
const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", '"': '"', "'": "'" };
/** Pieces of one element of a list. */
const ELEMENT_MAX = 5;
const COLUMN_TYPES = new Set(["num", "hex", "*"]);
const SEPARATOR = /^[,;|]$/u;

/** The pieces of a shape's text, at most `PIECES_MAX` and one. */
export function piecesOf(shape: string): PlacedPiece[] {
  const pieces: PlacedPiece[] = [];
  let at = 0;
  while (at < shape.length) {
    SPACE_AT.lastIndex = at;
    const isSpaced = SPACE_AT.test(shape);
    if (isSpaced) at = SPACE_AT.lastIndex;
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

function pieceAt(shape: string, start: number, isSpaced: boolean, last: Piece | undefined): PlacedPiece {
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

function wordPiece(word: string, last: Piece | undefined): { kind: number; text: string; type: string } {
  const text = printed(word.replace(ID_TAIL, withoutTail));
  if (DOTTED.test(text.replace(/<\w+>/gu, "0"))) return { kind: PieceKind.value, text, type: "*" };
  const isSwitch = (last?.text === "=" || last?.text === ":") && SWITCH.test(word);
  if (isSwitch) return { kind: PieceKind.value, text, type: "*" };
  if (HAS_MARK.test(word) || IS_MIXED.test(word)) return { kind: PieceKind.mixed, text, type: "*" };
  return { kind: HAS_LETTER.test(word) ? PieceKind.word : PieceKind.mark, text, type: "*" };
}

function withoutTail(_word: string, name: string, tail: string): string {
  return `${name}${ONLY_NUMBERS.test(tail) ? NUMBER_MARK : ID_MARK}`;
}

/** A shape's text for people. */
function printed(shape: string): string {
  return shape.replaceAll(NUMBER_MARK, "<num>").replaceAll(HEX_MARK, "<hex>").replaceAll(ID_MARK, "<id>");
}

/** Nothing between brackets is a value as well, and so is nothing behind `=` where the next `key=` follows. */
function isEmptyBetween(last: Piece, next: PlacedPiece, shape: string): boolean {
  if (last.kind !== PieceKind.mark) return false;
  if (last.text === "=") return !last.isSpaced && next.isSpaced && shape[next.end] === "=";
  return !next.isSpaced && CLOSING[last.text] === next.text;
}

function emptyAt(at: number): PlacedPiece {
  return { kind: PieceKind.value, text: "", type: "*", isSpaced: false, start: at, end: at };
}

/** Takes off the end what only goes on with a list: `<ip>:<num>, <ip>:<num>` says no more than `<ip>:<num>`. */
function foldList(pieces: PlacedPiece[]): void {
  for (let size = 1; size <= ELEMENT_MAX; size++) {
    if (isElementAgain(pieces, size, 1)) pieces.length -= size + 1;
    else if (size < 3 && isElementAgain(pieces, size, 0)) pieces.length -= size;
    else continue;
    return;
  }
}

/** Whether the last `size` pieces are like those before them, with one separator between or with white space only. */
function isElementAgain(pieces: readonly PlacedPiece[], size: number, separators: 0 | 1): boolean {
  const step = size + separators;
  const from = pieces.length - size - step;
  if (from < 0 || (separators === 1 && !SEPARATOR.test(pieces[from + size]!.text))) return false;
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

function isListed({ kind, type }: Piece): boolean {
  return kind === PieceKind.mixed || (kind === PieceKind.value && !COLUMN_TYPES.has(type));
}
