/** One alarm an episode: after an alarm, the series is silent for a while, unless something worse comes. */
import type { WatchSettings } from "./watch.js";

/** Numbers of memory: `[values seen, peak surprise of the episode, values or time since when]`. */
export const EPISODE_SIZE = 3;
/** Values of an episode, where no time is given for it. */
const EPISODE_VALUES = 100;

/** Counts a value and says whether its surprise is an alarm. */
export function isAlarm(
  memory: Float64Array,
  at: number,
  surprise: number,
  timeMs: number,
  { surprise: least, warmup, cooldownMs, count }: WatchSettings,
): boolean {
  const seen = ++memory[at]!;
  const isOver =
    cooldownMs === undefined
      ? seen > memory[at + 2]! + EPISODE_VALUES
      : !(Math.abs(timeMs - memory[at + 2]!) < cooldownMs);
  if (isOver) memory[at + 1] = 0;
  if (!(surprise >= least && surprise > 0)) return false;
  if (seen <= warmup) {
    count("in_warmup");
    return false;
  }
  if (surprise <= memory[at + 1]!) {
    count("repeated");
    return false;
  }
  memory[at + 1] = surprise;
  memory[at + 2] = cooldownMs === undefined ? seen : timeMs;
  return true;
}
