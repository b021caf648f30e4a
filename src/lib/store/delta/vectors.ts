import { inSlices } from "./slices.js";

/**
 * Texts of many files in few bytes: each different text once, and a number a file.
 *
 *     u32 entries | u32 width of an index: 1, 2 or 4 | u32 offset x (entries + 1) | indexes, to a multiple of 4 | UTF-8
 *
 * Little endian. Index 0: no text; k: the bytes from offset k-1 to offset k.
 */
export class TextVectorWriter {
  readonly #indexes: Uint32Array;
  readonly #texts: string[] = [];
  /** Text to index, while that is worth its memory. */
  #known: Map<string, number> | undefined = new Map();
  #count = 0;

  /** `count`: of files. */
  constructor(count: number) {
    this.#indexes = new Uint32Array(count);
  }

  set(file: number, text: string): void {
    let index = this.#known?.get(text);
    if (index === undefined) {
      index = this.#texts.push(text);
      this.#known?.set(text, index);
    }
    this.#indexes[file] = index;
    this.#count++;
    if (index > SAMPLE && index > this.#count * MOSTLY_DIFFERENT) this.#known = undefined;
  }

  /** The bytes, made in short slices. */
  async finish(): Promise<Buffer> {
    const offsets = new Uint32Array(this.#texts.length + 1);
    const parts: Buffer[] = [];
    let at = 0;
    await inSlices(chunks(this.#texts), ([first, texts]) => {
      const joined = texts.join("");
      const bytes = Buffer.from(joined, "utf8");
      const isAscii = bytes.length === joined.length;
      for (const [i, text] of texts.entries()) {
        at += isAscii ? text.length : Buffer.byteLength(text);
        offsets[first + i + 1] = at;
      }
      parts.push(bytes);
    });
    const entries = this.#texts.length;
    const width = entries < 256 ? 1 : entries < 65_536 ? 2 : 4;
    const indexes =
      width === 4
        ? this.#indexes
        : width === 2
          ? Uint16Array.from(this.#indexes)
          : Uint8Array.from(this.#indexes);
    const padding = Buffer.alloc(-indexes.byteLength & 3);
    const head = bytesOfNumbers(new Uint32Array([entries, width]));
    return Buffer.concat([head, bytesOfNumbers(offsets), bytesOfNumbers(indexes), padding, ...parts]);
  }
}

/** When so many different texts are nearly as many as files, the next ones are believed to be different, too. */
const SAMPLE = 1024;
const MOSTLY_DIFFERENT = 0.9;
const CHUNK = 512;

function* chunks(texts: readonly string[]): Iterable<[first: number, texts: readonly string[]]> {
  for (let first = 0; first < texts.length; first += CHUNK) yield [first, texts.slice(first, first + CHUNK)];
}

export class TextVector {
  readonly #indexes: ArrayLike<number>;
  readonly #offsets: Uint32Array;
  readonly #texts: Buffer;
  /** JSON values of the entries that were asked for. */
  readonly #values: unknown[] = [];

  /** `bytes` must begin at a multiple of 4 in its memory. */
  constructor(bytes: Buffer, count: number) {
    const [entries = 0, width = 4] = new Uint32Array(bytes.buffer, bytes.byteOffset, 2);
    this.#offsets = new Uint32Array(bytes.buffer, bytes.byteOffset + 8, entries + 1);
    const at = 8 + 4 * (entries + 1);
    this.#indexes = indexesAt(bytes, at, width, count);
    this.#texts = bytes.subarray(at + ((count * width + 3) & ~3));
  }

  has(file: number): boolean {
    return this.#indexes[file] !== 0;
  }

  text(file: number): string | undefined {
    const index = this.#indexes[file]!;
    return index === 0
      ? undefined
      : this.#texts.toString("utf8", this.#offsets[index - 1], this.#offsets[index]);
  }

  /** The text as JSON; parsed once for all files that have it. */
  value(file: number): unknown {
    const index = this.#indexes[file]!;
    if (index === 0) return undefined;
    this.#values[index] ??= JSON.parse(this.text(file)!);
    return this.#values[index];
  }
}

function indexesAt(bytes: Buffer, at: number, width: number, count: number): ArrayLike<number> {
  const start = bytes.byteOffset + at;
  if (width === 1) return new Uint8Array(bytes.buffer, start, count);
  if (width === 2) return new Uint16Array(bytes.buffer, start, count);
  return new Uint32Array(bytes.buffer, start, count);
}

export function bytesOfNumbers(numbers: Uint8Array | Uint16Array | Uint32Array | Float64Array): Buffer {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
