/** `redact --reveal`: puts back what was encrypted. */
import { Block } from "../../event/block.js";
import { escapeBytes, unescaped } from "../../json/escapes.js";
import type { StageContext, Transform } from "../../pipeline/contract/stage.js";
import { ENCRYPTED_ESCAPED, ENCRYPTED_TOKEN } from "./actions.js";
import type { Key } from "./keys.js";
import type { RedactorOptions } from "./redactor.js";
import { usableLines } from "./usable-lines.js";

const MARK = "[enc:";
const ID_MAX = 32;

interface Revealed {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export class Revealer implements Transform {
  private readonly keys: ReadonlyMap<string, Key>;
  private readonly options: RedactorOptions;
  private readonly context: StageContext;

  constructor(keys: readonly Key[], options: RedactorOptions, context: StageContext) {
    this.keys = new Map(keys.map((key) => [key.id, key]));
    this.options = options;
    this.context = context;
  }

  push(block: Block, emit: (block: Block) => boolean): boolean {
    const bytes = usableLines(block.bytes, this.options, this.context);
    const parts: Buffer[] = [];
    let from = 0;
    let opened = 0;
    let closed = 0;
    for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + MARK.length)) {
      const end = tokenEnd(bytes, at + MARK.length);
      if (end < 0) {
        if (isCutShort(bytes, at + MARK.length)) closed++;
        continue;
      }
      const revealed = this.reveal(bytes, at, end);
      if (revealed === undefined) {
        closed++;
        continue;
      }
      opened++;
      parts.push(bytes.subarray(from, revealed.from), Buffer.from(revealed.text, "latin1"));
      from = revealed.to;
    }
    if (opened > 0) this.context.count("revealed", opened);
    if (closed > 0) this.context.count("not_revealed", closed);
    const out = parts.length === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(from)]);
    return emit(new Block(out));
  }

  /** `[at, end)` is `[enc:ID:BASE64URL]`. */
  private reveal(bytes: Buffer, at: number, end: number): Revealed | undefined {
    const [, id = "", sealed = ""] = bytes.latin1Slice(at + 1, end - 1).split(":");
    const plain = this.keys.get(id)?.decrypt(sealed);
    if (plain === undefined || plain.length === 0) return undefined;
    const raw = plain.latin1Slice(1);
    const form = plain[0]!;
    if (this.options.isText) {
      const text = form === ENCRYPTED_ESCAPED ? unescaped(raw).text : raw;
      return { from: at, to: end, text };
    }
    if (form === ENCRYPTED_TOKEN) {
      const isWhole = bytes[at - 1] === 0x22 && bytes[end] === 0x22;
      return isWhole ? { from: at - 1, to: end + 1, text: raw } : undefined;
    }
    return { from: at, to: end, text: form === ENCRYPTED_ESCAPED ? raw : escapeBytes(raw) };
  }
}

/** What begins like an encrypted value and was changed: an id, a colon and letters of base64, but no end. */
function isCutShort(bytes: Buffer, at: number): boolean {
  return /^[\w-]{1,32}:[\w-]{22}/.test(bytes.latin1Slice(at, at + ID_MAX + 23));
}

/** Behind the "]"; -1 when this is no encrypted value. */
function tokenEnd(bytes: Buffer, at: number): number {
  let colon = at;
  while (colon - at <= ID_MAX && isOfBase64(bytes[colon]!)) colon++;
  if (colon === at || bytes[colon] !== 0x3a) return -1;
  let end = colon + 1;
  while (isOfBase64(bytes[end] ?? 0)) end++;
  return bytes[end] === 0x5d ? end + 1 : -1;
}

/** Letters, digits, "-" and "_". */
function isOfBase64(c: number): boolean {
  return (
    (c >= 0x30 && c <= 0x39) ||
    (c >= 0x41 && c <= 0x5a) ||
    (c >= 0x61 && c <= 0x7a) ||
    c === 0x2d ||
    c === 0x5f
  );
}
