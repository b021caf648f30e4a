/** Where the members of a JSON object lie, in bytes that are known to be valid JSON. */

/** Four offsets a member: the key's opening quote, behind its closing one, the value's start, behind its end. */
export const MARKS = 4;

/**
 * Appends the marks of every member of the object that begins at `open` to `marks`, which is emptied first, and returns
 * the offset of its closing brace. The caller vouches for the JSON. About 1 ns a byte.
 */
export function membersAt(bytes: Uint8Array, open: number, marks: number[]): number {
  marks.length = 0;
  let at = afterSpace(bytes, open + 1);
  while (bytes[at] !== 0x7d) {
    const keyEnd = afterString(bytes, at);
    const colon = afterSpace(bytes, keyEnd);
    const value = afterSpace(bytes, colon + 1);
    const end = afterValue(bytes, value);
    marks.push(at, keyEnd, value, end);
    at = afterSpace(bytes, end);
    if (bytes[at] === 0x2c) at = afterSpace(bytes, at + 1);
  }
  return at;
}

/** The name that a key stands for; `start` and `end` include its quotes. */
export function keyAt(bytes: Buffer, start: number, end: number): string {
  const text = bytes.utf8Slice(start + 1, end - 1);
  return text.includes("\\") ? (JSON.parse(`"${text}"`) as string) : text;
}

/** Whether two keys, with their quotes, stand for the same name. */
export function isSameKey(
  one: Buffer,
  oneStart: number,
  oneEnd: number,
  other: Buffer,
  otherStart: number,
  otherEnd: number,
): boolean {
  const length = oneEnd - oneStart;
  if (length === otherEnd - otherStart) {
    let n = 1;
    while (n < length && one[oneStart + n] === other[otherStart + n]) n++;
    if (n >= length) return true;
  }
  if (!hasEscape(one, oneStart, oneEnd) && !hasEscape(other, otherStart, otherEnd)) return false;
  return keyAt(one, oneStart, oneEnd) === keyAt(other, otherStart, otherEnd);
}

/** Whether there is a backslash in [start, end). */
export function hasEscape(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === 0x5c) return true;
  return false;
}

export function afterSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  let byte = bytes[at];
  while (byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d) byte = bytes[++at];
  return at;
}

function afterValue(bytes: Uint8Array, from: number): number {
  const first = bytes[from];
  if (first === 0x22) return afterString(bytes, from);
  if (first === 0x7b || first === 0x5b) return afterContainer(bytes, from);
  let at = from;
  for (let byte = bytes[at]!; byte > 0x20 && byte !== 0x2c && byte !== 0x7d && byte !== 0x5d; )
    byte = bytes[++at]!;
  return at;
}

function afterString(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  for (let byte = bytes[at]; byte !== 0x22; byte = bytes[at]) at += byte === 0x5c ? 2 : 1;
  return at + 1;
}

function afterContainer(bytes: Uint8Array, from: number): number {
  let depth = 0;
  let at = from;
  do {
    const byte = bytes[at];
    if (byte === 0x22) {
      at = afterString(bytes, at);
      continue;
    }
    if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) depth--;
    at++;
  } while (depth > 0);
  return at;
}
