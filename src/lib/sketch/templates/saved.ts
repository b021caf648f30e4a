/** Templates as plain data, and as text. */

import { table } from "../../base/table.js";
import { PieceKind, piecesOf, type TemplatePiece } from "./pieces.js";
import { HEX_MARK, ID_MARK, NUMBER_MARK } from "./shape.js";
import { Template } from "./template.js";

export const STATE_VERSION = 1;

export interface SavedMiner {
  readonly version: number;
  readonly texts: number;
  readonly orders: number;
  readonly forgotten: number;
  readonly forgottenTexts: number;
  readonly templates: readonly SavedTemplate[];
}

export interface SavedTemplate {
  readonly id: string;
  readonly order: number;
  /** By piece: a digit of its kind, and `s` when white space is before it. */
  readonly kinds: readonly string[];
  readonly pieces: readonly string[];
  readonly types: readonly string[];
  readonly count: number;
  readonly lastUse: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  readonly example: string;
  readonly levels: readonly (readonly [string, number])[];
  readonly formerIds: readonly string[];
}

export function saveTemplate(template: Template): SavedTemplate {
  const { id, order, pieces, count, lastUse, firstMs, lastMs, example, levels, formerIds } = template;
  return {
    id,
    order,
    kinds: pieces.map(({ kind, isSpaced }) => `${kind}${isSpaced ? "s" : ""}`),
    pieces: pieces.map(({ text }) => text),
    types: pieces.map(({ type }) => type),
    count,
    lastUse,
    firstMs: Number.isNaN(firstMs) ? null : firstMs,
    lastMs: Number.isNaN(lastMs) ? null : lastMs,
    example,
    levels: [...levels],
    formerIds: [...formerIds],
  };
}

export function loadTemplate(saved: SavedTemplate): Template {
  const pieces = saved.kinds.map((kind, n) => ({
    kind: Number(kind[0]),
    text: saved.pieces[n]!,
    type: saved.types[n]!,
    isSpaced: kind.endsWith("s"),
  }));
  const template = new Template(saved.id, saved.order, pieces);
  template.count = saved.count;
  template.lastUse = saved.lastUse;
  template.firstMs = saved.firstMs ?? Number.NaN;
  template.lastMs = saved.lastMs ?? Number.NaN;
  template.example = saved.example;
  for (const [level, count] of saved.levels) template.levels.set(level, count);
  template.formerIds.push(...saved.formerIds);
  return template;
}

/** A value of each type, in the form that shapes have. */
const VALUES: Readonly<Record<string, string>> = table({
  num: NUMBER_MARK,
  hex: HEX_MARK,
  id: ID_MARK,
  ip: `${NUMBER_MARK}.${NUMBER_MARK}.${NUMBER_MARK}.${NUMBER_MARK}`,
  mac: Array(6).fill(NUMBER_MARK).join(":"),
  uuid: Array(5).fill(HEX_MARK).join("-"),
  time: `${NUMBER_MARK}:${NUMBER_MARK}:${NUMBER_MARK}`,
  duration: `${NUMBER_MARK}ms`,
  size: `${NUMBER_MARK}KB`,
  url: "http://host/",
  email: "name@host.org",
  path: "/a/b",
});
const ANYTHING = "\ue000";

/** A template from its printed text, as a summary has it. */
export function templateFromText(id: string, order: number, text: string): Template {
  const shape = text.replaceAll(/<(\w+|\*)>/gu, (whole, type: string) =>
    type === "*" ? ANYTHING : Object.hasOwn(VALUES, type) ? VALUES[type]! : whole,
  );
  const pieces = piecesOf(shape).map(({ kind, text: own, type, isSpaced }): TemplatePiece => {
    if (own === ANYTHING) return { kind: PieceKind.open, text: "<*>", type: "*", isSpaced };
    const isWhole = kind === PieceKind.value && Object.hasOwn(VALUES, type) && VALUES[type] === shapeOf(own);
    return { kind, text: isWhole ? `<${type}>` : own, type, isSpaced };
  });
  return new Template(id, order, pieces);
}

function shapeOf(text: string): string {
  return text.replaceAll("<num>", NUMBER_MARK).replaceAll("<hex>", HEX_MARK).replaceAll("<id>", ID_MARK);
}
