// Enter here: gzip and zstd, told by their first bytes.
/** Compressed input, told by its first bytes, never by its name. Members and frames may be concatenated. */
import type { ByteReader } from "../bytes/bytes.js";
import { GunzipBytes } from "./gunzip.js";
import { type InputKind, inputKindOf, KIND_BYTES } from "./kinds.js";
import { RefusedInput } from "./refused.js";
import { ZstdBytes } from "./zstd.js";

const HEAD_BYTES = 64 * 1024;
/** There are archives that contain themselves. */
const MOST_LAYERS = 4;

/**
 * The bytes of `inner`, decompressed where they are compressed, again where what comes out is. What is at fault in them
 * is a DecodeError of `read`; what is no text and not decoded is a RefusedInput, before any byte of it.
 */
export function decoded(inner: ByteReader): ByteReader {
  return new Decoding(inner, []);
}

/** Decides at the first read, because opening must not wait for bytes. */
class Decoding implements ByteReader {
  private current: ByteReader;
  /** The compressions around this one, the outermost first. */
  private readonly around: readonly InputKind[];
  private isDecided = false;
  private isStopped = false;

  constructor(inner: ByteReader, around: readonly InputKind[]) {
    this.current = inner;
    this.around = around;
  }

  wait(): Promise<void> | undefined {
    return this.current.wait?.();
  }

  read(into: Buffer): number | Promise<number> {
    return this.isDecided ? this.current.read(into) : this.decide(into);
  }

  stop(): void {
    this.isStopped = true;
    this.current.stop();
  }

  close(): Promise<void> {
    return this.current.close();
  }

  private async decide(into: Buffer): Promise<number> {
    const inner = this.current;
    const head = Buffer.allocUnsafeSlow(HEAD_BYTES);
    let byteCount = 0;
    let kind = inputKindOf(head.subarray(0, 0));
    // Never undecided once it is whole.
    while (kind === "undecided") {
      const more = await inner.read(head.subarray(byteCount));
      byteCount += more;
      kind = inputKindOf(head.subarray(0, Math.min(byteCount, KIND_BYTES)), more === 0);
    }
    const whole = new Replay(head.subarray(0, byteCount), inner);
    this.current = typeof kind === "string" || this.isStopped ? whole : await this.decoder(kind, whole);
    this.isDecided = true;
    if (this.isStopped) this.current.stop();
    return this.current.read(into);
  }

  private async decoder(kind: InputKind, whole: ByteReader): Promise<ByteReader> {
    if (kind.codec === undefined) throw refusal(kind, this.around);
    const around = [...this.around, kind];
    if (around.length > MOST_LAYERS) throw new RefusedInput(`compressed more than ${MOST_LAYERS} times over`);
    return new Decoding(kind.codec === "gzip" ? new GunzipBytes(whole) : await ZstdBytes.open(whole), around);
  }
}

function refusal(kind: InputKind, around: readonly InputKind[]): RefusedInput {
  const outer = around.map(({ name }) => `, compressed with ${name}`).reverse();
  // Only tar unpacks what is around by itself.
  const command = around.length === 0 || kind.name === "tar" ? kind.command : undefined;
  return new RefusedInput([kind.what, ...outer].join(""), command);
}

/** Bytes that were already read, then the rest. */
class Replay implements ByteReader {
  private head: Buffer;
  private readonly inner: ByteReader;

  constructor(head: Buffer, inner: ByteReader) {
    this.head = head;
    this.inner = inner;
  }

  wait(): Promise<void> | undefined {
    return this.head.length > 0 ? undefined : this.inner.wait?.();
  }

  read(into: Buffer): number | Promise<number> {
    if (this.head.length === 0) return this.inner.read(into);
    const copied = this.head.copy(into);
    this.head = this.head.subarray(copied);
    return copied;
  }

  stop(): void {
    this.inner.stop();
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}
