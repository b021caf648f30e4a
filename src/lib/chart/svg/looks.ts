/** Measures, colours and type of SVG charts. */
import { levelOf } from "../group.js";

export interface SvgLooks {
  /** Of the time axis. */
  readonly zone: string;
  readonly isLog: boolean;
}

/** A part of the picture: markup that begins at the top left, and how high it is. */
export interface Panel {
  readonly markup: string;
  readonly height: number;
}

export const WIDTH = 860;
export const LEFT = 64;
export const RIGHT = 16;
export const TOP = 44;

/** Of a line of text of the small kind, about. */
export const CHARACTER_WIDTH = 6.6;

/** Both grounds: each colour stands out by 3 to 1 at least on white and on #16181d. */
const TURNS = ["#3b82c4", "#c77700", "#2a9d5c", "#b455c8", "#d0483f", "#0e9aa7", "#8a7a2b", "#7b7f87"];

const LEVELS: Readonly<Record<string, string>> = {
  fatal: "#b02a9b",
  error: "#d63a34",
  warn: "#c98a00",
  info: "#2f9e57",
  debug: "#1790a8",
  trace: "#84888f",
};

export const STYLE = [
  "text{font:12px ui-sans-serif,system-ui,sans-serif;fill:#24292f}",
  ".title{font-size:14px;font-weight:600}.dim{fill:#59636e}",
  ".ground{fill:#fff}.grid{stroke:#d8dee4;stroke-width:1}.axis{stroke:#8c959f;stroke-width:1}",
  "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.dim{fill:#9aa4af}.ground{fill:#16181d}",
  ".grid{stroke:#30363d}.axis{stroke:#6e7681}}",
].join("");

/** A colour for each series: levels have their own, others take turns. */
export function coloursOf(names: readonly string[]): readonly string[] {
  return names.map((name, n) => LEVELS[levelOf(name) ?? ""] ?? TURNS[n % TURNS.length]!);
}

/** Text cut to about so many pixels. */
export function fitted(text: string, width: number): string {
  const most = Math.max(Math.floor(width / CHARACTER_WIDTH), 1);
  const characters = [...text.slice(0, most * 4)];
  return characters.length <= most ? characters.join("") : `${characters.slice(0, most - 1).join("")}…`;
}
