/** Zstandard, decoded by WebAssembly: Node 20 has none, and later ones stop after the first frame. */
import type { ByteReader } from "../bytes/bytes.js";
import { DecodeError } from "./decode-error.js";
import { ZstdFrames } from "./zstd-frames.js";

const INPUT_BYTES = 128 * 1024;
/** The decoder hides the error codes of the library: a damaged frame shows as calls that neither take nor give. */
const MOST_FRUITLESS_CALLS = 64;
const NOTHING = Buffer.alloc(0);

/** Memory: the window of the frame (8 MiB at the usual levels, at most 128 MiB), whatever the size of the input. */
export class ZstdBytes implements ByteReader {
  private readonly inner: ByteReader;
  private readonly output: Iterator<Uint8Array>;
  private readonly input = new InputQueue();
  private readonly frames = new ZstdFrames();
  private rest: Uint8Array = NOTHING;
  private fruitlessCalls = 0;
  private isStopped = false;

  static async open(inner: ByteReader): Promise<ZstdBytes> {
    const { ZSTDDecoder } = await import("zstddec/stream");
    const decoder = new ZSTDDecoder();
    await decoder.init();
    return new ZstdBytes(inner, (input) => decoder.decodeStreaming(input));
  }

  private constructor(inner: ByteReader, decode: (input: Iterable<Uint8Array>) => Iterator<Uint8Array>) {
    this.inner = inner;
    this.output = decode(this.input);
  }

  wait(): Promise<void> | undefined {
    return this.rest.length > 0 ? undefined : this.inner.wait?.();
  }

  read(into: Buffer): number | Promise<number> {
    if (this.isStopped) return 0;
    return this.rest.length > 0 ? this.give(into) : this.decode(into);
  }

  stop(): void {
    this.isStopped = true;
    this.inner.stop();
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private give(into: Buffer): number {
    const byteCount = Math.min(into.length, this.rest.length);
    into.set(this.rest.subarray(0, byteCount));
    this.rest = this.rest.subarray(byteCount);
    return byteCount;
  }

  /** Invariant: one call of the decoder takes at most one input, so there is always one before a call. */
  private async decode(into: Buffer): Promise<number> {
    for (;;) {
      if (this.input.isHungry) await this.feed();
      const takenBefore = this.input.taken;
      const next = this.call();
      if (next.done === true) {
        if (this.frames.fault !== undefined) throw this.frames.fault;
        return 0;
      }
      this.rest = next.value;
      if (this.rest.length > 0) return this.give(into);
      this.fruitlessCalls = this.input.taken === takenBefore ? this.fruitlessCalls + 1 : 0;
      if (this.fruitlessCalls > MOST_FRUITLESS_CALLS) throw new DecodeError("its zstd data is damaged");
    }
  }

  /** The next input, as far as it is sound: what comes before a fault is decoded first. */
  private async feed(): Promise<void> {
    const buffer = Buffer.allocUnsafeSlow(INPUT_BYTES);
    const chunk = buffer.subarray(0, await this.inner.read(buffer));
    const sound = this.frames.walk(chunk);
    if (sound > 0) this.input.give(chunk.subarray(0, sound));
    if (sound < chunk.length || chunk.length === 0) this.input.end();
  }

  private call(): IteratorResult<Uint8Array> {
    try {
      return this.output.next();
    } catch (cause) {
      throw this.frames.fault ?? new DecodeError("its zstd data ends too early", { cause });
    }
  }
}

/** What the decoder pulls from: it cannot wait, so the input is there before it is asked for. */
class InputQueue implements Iterable<Uint8Array> {
  taken = 0;
  private next: Uint8Array | undefined;
  private hasEnded = false;

  get isHungry(): boolean {
    return this.next === undefined && !this.hasEnded;
  }

  give(chunk: Uint8Array): void {
    this.next = chunk;
  }

  end(): void {
    this.hasEnded = true;
  }

  [Symbol.iterator](): Iterator<Uint8Array> {
    return {
      next: () => {
        const value = this.next;
        this.next = undefined;
        this.taken++;
        return value === undefined ? { done: true, value } : { done: false, value };
      },
    };
  }
}
