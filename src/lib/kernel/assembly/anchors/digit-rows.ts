// Rows of groups of digits: cards, telephone numbers, IPv4 addresses.
import { equal, gaps } from "./bytes64";

/**
 * The first digits of rows of groups that may be long enough: nine digits, a point three times, or a "+" before them. At `at`
 * words begin (or are behind a character beyond ASCII: the host says which are of words). A row that goes on in the next 64 bytes
 * is taken; takeNumber looks closer at each.
 */
// @ts-ignore: decorator
@inline
export function longRows(p: usize, numerals: u64, at: u64, lines: u64): u64 {
  let starts = numerals & at;
  if (starts == 0) return 0;
  const rows = numerals | gaps(p);
  const pluses = equal(p, 0x2b);
  const cardGaps = lines | pluses;
  const plus = (pluses << 1) | (load<u8>(p - 1) == 0x2b ? 1 : 0);
  let long = starts & plus;
  starts &= ~plus;
  while (starts != 0) {
    const n = ctz(starts);
    starts &= starts - 1;
    const length = ctz(~(rows >> n));
    const isCut = n + length >= 64;
    const digits = popcnt((numerals >> n) & (((<u64>1) << (length & 63)) - 1));
    const isFour = ((numerals >> n) & 31) == 15 && ((cardGaps >> n) & 16) != 0;
    const isLong = isCut | (digits > 8) | (length - digits > 2) | isFour;
    long |= <u64>isLong << n;
  }
  return long;
}
