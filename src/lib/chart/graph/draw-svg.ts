/** An outline as an SVG picture: no scripts, nothing from elsewhere, readable on light and dark ground. */
import type { Outline } from "../../pipeline/contract/graph.js";
import { escapeControls } from "../../terminal/escape.js";
import { cellWidth } from "../../terminal/table/width.js";
import { element, words } from "../svg/element.js";
import { componentsOf } from "./layers.js";
import { type Box, layoutOf, type Wire } from "./layout.js";
import { listedNodes } from "./listed.js";

const CELL = { width: 7.8, height: 17 };
const MARGIN = 16;

const STYLE = [
  "text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#24292f;white-space:pre}",
  ".name{font-weight:600}.dim{fill:#59636e}.ground{fill:#fff}",
  ".box{fill:#f6f8fa;stroke:#8c959f}.source{stroke:#2a9d5c}.sink{stroke:#3b82c4}.route{stroke:#c77700}",
  ".journal{stroke:#b455c8}.wire{fill:none;stroke:#6e7781}.point{fill:#6e7781}",
  "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.dim{fill:#9aa4af}.ground{fill:#16181d}",
  ".box{fill:#1f232b}.wire{stroke:#8b949e}.point{fill:#8b949e}}",
].join("");

/** Ends in a newline. */
export function svgGraph(outline: Outline): string {
  let [top, cells] = [MARGIN, 0];
  const parts = componentsOf(outline).map((part) => {
    const { markup, width, height } = pictureOf(part);
    const moved = element("g", { transform: `translate(${MARGIN} ${top})` }, markup);
    top += height * CELL.height + MARGIN;
    cells = Math.max(cells, width);
    return moved;
  });
  const width = cells * CELL.width + 2 * MARGIN;
  const content = `<style>${STYLE}</style>\n${element("rect", { class: "ground", width: "100%", height: "100%" })}\n${parts.join("\n")}\n`;
  const size = { width, height: top, viewBox: `0 0 ${width.toFixed(1)} ${top}` };
  return `${element("svg", { xmlns: "http://www.w3.org/2000/svg", role: "img", ...size }, `\n${element("title", {}, "pipeline")}\n${content}`)}\n`;
}

/** Its size in cells. A part with too many lines for a drawing is a list. */
interface Picture {
  readonly markup: string;
  readonly width: number;
  readonly height: number;
}

function pictureOf(part: Outline): Picture {
  const layout = layoutOf(part, Number.POSITIVE_INFINITY);
  if (layout === undefined) return listOf(part);
  const { boxes, wires, width, height } = layout;
  return { markup: [...wires.map(wireOf), ...boxes.map(boxOf)].join("\n"), width, height };
}

function listOf(part: Outline): Picture {
  const lines = listedNodes(part, "→").map(escapeControls);
  const texts = lines.map((line, index) =>
    words(line, { x: 0, y: (index + 0.75) * CELL.height, class: line.startsWith(" ") ? "dim" : "name" }),
  );
  const width = lines.reduce((most, line) => Math.max(most, cellWidth(line)), 0);
  return { markup: texts.join("\n"), width, height: lines.length };
}

function boxOf({ node, left, top, width, height, lines, nameLines }: Box): string {
  const place = { x: left * CELL.width, y: (top + 0.5) * CELL.height };
  const size = { width: (width - 1) * CELL.width, height: (height - 1) * CELL.height };
  const texts = lines.map((line, index) =>
    words(line, {
      x: (left + 1.5) * CELL.width,
      y: (top + 1.75 + index) * CELL.height,
      class: index < nameLines ? "name" : "dim",
    }),
  );
  const title = element("title", {}, node.kind);
  return element("rect", { ...place, ...size, rx: 4, class: `box ${node.kind}` }, title) + texts.join("");
}

function wireOf({ x, top, row, toX, bottom, label, isEnd }: Wire): string {
  const at = (cell: number) => (cell + 0.5) * CELL.width;
  const down = (cell: number) => (cell + 0.5) * CELL.height;
  const end = isEnd ? down(bottom) : down(bottom) + CELL.height / 2;
  const path = `M${num(at(x))} ${num(down(top - 1))}V${num(down(row))}H${num(at(toX))}V${num(end)}`;
  const point = `M${num(at(toX) - 4)} ${num(end)}h8l-4 ${num(CELL.height)}z`;
  return (
    element("path", { d: path, class: "wire" }) +
    (isEnd ? element("path", { d: point, class: "point" }) : "") +
    (label === undefined ? "" : words(label, { x: at(x) + 6, y: down(top) + 4, class: "dim" }))
  );
}

function num(value: number): string {
  return String(Number(value.toFixed(1)));
}
