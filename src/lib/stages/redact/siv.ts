/**
 * AES-SIV (RFC 5297): encryption that gives the same text for the same value and key, so that encrypted values still
 * join, and that notices every change. Keys have 64 bytes (AES-256 twice).
 */
import type { aessiv } from "@noble/ciphers/aes.js";

const TAG_BYTES = 16;
let cipher: typeof aessiv | undefined;

/**
 * To be called before the first value is sealed or opened: most runs encrypt nothing, and start without the library.
 */
export async function loadSiv(): Promise<void> {
  cipher ??= (await import("@noble/ciphers/aes.js")).aessiv;
}

export class Siv {
  private readonly key: Buffer;

  /** `key`: 32, 48 or 64 bytes. */
  constructor(key: Buffer) {
    this.key = key;
  }

  /**
   * Sixteen bytes that are checked, then the encrypted bytes. `context` is not in it and has to be given again to open
   * it.
   */
  seal(plain: Buffer, ...context: readonly Buffer[]): Buffer {
    return asBuffer(cipher!(this.key, ...context).encrypt(plain));
  }

  /** Undefined when the bytes are not what `seal` made with this key and context. */
  open(sealed: Buffer, ...context: readonly Buffer[]): Buffer | undefined {
    if (sealed.length < TAG_BYTES) return undefined;
    try {
      return asBuffer(cipher!(this.key, ...context).decrypt(sealed));
    } catch {
      // Its one error for bytes that are long enough: the tag does not fit.
      return undefined;
    }
  }
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
