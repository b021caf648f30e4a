// What a few bytes look like around a place that may be one of what is looked for: called for candidates only.
import { isDigit, isGap, isHex, isLetter, isWordByte } from "./bytes64";

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

/** How many bytes of a gap between groups of digits are at `p`: a mark, or a blank or dash beyond ASCII; 0: none. */
// @ts-ignore: decorator
@inline
export function gapAt(p: usize): usize {
  const c = load<u8>(p);
  if (c < 0x80) return isGap(c) ? 1 : 0;
  return wideGapAt(p, c);
}

/** U+00A0, U+2000 to U+200B, U+2010 to U+2015, U+202F, U+2060, U+2212, U+3000. */
function wideGapAt(p: usize, c: u8): usize {
  const next = load<u8>(p, 1);
  if (c == 0xc2) return next == 0xa0 ? 2 : 0;
  const last = load<u8>(p, 2);
  if (c == 0xe3) return next == 0x80 && last == 0x80 ? 3 : 0;
  if (c != 0xe2) return 0;
  if (next == 0x80) return last < 0x8c || (last >= 0x90 && last < 0x96) || last == 0xaf ? 3 : 0;
  return (next == 0x81 && last == 0xa0) || (next == 0x88 && last == 0x92) ? 3 : 0;
}

/** What else than a gap may stand between the groups of a card. */
// @ts-ignore: decorator
@inline
export function isCardGap(c: u8): bool { return c == 0x5f || c == 0x2b; }

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

/**
 * Two letters, two digits (at `at`), then at least eight bytes that can be of an account number. What begins like the hexadecimal
 * digits of an id, in small letters, has digits alone behind it.
 */
export function isIban(at: usize): bool {
  if (!isLetter(load<u8>(at - 1)) || !isLetter(load<u8>(at - 2))) return false;
  const before = load<u8>(at - 3);
  if ((before < 0x80 && isWordByte(before)) || !isDigit(load<u8>(at, 1))) return false;
  const isLikeId = isSmallHex(load<u8>(at - 2)) && isSmallHex(load<u8>(at - 1));
  for (let p = at + 2; p < at + 10; p++) {
    const c = load<u8>(p);
    if (isLikeId && isLetter(c)) return false;
    if (!isDigit(c) && !isLetter(c) && c != 0x20 && c != 0x2d && c < 0x80) return false;
  }
  return true;
}

function isSmallHex(c: u8): bool {
  return c >= 0x61 && c <= 0x66;
}

/** `at` is the first "-" of a UUID. */
export function isUuid(at: usize): bool {
  if (load<u8>(at, 5) != 0x2d || load<u8>(at, 10) != 0x2d || load<u8>(at, 15) != 0x2d) return false;
  return isHex(load<u8>(at - 1)) && isHex(load<u8>(at, 1)) && isHex(load<u8>(at, 27));
}
