/** One template: its pieces, and what is known of the texts that have it. */
import { PieceKind, type TemplatePiece } from "./pieces.js";
import { commonType } from "./types.js";

/** Stands in `keys` for a value of any type. */
export const VALUE_KEY = "\u0001";
/** Stands in `keys` for anything. */
export const OPEN_KEY = "\u0002";

/** Ids that a template had taken over from others before they were found to be one. */
const FORMER_IDS_MAX = 16;
export const EXAMPLE_CHARACTERS_MAX = 1000;
const LEVELS_MAX = 16;

export class Template {
  /** Twelve hexadecimal digits, from what the template was when it was first seen. It does not change. */
  readonly id: string;
  /** Order of creation within its miner. */
  order: number;
  pieces: readonly TemplatePiece[];
  /** A text for each piece: the word itself, or one of the marks above. */
  keys: readonly string[];
  count = 0;
  /** Texts read by the miner when this one was last seen. */
  lastUse = 0;
  /** Milliseconds since the epoch, NaN when no text had a time. */
  firstMs = Number.NaN;
  lastMs = Number.NaN;
  /** The first text, at most 1000 characters of it. */
  example = "";
  /** How often by level, for events that have one. */
  readonly levels = new Map<string, number>();
  /** Ids of templates that have become part of this one. */
  readonly formerIds: string[] = [];
  /** The template that this one has become part of; itself once it is forgotten. */
  successor: Template | undefined;
  private printed: string | undefined;
  private places: readonly number[] | undefined;
  /** What `TemplateIndex` has made of the keys. */
  siblingHashes: readonly (number | undefined)[] | undefined;

  constructor(id: string, order: number, pieces: readonly TemplatePiece[], keys = pieces.map(templateKey)) {
    this.id = id;
    this.order = order;
    this.pieces = pieces;
    this.keys = keys;
  }

  /** The template for people: `Failed password for <*> from <ip>`. */
  get text(): string {
    this.printed ??= this.pieces
      .map(({ text, isSpaced }, n) => (isSpaced && n > 0 ? ` ${text}` : text))
      .join("");
    return this.printed;
  }

  /** Which pieces are variables, in the order they are printed. */
  get variables(): readonly number[] {
    this.places ??= this.pieces.flatMap((piece, n) => (isVariable(piece) ? [n] : []));
    return this.places;
  }

  /** Takes in the pieces of another text or template that fits: places of values keep what both have in common. */
  widen(others: readonly TemplatePiece[]): void {
    if (this.pieces.every((piece, n) => common(piece, others[n]!) === piece)) return;
    this.pieces = this.pieces.map((piece, n) => common(piece, others[n]!));
    this.printed = undefined;
    this.places = undefined;
  }

  /** Lets anything stand at the places where `others` has something else. */
  openTo(others: readonly TemplatePiece[]): void {
    this.pieces = this.pieces.map((piece, n) =>
      templateKey(piece) === templateKey(others[n]!) ? common(piece, others[n]!) : opened(piece),
    );
    this.keys = this.pieces.map(templateKey);
    this.siblingHashes = undefined;
    this.printed = undefined;
    this.places = undefined;
  }

  observe(timeMs: number, level: string | undefined, by = 1): void {
    this.count += by;
    if (!(timeMs >= this.firstMs)) this.firstMs = Number.isNaN(timeMs) ? this.firstMs : timeMs;
    if (!(timeMs <= this.lastMs)) this.lastMs = Number.isNaN(timeMs) ? this.lastMs : timeMs;
    if (level === undefined) return;
    const known = this.levels.get(level);
    if (known !== undefined || this.levels.size < LEVELS_MAX) this.levels.set(level, (known ?? 0) + by);
  }

  /** Adds what is known of `other`, whose texts now are texts of this template. */
  absorb(other: Template): void {
    this.count += other.count;
    this.lastUse = Math.max(this.lastUse, other.lastUse);
    if (!(this.firstMs <= other.firstMs))
      this.firstMs = Number.isNaN(other.firstMs) ? this.firstMs : other.firstMs;
    if (!(this.lastMs >= other.lastMs)) this.lastMs = Number.isNaN(other.lastMs) ? this.lastMs : other.lastMs;
    if (this.example === "") this.example = other.example;
    for (const [level, count] of other.levels) {
      const known = this.levels.get(level);
      if (known !== undefined || this.levels.size < LEVELS_MAX) this.levels.set(level, (known ?? 0) + count);
    }
    for (const id of [other.id, ...other.formerIds]) {
      const isNew = id !== this.id && !this.formerIds.includes(id);
      if (isNew && this.formerIds.length < FORMER_IDS_MAX) this.formerIds.push(id);
    }
  }
}

/** The template that has taken this one's place; undefined when it was forgotten. */
export function current(template: Template): Template | undefined {
  let at = template;
  while (at.successor !== undefined) {
    if (at.successor === at) return undefined;
    at = at.successor;
  }
  return at;
}

/** Whether something in a piece varies: a place for values, or a word with digits in it. */
function isVariable({ kind, text }: TemplatePiece): boolean {
  return kind === PieceKind.open || (kind !== PieceKind.mark && text.includes("<"));
}

export function templateKey({ kind, text }: TemplatePiece): string {
  return kind === PieceKind.value ? VALUE_KEY : kind === PieceKind.open ? OPEN_KEY : text;
}

function opened({ isSpaced }: TemplatePiece): TemplatePiece {
  return { kind: PieceKind.open, text: "<*>", type: "*", isSpaced };
}

/** What `piece` becomes when `other` stands at its place; itself when that is nothing new. */
function common(piece: TemplatePiece, other: TemplatePiece): TemplatePiece {
  if (piece.kind !== PieceKind.value || other.text === piece.text) return piece;
  const type = commonType(piece.type, other.type);
  const text = `<${type}>`;
  return text === piece.text ? piece : { kind: PieceKind.value, text, type, isSpaced: piece.isSpaced };
}
