/**
 * AES-SIV (RFC 5297): encryption that gives the same text for the same value and key, so that encrypted values still join, and
 * that notices every change. Made of the AES of Node's crypto; keys have 64 bytes (AES-256 twice).
 */
import { createCipheriv, timingSafeEqual } from "node:crypto";

const BLOCK = 16;
const ZERO: Buffer = Buffer.alloc(BLOCK);

export class Siv {
  private readonly macKey: Buffer;
  private readonly counterKey: Buffer;
  private readonly bits: number;
  private readonly once: Buffer;

  /** `key`: 32, 48 or 64 bytes. */
  constructor(key: Buffer) {
    const half = key.length / 2;
    this.bits = half * 8;
    this.macKey = key.subarray(0, half);
    this.counterKey = key.subarray(half);
    this.once = doubled(this.block(ZERO));
  }

  /** Sixteen bytes that are checked, then the encrypted bytes. `context` is not in it and has to be given again to open it. */
  seal(plain: Buffer, ...context: readonly Buffer[]): Buffer {
    const tag = this.tagOf(plain, context);
    return Buffer.concat([tag, this.counted(tag, plain)]);
  }

  /** Undefined when the bytes are not what `seal` made with this key and context. */
  open(sealed: Buffer, ...context: readonly Buffer[]): Buffer | undefined {
    if (sealed.length < BLOCK) return undefined;
    const tag = sealed.subarray(0, BLOCK);
    const plain = this.counted(tag, sealed.subarray(BLOCK));
    return timingSafeEqual(tag, this.tagOf(plain, context)) ? plain : undefined;
  }

  /** S2V: RFC 5297, section 2.4. */
  private tagOf(plain: Buffer, context: readonly Buffer[]): Buffer {
    let d = this.mac(ZERO);
    for (const part of context) d = xored(doubled(d), this.mac(part));
    if (plain.length < BLOCK) return this.mac(xored(doubled(d), padded(plain)));
    const last = Buffer.from(plain);
    const from = last.length - BLOCK;
    for (let i = 0; i < BLOCK; i++) last[from + i]! ^= d[i]!;
    return this.mac(last);
  }

  private counted(tag: Buffer, bytes: Buffer): Buffer {
    const start = Buffer.from(tag);
    start[8]! &= 0x7f;
    start[12]! &= 0x7f;
    return createCipheriv(`aes-${this.bits}-ctr`, this.counterKey, start).update(bytes);
  }

  /** AES-CMAC: RFC 4493. */
  private mac(message: Buffer): Buffer {
    const blocks = Math.max(1, Math.ceil(message.length / BLOCK));
    const from = (blocks - 1) * BLOCK;
    const rest = message.subarray(from);
    const last = rest.length === BLOCK ? xored(rest, this.once) : xored(padded(rest), doubled(this.once));
    const cipher = createCipheriv(`aes-${this.bits}-cbc`, this.macKey, ZERO).setAutoPadding(false);
    const out = cipher.update(Buffer.concat([message.subarray(0, from), last]));
    return out.subarray(out.length - BLOCK);
  }

  private block(bytes: Buffer): Buffer {
    return createCipheriv(`aes-${this.bits}-ecb`, this.macKey, null).setAutoPadding(false).update(bytes);
  }
}

/** Times x in the field of 2^128 elements. */
function doubled(bytes: Buffer): Buffer {
  const out = Buffer.alloc(BLOCK);
  for (let i = 0; i < BLOCK; i++) out[i] = (bytes[i]! << 1) | ((bytes[i + 1] ?? 0) >> 7);
  if (bytes[0]! & 0x80) out[BLOCK - 1]! ^= 0x87;
  return out;
}

function padded(bytes: Buffer): Buffer {
  const out = Buffer.alloc(BLOCK);
  bytes.copy(out);
  out[bytes.length] = 0x80;
  return out;
}

function xored(a: Buffer, b: Buffer): Buffer {
  const out = Buffer.alloc(BLOCK);
  for (let i = 0; i < BLOCK; i++) out[i] = a[i]! ^ b[i]!;
  return out;
}
