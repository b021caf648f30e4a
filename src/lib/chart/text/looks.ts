/** How text charts look: room, colours, glyphs. */
import { Chalk } from "chalk";
import type { Paint } from "../../terminal/colours.js";
import { escapeControls } from "../../terminal/escape.js";
import { levelOf } from "../group.js";

export interface TextLooks {
  /** Cells to draw in: no line is wider. */
  readonly columns: number;
  /** Lines of the plot of a time chart; absent: by its width. */
  readonly lines?: number | undefined;
  readonly hasColour: boolean;
  readonly isAscii: boolean;
  /** Of the time axis. */
  readonly zone: string;
  /** The axis of values is logarithmic. */
  readonly isLog: boolean;
}

/** Whether who reads takes no Unicode. Where the environment does not say, a terminal does and a pipe may not. */
export function isAsciiOnly(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find(
    (value) => value !== undefined && value !== "",
  );
  if (locale === undefined) return !isTerminal;
  return !/utf-?8/i.test(locale);
}

export interface Glyphs {
  /** Parts of a cell from below, from one to all of it. */
  readonly rising: readonly string[];
  /** Parts of a cell from the left. */
  readonly growing: readonly string[];
  /** One for each series that stands on others, where colours do not tell them apart. */
  readonly fills: readonly string[];
  /** One for each series of measures. */
  readonly marks: readonly string[];
  /** From few to many. */
  readonly shades: readonly string[];
  readonly axis: {
    readonly side: string;
    readonly corner: string;
    readonly line: string;
    readonly tick: string;
  };
}

const UNICODE: Glyphs = {
  rising: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
  growing: ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
  fills: ["█", "▒", "░", "▓", "▚", "▞", "▤", "▥"],
  marks: ["•", "+", "×", "o", "◆", "*", "^", "="],
  shades: ["·", "░", "▒", "▓", "█"],
  axis: { side: "│", corner: "└", line: "─", tick: "┬" },
};

const ASCII: Glyphs = {
  rising: ["#"],
  growing: ["#"],
  fills: ["#", "=", ":", ".", "@", "+", "%", "-"],
  marks: ["*", "+", "x", "o", "#", "%", "^", "="],
  shades: [".", ":", "+", "#", "@"],
  axis: { side: "|", corner: "+", line: "-", tick: "+" },
};

export function glyphsOf({ isAscii }: Pick<TextLooks, "isAscii">): Glyphs {
  return isAscii ? ASCII : UNICODE;
}

const plain: Paint = (text) => text;

/** A colour for each series: levels have their own, others take turns. */
export function paintsOf(names: readonly string[], hasColour: boolean): readonly Paint[] {
  if (!hasColour) return names.map(() => plain);
  const chalk = new Chalk({ level: 1 });
  const levels: Readonly<Record<string, Paint>> = {
    fatal: chalk.magenta,
    error: chalk.red,
    warn: chalk.yellow,
    info: chalk.green,
    debug: chalk.cyan,
    trace: chalk.gray,
  };
  const turns = [
    chalk.green,
    chalk.blue,
    chalk.yellow,
    chalk.magenta,
    chalk.cyan,
    chalk.red,
    chalk.white,
    chalk.gray,
  ];
  return names.map((name, n) => levels[levelOf(name) ?? ""] ?? turns[n % turns.length]!);
}

/** Text of data as it can be printed, on one line. */
export function printableText(text: string): string {
  return escapeControls(text);
}
