/** Lists of numbers as sparklines. */
const STEPS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
const ASCII_STEPS = ["_", ".", "-", "=", "+", "*", "#"];
/** Longer lists are drawn in so many steps, each as high as the highest of what it stands for. */
const LENGTH_MAX = 40;

/** What a list of numbers looks like in JSON. */
const NUMBERS = /^\[\s*(?:-?\d[\d.eE+-]*|null)(?:\s*,\s*(?:-?\d[\d.eE+-]*|null)){2,}\s*\]$/;

/** `[1,5,22]` as `▁▃█`; undefined for what is no list of at least three numbers. Nulls are gaps. */
export function sparklineOf(json: string, isAscii = false): string | undefined {
  if (!json.startsWith("[") || !NUMBERS.test(json)) return undefined;
  const values = (JSON.parse(json) as (number | null)[]).map((value) => value ?? Number.NaN);
  return sparkline(values, isAscii);
}

/** From 0, or from the least where all is far above it. */
export function sparkline(values: readonly number[], isAscii = false): string {
  const shown = fewer(values);
  const there = shown.filter((value) => Number.isFinite(value));
  const most = there.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const least = there.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const low = least > 0 && least * 2 < most ? 0 : least > 0 && least === most ? 0 : least;
  const steps = isAscii ? ASCII_STEPS : STEPS;
  return shown
    .map((value) => {
      if (!Number.isFinite(value)) return " ";
      const at = most === low ? 0 : (value - low) / (most - low);
      return steps[Math.min(Math.round(at * (steps.length - 1)), steps.length - 1)]!;
    })
    .join("");
}

function fewer(values: readonly number[]): readonly number[] {
  const each = Math.ceil(values.length / LENGTH_MAX);
  if (each <= 1) return values;
  const highest: number[] = [];
  for (let n = 0; n < values.length; n += each) {
    const there = values.slice(n, n + each).filter((value) => Number.isFinite(value));
    highest.push(there.length === 0 ? Number.NaN : Math.max(...there));
  }
  return highest;
}
