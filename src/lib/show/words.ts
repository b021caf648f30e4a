/** Whether words without a command ask for something to be shown. */
import { firstOperand, operandsOf } from "../options/command-line.js";
import type { Options } from "../options/options.js";
import { fieldConditionOf } from "./conditions.js";
import { isShowable } from "./operands.js";

/** `options`: those of `view`. */
export async function isForView(options: Options, words: readonly string[]): Promise<boolean> {
  const operands = operandsOf(options, words);
  for (const operand of operands) if (await isShowable(operand)) return true;
  // `logpipe --level error+ < app.log`: what begins with an option of its own has no command that is misspelt.
  const isOptionFirst = words[0]?.startsWith("-") === true && firstOperand(options, words) !== 0;
  return isOptionFirst && operands.every((operand) => fieldConditionOf(operand) !== undefined);
}
