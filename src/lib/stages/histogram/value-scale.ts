/** Ranges of values that grow when there are too many, on round bounds. */
import { niceNumber } from "../../chart/numbers.js";

/** A range of values, the upper bound not part of it; null: there is no lower one. */
export interface ValueRange {
  readonly from: number | null;
  readonly to: number;
}

/** How values are put together: fine keys while they come, ranges at the end. */
export interface ValueScale {
  key(value: number): number;
  /** Makes keys coarser. Returns where each of the old ones goes. */
  coarsen(keys: readonly number[]): (key: number) => number;
  /** The ranges that the keys are shown in, rising and without gaps, and which one a key is in. */
  ranges(keys: readonly number[]): {
    readonly ranges: readonly ValueRange[];
    readonly of: (key: number) => number;
  };
  save(): number | null;
  load(state: number | null): void;
}

const RANGES_MOST = 24;
/** After it has been made coarser, so many keys are left at most. */
const KEYS_AIM = 4096;

/** Even ranges. Values are kept as they are until there are too many, then by a power of ten. */
export class EvenScale implements ValueScale {
  private power: number | undefined;

  key(value: number): number {
    return this.power === undefined ? value : quotient(value, this.power);
  }

  coarsen(keys: readonly number[]): (key: number) => number {
    if (this.power !== undefined) {
      this.power++;
      return (key) => Math.floor(key / 10);
    }
    const [least, most] = boundsOf(keys);
    let power = Math.floor(Math.log10(Math.max((most - least) / (KEYS_AIM * 16), Number.MIN_VALUE)));
    while (new Set(keys.map((key) => quotient(key, power))).size > KEYS_AIM) power++;
    this.power = power;
    return (key) => quotient(key, power);
  }

  ranges(keys: readonly number[]) {
    const { power } = this;
    const unit = power === undefined ? 1 : 10 ** power;
    const [least, most] = boundsOf(keys).map((key) => key * unit) as [number, number];
    const step = this.stepOf(keys, least, most);
    const of =
      power === undefined
        ? (key: number) => placeOf(key, step)
        : (key: number) => Math.floor(key / Math.max(Math.round(step / unit), 1));
    const [first, last] = boundsOf(keys).map(of) as [number, number];
    const ranges = Array.from({ length: last - first + 1 }, (_, n) => ({
      from: boundAt(first + n, step),
      to: boundAt(first + n + 1, step),
    }));
    return { ranges, of: (key: number) => of(key) - first };
  }

  save(): number | null {
    return this.power ?? null;
  }

  load(state: number | null): void {
    this.power = state ?? undefined;
  }

  private stepOf(keys: readonly number[], least: number, most: number): number {
    const span = Math.min(most - least, Number.MAX_VALUE);
    const isWhole = this.power === undefined ? keys.every(Number.isInteger) : this.power >= 0;
    // Bounds that are closer than numbers of that size would be one.
    const apart = Number.EPSILON * Math.max(Math.abs(least), Math.abs(most));
    const smallest = Math.max(isWhole ? 1 : Number.MIN_VALUE, apart > 0 ? niceNumber(apart) : 0);
    if (span === 0) return isWhole ? smallest : niceNumber(Math.abs(least) / 10 || 1);
    return Math.max(niceNumber(span / RANGES_MOST), smallest);
  }
}

/** What is not above 0. */
const NOT_ABOVE_ZERO = -1e6;
/** Of more powers of ten than that, several are one range. */
const POWERS_MOST = 30;
/** 1, 1.1 to 9.9 of each power of ten. */
const PER_POWER = 90;

/** Ranges that grow with the values: 1, 2, 5, 10. Two digits of each value are kept: there are never too many. */
export class LogScale implements ValueScale {
  key(value: number): number {
    if (value <= 0) return NOT_ABOVE_ZERO;
    let exponent = Math.floor(Math.log10(value));
    // Ten of one power are one of the next, whichever way the logarithm is rounded.
    let tenths = quotient(value, exponent - 1);
    if (tenths >= 100) tenths = quotient(value, exponent++);
    else if (tenths < 10) tenths = quotient(value, --exponent - 1);
    return exponent * PER_POWER + Math.min(Math.max(tenths, 10), 99) - 10;
  }

