/** Where values stand between the two ends of an axis. */
import { axisNumber, valueTicks } from "./numbers.js";

export interface Scale {
  /** 0: the lower end, 1: the upper one; NaN for what has no place. */
  at(value: number): number;
  /** Values to write at the axis, rising. */
  readonly ticks: readonly number[];
}

/** From 0, or from what is below it. */
export function linearScale(least: number, most: number, tickCount: number, isWhole = false): Scale {
  const ticks = valueTicks(least, most, tickCount, isWhole);
  const [low, high] = [ticks[0]!, ticks.at(-1)!];
  return { at: (value) => Math.min(Math.max(value / (high - low) - low / (high - low), 0), 1), ticks };
}

/** From the power of ten below the least that is above 0. What is not above 0 has no place. */
export function logScale(values: Iterable<number>): Scale {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const value of values)
    if (value > 0) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  if (most === 0) return linearScale(0, 1, 1);
  const low = Math.floor(Math.log10(least) + 1e-9);
  const high = Math.max(Math.ceil(Math.log10(most) - 1e-9), low + 1);
  const ticks = Array.from({ length: high - low + 1 }, (_, n) => Number(`1e${low + n}`)).filter(
    Number.isFinite,
  );
  return { at: (value) => (value > 0 ? (Math.log10(value) - low) / (high - low) : Number.NaN), ticks };
}

/** The labels of an axis of so many lines, by line from 0 at the bottom; crowded ones are left out. */
export function tickLines(scale: Scale, lines: number): ReadonlyMap<number, string> {
  const labels = new Map<number, string>();
  const ranked = [scale.ticks.at(-1)!, scale.ticks[0]!, ...scale.ticks.slice(1, -1)];
  for (const tick of ranked) {
    const line = Math.round(scale.at(tick) * (lines - 1));
    if (line < 0 || line >= lines || [...labels.keys()].some((taken) => Math.abs(taken - line) < 2)) continue;
    labels.set(line, axisNumber(tick));
  }
  return labels;
}
