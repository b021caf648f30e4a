/** A user's pattern as a question to a line, answered in time linear in the line. */
import { linearPattern } from "../../../format/patterns/linear-pattern.js";

/**
 * Whether a line has a match of the JavaScript pattern, also with `(?i)` before it. A text says why it cannot be asked.
 *
 * What a pattern with one open repeat, anchored, can cost is linear on any engine: JavaScript's own is used. All else
 * goes to the linear one, which knows no back references and no look-around.
 */
export function linearTest(pattern: string): ((line: string) => boolean) | string {
  const isCaseBlind = pattern.startsWith("(?i)");
  const source = isCaseBlind ? pattern.slice(4) : pattern;
  let regex: RegExp;
  try {
    regex = new RegExp(source, isCaseBlind ? "i" : "");
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return text.slice(text.lastIndexOf(": ") + 2).toLowerCase();
  }
  if (isPlain(source)) return (line) => regex.test(line);
  const linear = linearPattern(regex, []);
  if (!linear.canRead(""))
    return "a line could take for ever: it refers back, looks around, or repeats what is repeated";
  return (line) => linear.groups(line) !== undefined;
}

/**
 * Whether the engine has little to try: no repeated group, few optional parts, and no open repeat but one behind `^`.
 */
function isPlain(source: string): boolean {
  if (/\\[1-9k]|\(\?</.test(source)) return false;
  const bare = source
    .replace(/\\./gs, "x")
    .replace(/\[[^\]]*\]/gs, "x")
    .replace(/\(\?[:=!]/g, "(");
  if (/\)[*+?{]/.test(bare) || /\{\d{3,}/.test(bare)) return false;
  const open = bare.match(/[*+]|\{\d+,\}/g)?.length ?? 0;
  const optional = bare.match(/\?|\{\d+,\d+\}/g)?.length ?? 0;
  return optional <= 4 && (open === 0 || (open === 1 && bare.startsWith("^") && !bare.includes("|")));
}
