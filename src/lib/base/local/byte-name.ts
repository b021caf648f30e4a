/**
 * File names that are not UTF-8, as Unix lets them be. In a string each byte that is no part of a character is a lone
 * surrogate, U+DC80 to U+DCFF, as in Python (PEP 383), which no decoded text has; so that paths can be joined and
 * compared as any others.
 */
import { isUtf8 } from "node:buffer";

const ESCAPED = /(?<![\ud800-\udbff])[\udc80-\udcff]/;

/** The name that these bytes are. Cost: that of decoding, where they are UTF-8. */
export function nameOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString("utf8");
  let name = "";
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find((n) => at + n <= bytes.length && isUtf8(bytes.subarray(at, at + n)));
    name +=
      length === undefined
        ? String.fromCharCode(0xdc00 + bytes[at]!)
        : bytes.toString("utf8", at, at + length);
    at += length ?? 1;
  }
  return name;
}

/** What the system is to be given for `path`. */
export function systemPath(path: string): string | Buffer {
  if (!ESCAPED.test(path)) return path;
  const parts = path.split(new RegExp(`(${ESCAPED.source})`));
  return Buffer.concat(
    parts.map((part, n) => (n % 2 === 0 ? Buffer.from(part) : Buffer.from([part.charCodeAt(0) - 0xdc00]))),
  );
}

/** For people and for JSON: `caf\xe9.log`. */
export function shownName(path: string): string {
  if (!ESCAPED.test(path)) return path;
  return path.replace(new RegExp(ESCAPED, "g"), (byte) => `\\x${(byte.charCodeAt(0) - 0xdc00).toString(16)}`);
}
