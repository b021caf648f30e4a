/** Numbers as people read them, and round ones for axes. */

/**
 * With the digits that mean something: six of them, whole numbers whole, without the noise of binary fractions.
 * 0.30000000000000004 is 0.3, 1234567.891 is 1234568.
 */
export function shortNumber(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return String(Number(value.toPrecision(6)));
  const whole = size < 1 ? 0 : Math.floor(Math.log10(size)) + 1;
  const leading = size < 1 ? -Math.floor(Math.log10(size)) - 1 : 0;
  return String(Number(value.toFixed(Math.min(Math.max(6 - whole + leading, 0), 20))));
}

/** As `shortNumber`, with commas between thousands. */
export function groupedNumber(value: number): string {
  const text = shortNumber(value);
  const [, sign, whole, rest] = /^(-?)(\d+)(.*)$/.exec(text) ?? ["", "", text, ""];
  return `${sign}${whole!.replace(/\B(?=(\d{3})+$)/g, ",")}${rest}`;
}

/** At most five characters or so, for axes: 1.2k, 35M. */
export function axisNumber(value: number): string {
  for (const [letter, unit] of [
    ["T", 1e12],
    ["G", 1e9],
    ["M", 1e6],
    ["k", 1e4],
  ] as const) {
    const size = Math.abs(value);
    const base = letter === "k" ? 1e3 : unit;
    if (size >= unit && size < 1e16) return `${Number((value / base).toPrecision(3))}${letter}`;
  }
  return Number.isInteger(value) ? shortNumber(value) : String(Number(value.toPrecision(3)));
}

/** The smallest of 1, 2, 5 times a power of ten that is at least `least`; for `least` > 0. */
export function niceNumber(least: number): number {
  const power = Math.floor(Math.log10(least));
  for (const exponent of [power - 1, power, power + 1])
    for (const digit of [1, 2, 5]) {
      const value = Number(`${digit}e${exponent}`);
      if (value >= least) return value;
    }
  return least;
}

/** Beyond it there is no next round number; what is larger stands at the end of the axis. */
const LARGEST = 1e307;

/**
 * Where ticks stand from 0 or below to the first at or above `most`: about `count` of them. `isWhole`: at whole
 * numbers.
 */
export function valueTicks(least: number, most: number, count: number, isWhole = false): number[] {
  const low = Math.max(Math.min(least, 0), -LARGEST);
  const high = Math.min(Math.max(most, 0), LARGEST);
  if (!(high - low > 1e-300)) return [0, 1];
  const step = Math.max(niceNumber((high - low) / Math.max(count, 1)), isWhole ? 1 : 0);
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, n) =>
    Number(((first + n) * step).toPrecision(12)),
  );
  return ticks;
}
