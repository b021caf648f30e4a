// Enter here: what people see: colours by meaning, prompts, plots.
/** Colours by meaning. One place decides how a level, a key or a number looks. */
import { Chalk } from "chalk";
import type { Output } from "../pipeline/contract/terminal.js";

export type Paint = (text: string) => string;

export interface Palette {
  readonly hasColour: boolean;
  readonly heading: Paint;
  readonly dim: Paint;
  readonly key: Paint;
  readonly time: Paint;
  readonly service: Paint;
  readonly good: Paint;
  readonly warning: Paint;
  readonly bad: Paint;
  /** How a level is shown; unknown ones are plain. */
  readonly level: (level: string) => Paint;
}

/** The palette of an output; without colours every paint returns its text as it is. */
export function paletteOf(output: Pick<Output, "hasColour">): Palette {
  if (!output.hasColour) return PLAIN;
  const chalk = new Chalk({ level: 1 });
  const levels: Readonly<Record<string, Paint>> = {
    trace: chalk.dim,
    debug: chalk.cyan,
    info: chalk.green,
    warn: chalk.yellow,
    error: chalk.red,
    fatal: chalk.bold.white.bgRed,
  };
  return {
    hasColour: true,
    heading: chalk.bold,
    dim: chalk.dim,
    key: chalk.dim,
    time: chalk.dim,
    service: chalk.magenta,
    good: chalk.green,
    warning: chalk.yellow,
    bad: chalk.red,
    level: (level) => levels[level] ?? plain,
  };
}

const plain: Paint = (text) => text;

const PLAIN: Palette = {
  hasColour: false,
  heading: plain,
  dim: plain,
  key: plain,
  time: plain,
  service: plain,
  good: plain,
  warning: plain,
  bad: plain,
  level: () => plain,
};
