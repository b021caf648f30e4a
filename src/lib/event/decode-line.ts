/** Bytes of log lines to text. */
import { isUtf8 } from "node:buffer";

/** The text of a line; bytes that are not UTF-8 become U+FFFD and `isExact` is false. */
export function decodeLine(line: Buffer): { readonly text: string; readonly isExact: boolean } {
  const isExact = isUtf8(line);
  return { text: isExact ? line.utf8Slice() : line.toString("utf8"), isExact };
}

/** Whether a string would have become longer than JavaScript's can be, 512 MiB. */
export function isStringTooLong(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return (
    code === "ERR_STRING_TOO_LONG" || (error instanceof RangeError && message === "Invalid string length")
  );
}
