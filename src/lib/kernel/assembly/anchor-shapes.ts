// What a few bytes look like around a place that may be one of what is looked for: called for candidates only.
import { isDigit, isHex, isLetter, isWordByte } from "./bytes64";

/** `%40`, `&#64;`, `\u0040`. */
export function isEncoded(at: usize): bool {
  const c = load<u8>(at);
  const next = load<u8>(at, 1);
  if (c == 0x25) return isHex(next) && isHex(load<u8>(at, 2));
  return c == 0x26 ? next == 0x23 || isEntity(load<u32>(at, 1)) : c == 0x5c && next == 0x75;
}

/** Four bytes that begin with `lt;`, `gt;`, or are `quot`, `apos`, `amp;`. */
// @ts-ignore: decorator
@inline
function isEntity(word: u32): boolean {
  const three = word & 0xffffff;
  return three == 0x3b746c || three == 0x3b7467 || word == 0x746f7571 || word == 0x736f7061 || word == 0x3b706d61;
}

/** What else than a gap may stand between the groups of a card: "_", "+", a blank that does not break, a dash of print. */
// @ts-ignore: decorator
@inline
export function isCardGap(p: usize): bool {
  const c = load<u8>(p);
  if (c == 0x5f || c == 0x2b) return true;
  return (c == 0xc2 && load<u8>(p, 1) == 0xa0) || (c == 0xe2 && load<u8>(p, 1) == 0x80);
}

/** `p` is at the point behind the first group of digits. */
// @ts-ignore: decorator
@inline
export function isIpv4(p: usize): bool {
  for (let group = 0; group < 3; group++) {
    if (load<u8>(p) != 0x2e || !isDigit(load<u8>(p, 1))) return false;
    p += 2;
    if (isDigit(load<u8>(p))) p++;
    if (isDigit(load<u8>(p))) p++;
  }
  return !isDigit(load<u8>(p));
}

/** Two capital letters, two digits (at `at`), then at least eight that can be of an account number. */
export function isIban(at: usize): bool {
  if (<u8>(load<u8>(at - 1) - 0x41) >= 26 || <u8>(load<u8>(at - 2) - 0x41) >= 26 || isWordByte(load<u8>(at - 3))) return false;
  if (!isDigit(load<u8>(at, 1))) return false;
  for (let p = at + 2; p < at + 10; p++) {
    const c = load<u8>(p);
    if (!isDigit(c) && !isLetter(c) && c != 0x20 && c != 0x2d) return false;
  }
  return true;
}

/** `at` is the first "-" of a UUID. */
export function isUuid(at: usize): bool {
  if (load<u8>(at, 5) != 0x2d || load<u8>(at, 10) != 0x2d || load<u8>(at, 15) != 0x2d) return false;
  return isHex(load<u8>(at - 1)) && isHex(load<u8>(at, 1)) && isHex(load<u8>(at, 27));
}
