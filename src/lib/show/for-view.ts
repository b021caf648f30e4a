/** Whether words without a command ask for something to be shown. */
import { firstOperand, hasFlag, operandsOf } from "../options/command-line.js";
import type { Options } from "../options/options.js";
import { fieldConditionOf } from "./conditions.js";
import { isKnownWord } from "./elsewhere/words.js";
import { isShowable } from "./operands.js";

/**
 * Whether the first word that is no option and no option's value is something to look at, or is asked of something;
 * `logpipe --level error+ < app.log` has none. `options`: those of `view`.
 */
export async function isForView(options: Options, words: readonly string[]): Promise<boolean> {
  const operands = operandsOf(options, words);
  const [first] = operands;
  if (first === undefined) return words[0]?.startsWith("-") === true;
  if (await isShowable(first)) return true;
  // As `tail -F` waits for it.
  if (/[./]/.test(first) && hasFlag(options, words, "follow")) return true;
  if (isKnownWord(first)) return false;
  const isOptionFirst = firstOperand(options, words) !== 0;
  const isAsked = operands.every((operand) => fieldConditionOf(operand) !== undefined);
  if (isOptionFirst || operands.length > 1) {
    for (const operand of operands.slice(1))
      if (fieldConditionOf(first) !== undefined && (await isShowable(operand))) return true;
  }
  return isAsked && isOptionFirst;
}