  coarsen(): (key: number) => number {
    return (key) => key;
  }

  ranges(keys: readonly number[]) {
    const above = keys.filter((key) => key !== NOT_ABOVE_ZERO);
    const [low, high] = above.length === 0 ? [0, 0] : boundsOf(above);
    const powers = Math.floor(high / PER_POWER) - Math.floor(low / PER_POWER) + 1;
    const steps = stepsFor(powers);
    const together = powersTogether(powers);
    const placeOf = (key: number) => {
      const exponent = Math.floor(key / PER_POWER);
      if (together > 1) return Math.floor(exponent / together);
      const digits = (key - exponent * PER_POWER + 10) / 10;
      const step = steps.findLastIndex((digit) => digits >= digit);
      return exponent * steps.length + step;
    };
    const first = placeOf(low);
    const count = above.length === 0 ? 0 : placeOf(high) - first + 1;
    const boundAt = (place: number) => {
      if (together > 1) return Math.min(Number(`1e${place * together}`), Number.MAX_VALUE);
      const exponent = Math.floor(place / steps.length);
      return Math.min(Number(`${steps[place - exponent * steps.length]}e${exponent}`), Number.MAX_VALUE);
    };
    const positive = Array.from({ length: count }, (_, n) => ({
      from: boundAt(first + n),
      to: boundAt(first + n + 1),
    }));
    const hasOthers = above.length < keys.length;
    const ranges: ValueRange[] = hasOthers ? [{ from: null, to: 0 }, ...positive] : positive;
    const shift = hasOthers ? 1 : 0;
    return { ranges, of: (key: number) => (key === NOT_ABOVE_ZERO ? 0 : placeOf(key) - first + shift) };
  }

  save(): null {
    return null;
  }

  load(): void {}
}

/** Where ranges begin within a power of ten: the more powers, the fewer. */
function stepsFor(powers: number): readonly number[] {
  if (powers <= 2) return [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9];
  return powers <= 8 ? [1, 2, 5] : [1];
}

/** Powers of ten in one range: as few as give no more ranges than `POWERS_MOST`. */
function powersTogether(powers: number): number {
  return [1, 2, 3, 5, 10, 15, 20].find((some) => powers / some <= POWERS_MOST) ?? 25;
}

function boundsOf(keys: readonly number[]): [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const key of keys) {
    if (key < least) least = key;
    if (key > most) most = key;
  }
  return [least, most];
}

/** How often 10 to the `power` goes into the value, as its decimal digits have it: 0.29 by 0.01 is 29. */
function quotient(value: number, power: number): number {
  if (power >= 0)
    return Number.isInteger(value) ? wholeQuotient(value, 10 ** power) : snapped(value / 10 ** power);
  return snapped(power >= -300 ? value * 10 ** -power : value * 1e300 * 10 ** (-power - 300));
}

/** Which step a value is in, by the bounds as they are printed. */
function placeOf(value: number, step: number): number {
  const isWhole = Number.isInteger(value) && Number.isInteger(step);
  const place = isWhole ? wholeQuotient(value, step) : snapped(value / step);
  if (value < boundAt(place, step)) return place - 1;
  return value < boundAt(place + 1, step) || boundAt(place + 1, step) === Number.MAX_VALUE
    ? place
    : place + 1;
}

/** Where the step of that number begins: the float64 nearest to its decimal digits, 0.3 and not 0.30000000000000004. */
function boundAt(place: number, step: number): number {
  const [digits, power] = step.toExponential().split("e").map(Number) as [number, number];
  const isExact = Number.isSafeInteger(place * digits);
  const bound = isExact ? Number(`${place * digits}e${power}`) : place * step;
  return Math.min(Math.max(bound, -Number.MAX_VALUE), Number.MAX_VALUE);
}

/** Of whole numbers; exact, as the remainder is. */
function wholeQuotient(value: number, divisor: number): number {
  const rest = value % divisor;
  return (value - rest) / divisor - (rest < 0 ? 1 : 0);
}

function snapped(exact: number): number {
  const near = Math.round(exact);
  const noise = Math.min(8 * Number.EPSILON * Math.max(1, Math.abs(exact)), 1e-3);
  return Math.abs(exact - near) <= noise ? near : Math.floor(exact);
}
