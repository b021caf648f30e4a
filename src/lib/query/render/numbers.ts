/** Numbers to text, exactly. */

import { table } from "../../base/table.js";
import type { Duck } from "../duck.js";
import { fixedWidth, type Render } from "./bytes.js";

const TWO_32 = 2 ** 32;
/** High words below this leave the whole within the 53 bits that a double holds exactly. */
const SAFE_HIGH = 2 ** 20;

export function booleans(duck: Duck): Render {
  return fixedWidth(duck, 1, (data, at) => (data.getUint8(at) !== 0 ? "true" : "false"));
}

export function integers(duck: Duck, width: 1 | 2 | 4, isSigned: boolean): Render {
  const read = READERS[`${isSigned ? "i" : "u"}${width}`]!;
  return fixedWidth(duck, width, (data, at) => String(read(data, at)));
}

const READERS: Readonly<Record<string, (data: DataView, at: number) => number>> = table({
  i1: (data, at) => data.getInt8(at),
  i2: (data, at) => data.getInt16(at, true),
  i4: (data, at) => data.getInt32(at, true),
  u1: (data, at) => data.getUint8(at),
  u2: (data, at) => data.getUint16(at, true),
  u4: (data, at) => data.getUint32(at, true),
});

/** 64-bit integers. A BigInt costs five times a number, so it is made only for values that need it. */
export function longIntegers(duck: Duck, isSigned: boolean): Render {
  return fixedWidth(duck, 8, (data, at) => {
    const high = data.getInt32(at + 4, true);
    if (high >= (isSigned ? -SAFE_HIGH : 0) && high < SAFE_HIGH)
      return String(high * TWO_32 + data.getUint32(at, true));
    return String(isSigned ? data.getBigInt64(at, true) : data.getBigUint64(at, true));
  });
}

/** 128-bit integers: what sum() over integers gives. */
export function hugeIntegers(duck: Duck, isSigned: boolean): Render {
  return fixedWidth(duck, 16, (data, at) => {
    const high = data.getInt32(at + 4, true);
    if (
      high >= 0 &&
      high < SAFE_HIGH &&
      data.getInt32(at + 8, true) === 0 &&
      data.getInt32(at + 12, true) === 0
    ) {
      return String(high * TWO_32 + data.getUint32(at, true));
    }
    return String(readInt128(data, at, isSigned));
  });
}

export function readInt128(data: DataView, at: number, isSigned: boolean): bigint {
  const upper = isSigned ? data.getBigInt64(at + 8, true) : data.getBigUint64(at + 8, true);
  return (upper << 64n) | data.getBigUint64(at, true);
}

export function decimals(duck: Duck, type: { readonly width: number; readonly scale: number }): Render {
  const { width, scale } = type;
  if (width <= 4) return fixedWidth(duck, 2, (data, at) => decimal(String(data.getInt16(at, true)), scale));
  if (width <= 9) return fixedWidth(duck, 4, (data, at) => decimal(String(data.getInt32(at, true)), scale));
  if (width <= 18)
    return fixedWidth(duck, 8, (data, at) => decimal(String(data.getBigInt64(at, true)), scale));
  return fixedWidth(duck, 16, (data, at) => decimal(String(readInt128(data, at, true)), scale));
}

/** "-5" at scale 2 is "-0.05". */
function decimal(unscaled: string, scale: number): string {
  if (scale === 0) return unscaled;
  const isNegative = unscaled.startsWith("-");
  const digits = (isNegative ? unscaled.slice(1) : unscaled).padStart(scale + 1, "0");
  const point = digits.length - scale;
  return `${isNegative ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`;
}

export function doubles(duck: Duck): Render {
  return fixedWidth(duck, 8, (data, at) => real(data.getFloat64(at, true)));
}

/** 32-bit floats with the fewest digits that read back as the same float. */
export function floats(duck: Duck): Render {
  return fixedWidth(duck, 4, (data, at) => {
    const value = data.getFloat32(at, true);
    if (!Number.isFinite(value)) return String(value);
    for (let digits = 6; digits < 9; digits++) {
      const short = Number(value.toPrecision(digits));
      if (Math.fround(short) === value) return real(short);
    }
    return real(Number(value.toPrecision(9)));
  });
}

/** Keeps a double recognisable as one: 1 is "1.0". */
function real(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return Object.is(value, -0) ? "-0.0" : `${value}.0`;
  return String(value);
}
