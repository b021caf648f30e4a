/** Where boxes and lines of a drawing stand, in cells of a terminal; a picture takes them times its cell. */
import type { Outline, OutlineNode } from "../../pipeline/contract/graph.js";
import { escapeControls } from "../../terminal/escape.js";
import { cellWidth, fitCells, wrapCells } from "../../terminal/table/width.js";
import { grouped, type LayerLink, layersOf, outputName, type Slot } from "./layers.js";

export interface Box {
  readonly node: OutlineNode;
  readonly left: number;
  readonly top: number;
  /** Sides included. */
  readonly width: number;
  readonly height: number;
  /** The name, what it is, and its notes. */
  readonly lines: readonly string[];
  readonly nameLines: number;
}

/** A line from (x, top) down to `row`, along it, and down to (toX, bottom). */
export interface Wire {
  readonly x: number;
  readonly top: number;
  readonly row: number;
  readonly toX: number;
  readonly bottom: number;
  readonly label: string | undefined;
  /** Whether it ends at a box: there it has a point. */
  readonly isEnd: boolean;
}

export interface Layout {
  readonly boxes: readonly Box[];
  readonly wires: readonly Wire[];
  readonly width: number;
  readonly height: number;
}

const GAP = 3;
const TEXT_MIN = 12;
const LINES_MAX = 8;
const LABEL_MAX = 16;

/** One part of an outline, in at most `columns` cells of width. Undefined: it does not fit. */
export function layoutOf(outline: Outline, columns: number, textMax = 44): Layout | undefined {
  const layered = layersOf(outline);
  if (layered === undefined) return undefined;
  const { layers, links } = layered;
  const ends = { to: grouped(links, ({ to }) => to), from: grouped(links, ({ from }) => from) };
  const drawnWith = (most: number) => {
    const rows = layers.map((layer) => layer.map((slot) => drawnSlot(slot, most, ends)));
    const widths = rows.map(widthOf);
    return { rows, widths, width: greatest(widths) };
  };
  // What does not fit with the shortest lines is not tried with all that are longer.
  if (drawnWith(TEXT_MIN).width > columns) return undefined;
  for (let most = textMax; most >= TEXT_MIN; most -= most > 24 ? 4 : 2) {
    const { rows, widths, width } = drawnWith(most);
    if (width <= columns) return placed(rows, widths, width, ends.from);
  }
  return undefined;
}

/** Of any number of values: the arguments of a call have a limit. */
function greatest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}

type LinksOf = ReadonlyMap<Slot, readonly LayerLink[]>;

interface Drawn {
  readonly slot: Slot;
  readonly lines: readonly string[];
  readonly nameLines: number;
  readonly width: number;
  left: number;
}

function drawnSlot(slot: Slot, most: number, ends: { readonly to: LinksOf; readonly from: LinksOf }): Drawn {
  const { node } = slot;
  if (node === undefined) return { slot, lines: [], nameLines: 0, width: 1, left: 0 };
  const texts = [
    node.name,
    ...(node.title === "" || node.title === node.name ? [] : [node.title]),
    ...node.notes,
  ].map(escapeControls);
  const wrapped = texts.map((text) => wrapWords(text, most));
  const lines = wrapped.flat();
  const arriving = ends.to.get(slot)?.length ?? 0;
  const leaving = new Set(ends.from.get(slot)?.map(({ label }) => label));
  const leavingWidth = [...leaving].reduce((sum, label) => sum + labelWidth(label), 0);
  const kept = lines.length > LINES_MAX ? [...lines.slice(0, LINES_MAX - 1), "..."] : lines;
  const widest = Math.max(...kept.map(cellWidth), node.kind.length + 2);
  const text = Math.max(widest, 2 * arriving + 1, leavingWidth);
  return { slot, lines: kept, nameLines: wrapped[0]!.length, width: text + 4, left: 0 };
}

/** What a line that leaves takes of the side of its box, with the name of its output beside it. */
function labelWidth(label: string | undefined): number {
  return label === undefined ? 2 : Math.min(cellWidth(outputName(label)), LABEL_MAX) + 4;
}

