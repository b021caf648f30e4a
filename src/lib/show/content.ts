/** What a file is, seen from its first lines: what it must be read with to be shown. */
import { stat } from "node:fs/promises";
import { systemPath } from "../base/local/byte-name.js";
import { DecodeError } from "../sources/decode/decode-error.js";
import { inputKindOf, KIND_BYTES } from "../sources/decode/kinds.js";
import { RefusedInput } from "../sources/decode/refused.js";
import { decodedHead, HEAD_BYTES_MAX, rawHead } from "../sources/files/head.js";
import { encodingOf, toUtf8 } from "../sources/lines/text-encoding.js";
import { hasLogLines, logLinesOf } from "../stages/parse/unparsed/log-lines.js";
import { otherTextOf } from "../stages/parse/unparsed/other-text.js";

/**
 * | kind | is |
 * |---|---|
 * | events | JSON objects, one a line |
 * | logs | lines in formats that `parse` knows, or JSON over several lines |
 * | text | other text, tables among it |
 * | empty | nothing yet |
 * | refused | what no lines can be made of: `why` says what it is |
 * | stream | a FIFO or a device: it can be read once |
 */
export type ContentKind = "events" | "logs" | "text" | "empty" | "refused" | "stream";

export interface Content {
  readonly kind: ContentKind;
  /** Compressed: it can be read from its start alone. */
  readonly isPacked: boolean;
  /** Not UTF-8, but UTF-16 or UTF-32. */
  readonly isWide: boolean;
  /** Log lines as they are, which every command that wants events parses by itself. */
  readonly isPlainLog?: boolean;
  /** Text that is a table: what `parse` is to be told to read it. */
  readonly table?: "csv" | "tsv";
  /** "a Parquet file". */
  readonly why?: string;
}

/** Cost: one read of 64 KiB, decoded where it is packed. What cannot be read is text: reading it says why. */
export async function contentOf(path: string): Promise<Content> {
  const plain = { isPacked: false, isWide: false };
  try {
    const stats = await stat(systemPath(path));
    if (stats.isSocket()) return { ...plain, kind: "refused", why: "a socket" };
    if (!stats.isFile()) return { ...plain, kind: "stream" };
    const raw = await rawHead(path);
    const packing = inputKindOf(raw, raw.length < KIND_BYTES);
    const isPacked = typeof packing !== "string" && packing.codec !== undefined;
    if (typeof packing !== "string" && !isPacked) return { ...plain, kind: "refused", why: packing.what };
    const head = isPacked ? await decodedHead(path) : raw;
    const encoding = encodingOf(head) ?? "utf-8";
    const isWide = encoding !== "utf-8";
    const text = isWide ? toUtf8(head, encoding) : head;
    if (!isWide && isBinary(head)) return { kind: "refused", isPacked, isWide, why: "binary data" };
    return { ...kindOfText(wholeLines(text)), isPacked, isWide };
  } catch (error) {
    if (error instanceof RefusedInput) return { ...plain, kind: "refused", why: error.message };
    if (error instanceof DecodeError) return { ...plain, isPacked: true, kind: "text" };
    return { ...plain, kind: "text" };
  }
}

function kindOfText(bytes: Buffer): Pick<Content, "kind" | "isPlainLog" | "table"> {
  const text = bytes.subarray(bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0);
  const lines = text
    .latin1Slice()
    .split("\n")
    .filter((line) => line.trim() !== "");
  if (lines.length === 0) return { kind: "empty" };
  const found = logLinesOf(text);
  if (found !== undefined) return { kind: "logs", isPlainLog: !found.isJson };
  const objects = lines.filter((line) => line.startsWith("{")).length;
  const other = otherTextOf(text);
  if (objects === lines.length && other?.isJson !== true) return { kind: "events" };
  const isMixed = objects * 2 >= lines.length || (objects > 0 && hasLogLines(text));
  if (other?.isJson === true || isMixed) return { kind: "logs" };
  return other === undefined
    ? { kind: "text" }
    : { kind: "text", table: other.name === "TSV" ? "tsv" : "csv" };
}

/** All but the last line where that may be cut. */
function wholeLines(bytes: Buffer): Buffer {
  const end = bytes.lastIndexOf(0x0a) + 1;
  return bytes.length < HEAD_BYTES_MAX || end === 0 ? bytes : bytes.subarray(0, end);
}

/** NULs among the characters, where not all of a hole: no log has them, and every table of records does. */
function isBinary(head: Buffer): boolean {
  const at = head.indexOf(0);
  if (at < 0) return false;
  let nuls = 0;
  for (const byte of head) if (byte === 0) nuls++;
  const isHole = head.subarray(at, at + nuls).every((byte) => byte === 0);
  return !isHole && nuls * 20 > head.length;
}
