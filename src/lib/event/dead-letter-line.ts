/** The line of a dead letter, as it is written: bounded in size by the line, whatever its bytes. */
import { isUtf8 } from "node:buffer";
import { decodeLine } from "./decode-line.js";

/** Above this a line whose text takes more room than base64 is kept as that, with its beginning to look at. */
const LONG_BYTES = 64 * 1024;
const BEGINNING_BYTES = 256;

/** `base64` where the text is not the whole line, or not exactly. A letter takes at most 1.4 times a long line. */
export function rawOf(line: Buffer): { readonly text: string; readonly base64?: string } {
  if (line.length > LONG_BYTES && isCostlyAsText(line)) {
    const { text } = decodeLine(line.subarray(0, BEGINNING_BYTES));
    return { text: `${text}...`, base64: line.toString("base64") };
  }
  const { text, isExact } = decodeLine(line);
  return isExact ? { text } : { text, base64: line.toString("base64") };
}

/** Whether it is no UTF-8 (and is kept twice), or more than an eighth of it has to be escaped. */
function isCostlyAsText(line: Buffer): boolean {
  if (!isUtf8(line)) return true;
  let escaped = 0;
  for (const byte of line) if (byte < 0x20 || byte === 0x22 || byte === 0x5c) escaped++;
  return escaped > line.length / 8;
}
