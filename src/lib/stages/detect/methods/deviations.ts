/** The sentence of the methods that count deviations. */
import { shown } from "../method.js";

/** `usual`: "the usual 210 for this hour". */
export function deviationSentence(subject: string, value: number, deviations: number, usual: string): string {
  const many = Math.abs(deviations);
  const size = many < 1000 ? `${many >= 100 ? Math.round(many) : many.toFixed(1)} deviations` : "far";
  return `${subject} is ${shown(value)}, ${size} ${deviations > 0 ? "above" : "below"} ${usual}`;
}

/** For series that never change a deviation is 0: then a thousandth of the value counts as one. */
export function floorOf(expected: number): number {
  return Math.max(1e-3 * Math.abs(expected), 1e-12);
}
