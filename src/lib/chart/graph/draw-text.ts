// Enter here: a pipeline drawn as boxes and lines, as Mermaid, as SVG.
/** An outline for a terminal: boxes and lines, or a list of the nodes where those do not fit. */
import type { Outline } from "../../pipeline/contract/graph.js";
import { escapeControls } from "../../terminal/escape.js";
import { cellWidth, wrapCells } from "../../terminal/table/width.js";
import { componentsOf } from "./layers.js";
import { type Box, type Layout, layoutOf, type Wire } from "./layout.js";
import { listedNodes } from "./listed.js";

export interface GraphLooks {
  /** No line is wider. */
  readonly columns: number;
  readonly isAscii: boolean;
}

/** Ends in a newline. */
export function drawGraph(outline: Outline, looks: GraphLooks): string {
  return componentsOf(outline)
    .map((part) => {
      const layout = layoutOf(part, looks.columns);
      return layout === undefined ? listed(part, looks) : drawn(layout, looks);
    })
    .join("\n");
}

function listed(outline: Outline, { columns, isAscii }: GraphLooks): string {
  const fitted = listedNodes(outline, isAscii ? "->" : "→").flatMap((line) =>
    wrapCells(forLooks(escapeControls(line), isAscii), Math.max(columns, 2)),
  );
  return `${fitted.map((line) => line.trimEnd()).join("\n")}\n`;
}

/** The sides that a cell's line goes to. */
const [UP, DOWN, LEFT, RIGHT] = [1, 2, 4, 8];
const UNICODE = " ╵╷│╴┘┐┤╶└┌├─┴┬┼";
const ASCII = " |||-+++-+++-+++";

function drawn(layout: Layout, { isAscii }: GraphLooks): string {
  const canvas = new Canvas(layout.width, layout.height);
  for (const wire of layout.wires) canvas.wire(wire);
  for (const box of layout.boxes) canvas.box(box, isAscii);
  for (const wire of layout.wires) canvas.ends(wire, isAscii);
  return canvas.text(isAscii);
}

class Canvas {
  private readonly sides: Uint8Array[];
  private readonly texts: (string | undefined)[][];

  constructor(width: number, height: number) {
    this.sides = Array.from({ length: height }, () => new Uint8Array(width));
    this.texts = Array.from({ length: height }, () => new Array<string | undefined>(width));
  }

  wire({ x, top, row, toX, bottom }: Wire): void {
    // From the side of the box that it leaves.
    this.down(x, Math.max(0, top - 1), row);
    this.down(toX, row, bottom);
    const [from, to] = [Math.min(x, toX), Math.max(x, toX)];
    for (let at = from; at < to; at++) {
      this.add(row, at, RIGHT!);
      this.add(row, at + 1, LEFT!);
    }
  }

  box({ left, top, width, height, lines, node }: Box, isAscii: boolean): void {
    const [right, bottom] = [left + width - 1, top + height - 1];
    for (let at = left; at < right; at++) {
      for (const row of [top, bottom]) {
        this.add(row, at, RIGHT!);
        this.add(row, at + 1, LEFT!);
      }
    }
    for (const at of [left, right]) this.down(at, top, bottom);
    this.write(top, left + 2, `${node.kind} `);
    for (const [index, line] of lines.entries())
      this.write(top + 1 + index, left + 2, forLooks(line, isAscii));
  }

  /** What stands on lines: where they come to a box, and what they are called. */
  ends({ x, top, toX, bottom, label, isEnd }: Wire, isAscii: boolean): void {
    if (isEnd) this.write(bottom, toX, isAscii ? "v" : "▼");
    if (label !== undefined) this.write(top, x + 2, forLooks(label, isAscii));
  }

  text(isAscii: boolean): string {
    const glyphs = isAscii ? ASCII : UNICODE;
    const lines = this.sides.map((row, at) => {
      let line = "";
      for (const [k, sides] of row.entries()) line += this.texts[at]![k] ?? glyphs[sides];
      return line.trimEnd();
    });
    return `${lines.join("\n").trimEnd()}\n`;
  }

  private down(x: number, top: number, bottom: number): void {
    for (let at = top; at < bottom; at++) {
      this.add(at, x, DOWN!);
      this.add(at + 1, x, UP!);
    }
  }

  private add(row: number, at: number, side: number): void {
    const cells = this.sides[row];
    if (cells !== undefined && at >= 0 && at < cells.length) cells[at]! |= side;
  }

  /** Of what takes two cells the second is empty text. */
  private write(row: number, at: number, text: string): void {
    const cells = this.texts[row];
    if (cells === undefined) return;
    let x = at;
    for (const { segment } of graphemes.segment(text)) {
      const width = cellWidth(segment);
      if (width === 0) continue;
      cells[x] = segment;
      for (let k = 1; k < width; k++) cells[x + k] = "";
      x += width;
    }
  }
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Where no Unicode is taken, every other character is a question mark. */
function forLooks(text: string, isAscii: boolean): string {
  return isAscii
    ? text
        .replace(/→/g, "->")
        .replace(/…/g, "~")
        .replace(/[^\u0020-\u007e]/gu, "?")
    : text;
}
