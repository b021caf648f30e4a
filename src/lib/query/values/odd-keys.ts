/**
 * Keys that DuckDB cannot read stand under another key in what it reads: those with NUL, and those with half a
 * surrogate pair.
 */

const MARK = "\u2063key ";

/** The key that stands for `key` in the file that DuckDB reads: mostly itself. */
export function readableKey(key: string): string {
  return isOddKey(key) ? `${MARK}${Buffer.from(key, "utf16le").toString("hex")}` : key;
}

export function isOddKey(key: string): boolean {
  return /[\u0000\ud800-\udfff]/u.test(key);
}