/** At blanks where there are some, and within words that are too long. */
function wrapWords(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (cellWidth(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    const pieces = wrapCells(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? "";
  }
  return [...lines, line];
}

function widthOf(row: readonly Drawn[]): number {
  return row.reduce((sum, { width }) => sum + width, 0) + GAP * (row.length - 1);
}

function placed(
  rows: readonly (readonly Drawn[])[],
  widths: readonly number[],
  width: number,
  linksFrom: LinksOf,
): Layout {
  for (const [index, row] of rows.entries()) {
    let left = Math.floor((width - widths[index]!) / 2);
    for (const drawn of row) {
      drawn.left = left;
      left += drawn.width + GAP;
    }
  }
  const found = new Map(rows.flat().map((drawn) => [drawn.slot, drawn]));
  const boxes: Box[] = [];
  const wires: Wire[] = [];
  let top = 0;
  for (const row of rows) {
    const height = greatest(row.map(({ lines }) => lines.length)) + 2;
    for (const drawn of row) {
      const { node } = drawn.slot;
      if (node !== undefined) boxes.push({ ...drawn, node, top, height });
    }
    // What only passes goes straight through.
    for (const { slot, left } of row)
      if (slot.node === undefined)
        wires.push({
          x: left,
          top: top - 1,
          row: top,
          toX: left,
          bottom: top + height,
          label: undefined,
          isEnd: false,
        });
    const channel = wiresOf(
      row.flatMap(({ slot }) => linksFrom.get(slot) ?? []),
      found,
      { top: top + height, edge: width },
    );
    for (const wire of channel.wires) wires.push(wire);
    top += height + channel.height;
  }
  return { boxes, wires, width, height: top };
}

interface Start {
  readonly x: number;
  readonly links: readonly LayerLink[];
}

/** The lines between two layers: each output of a node has a row of its own, so that no two lie on each other. */
function wiresOf(
  links: readonly LayerLink[],
  found: ReadonlyMap<Slot, Drawn>,
  { top, edge }: { readonly top: number; readonly edge: number },
): { readonly wires: readonly Wire[]; readonly height: number } {
  if (links.length === 0) return { wires: [], height: 0 };
  const starts = startsOf(links, found);
  const ends = endsOf(links, starts, found);
  const hasLabels = links.some(({ label }) => label !== undefined);
  const isStraight = ({ x, links: own }: Start) => own.every((link) => ends.get(link) === x);
  const bent = new Map(starts.filter((start) => !isStraight(start)).map((start, row) => [start, row]));
  const labelRows = hasLabels ? 1 : 0;
  const height = bent.size + 1 + labelRows;
  const wires = starts.flatMap((start, number) => {
    const row = top + labelRows + (bent.get(start) ?? 0);
    const room = Math.max(0, roomRight(starts, number, edge) - start.x - 3);
    return start.links.map((link, index) => ({
      x: start.x,
      top,
      row,
      toX: ends.get(link)!,
      bottom: top + height - 1,
      label: index === 0 ? fittedLabel(link.label, room) : undefined,
      isEnd: link.to.node !== undefined,
    }));
  });
  return { wires, height };
}

/** With its condition where there is room, else the name of the output, or its beginning. */
function fittedLabel(label: string | undefined, room: number): string | undefined {
  if (label === undefined) return undefined;
  const whole = escapeControls(label);
  return cellWidth(whole) <= room ? whole : fitCells(escapeControls(outputName(label)), room, "~");
}

/** Where the next line to the right is; they are in order. */
function roomRight(starts: readonly Start[], number: number, edge: number): number {
  const { x } = starts[number]!;
  for (let next = number + 1; next < starts.length; next++) if (starts[next]!.x > x) return starts[next]!.x;
  return edge;
}

/** Where lines leave the nodes: one place for each label. */
function startsOf(links: readonly LayerLink[], found: ReadonlyMap<Slot, Drawn>): readonly Start[] {
  const starts: Start[] = [];
  for (const [slot, own] of grouped(links, ({ from }) => from)) {
    const groups = grouped(own, ({ label }) => label);
    const ordered = [...groups.values()].sort((a, b) => centreOf(a, found) - centreOf(b, found));
    const { left, width } = found.get(slot)!;
    for (const [index, group] of ordered.entries())
      starts.push({ x: spread(left, width, index, ordered.length), links: group });
  }
  return starts.sort((a, b) => a.x - b.x);
}

function centreOf(links: readonly LayerLink[], found: ReadonlyMap<Slot, Drawn>): number {
  const centres = links.map(({ to }) => found.get(to)!).map(({ left, width }) => left + width / 2);
  return centres.reduce((sum, centre) => sum + centre, 0) / centres.length;
}

function spread(left: number, width: number, index: number, count: number): number {
  return width === 1 ? left : left + Math.floor((width * (2 * index + 1)) / (2 * count));
}

/** Where each line arrives: never where another one leaves, or the two would be one in between. */
function endsOf(
  links: readonly LayerLink[],
  starts: readonly Start[],
  found: ReadonlyMap<Slot, Drawn>,
): ReadonlyMap<LayerLink, number> {
  const startOf = new Map(starts.flatMap((start) => start.links.map((link) => [link, start.x] as const)));
  const startsAt = new Set(starts.map(({ x }) => x));
  const ends = new Map<LayerLink, number>();
  const used = new Set<number>();
  for (const [slot, own] of grouped(links, ({ to }) => to)) {
    own.sort((a, b) => startOf.get(a)! - startOf.get(b)!);
    const { left, width } = found.get(slot)!;
    for (const [index, link] of own.entries()) {
      const start = startOf.get(link)!;
      const wanted =
        own.length === 1 && start > left && start < left + width - 1
          ? start
          : spread(left, width, index, own.length);
      const isFree = (x: number) => !used.has(x) && (x === start || !startsAt.has(x));
      const x = nearest(wanted, left, width, isFree) ?? wanted;
      used.add(x);
      ends.set(link, x);
    }
  }
  return ends;
}

/** The free place on the side of a box that is nearest, the left one of two. */
function nearest(
  wanted: number,
  left: number,
  width: number,
  isFree: (x: number) => boolean,
): number | undefined {
  const [first, last] = width === 1 ? [left, left] : [left + 1, left + Math.max(1, width - 2)];
  for (let away = 0; away <= width; away++)
    for (const x of away === 0 ? [wanted] : [wanted - away, wanted + away])
      if (x >= first && x <= last && isFree(x)) return x;
  return undefined;
}
