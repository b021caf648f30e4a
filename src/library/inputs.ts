/** Where the lines and events of a program come from: streams, iterables, files. */
import { failure, type LogpipeError } from "../lib/base/errors/index.js";
import { formatSize } from "../lib/base/size.js";
import type { Block } from "../lib/event/block.js";
import type { Source } from "../lib/pipeline/contract/source.js";
import { source as declareSource } from "../lib/pipeline/contract/stage.js";
import { type ByteReader, ChunkQueue } from "../lib/sources/bytes/bytes.js";
import { decoded } from "../lib/sources/decode/decode.js";
import { DecodeError } from "../lib/sources/decode/decode-error.js";
import { RefusedInput } from "../lib/sources/decode/refused.js";
import { inputFailure, openFiles } from "../lib/sources/files/files.js";
import { BlockReader } from "../lib/sources/lines/block-reader.js";
import { DEFAULT_BLOCK_BYTES, DEFAULT_MAX_LINE_BYTES } from "../lib/sources/lines/line-splitter.js";
import type { Oversized } from "../lib/sources/lines/pieces.js";
import { reading, shownValue } from "./arguments.js";
import { ItemBytes } from "./items.js";
import { type Piece, pieceOf } from "./piece.js";

/** What a pipeline reads: see `pipeline`. */
export type Input = Iterable<unknown> | AsyncIterable<unknown>;

const NAMELESS = { summary: "", details: "", operands: [], examples: [] };
const QUEUE_BYTES = 256 * 1024;

/** Reads files in order: plain, gzip or zstd. One that cannot be read is named by the error at the end. */
export function files(...paths: string[]): Piece {
  const operands = [{ name: "FILE", summary: "", isLocal: true, isRequired: true, isRepeated: true }];
  const declaration = declareSource({
    ...NAMELESS,
    name: "files",
    operands,
    options: {},
    open: async ({ operands: named }, host) => openFiles(named, {}, host),
  });
  return pieceOf(declaration, paths);
}

/** Reads lines from an iterable, each item one line or several whole ones, with or without its line end. */
export function lines(from: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>): Piece {
  return inputPiece("lines", from, true);
}

/**
 * The piece that reads a stream or an iterable. Text and bytes of a byte stream are cut anywhere, and decoded as files
 * are; the items of anything else are lines (text) and events (objects). Throws usage.bad-argument.
 */
export function inputPiece(call: string, from: unknown, areLines?: boolean): Piece {
  const whole = reading(call, from, () => (from instanceof Uint8Array ? [from] : from));
  if (!isIterable(whole)) throw notIterable(call, from);
  const open = async () => openIterable(whole, areLines);
  return pieceOf(declareSource({ ...NAMELESS, name: call, options: {}, readsInput: () => false, open }), []);
}

/** A source over the items. */
export function openIterable(from: Input, areLines?: boolean): Source {
  return new IterableSource(new IterableBytes(from, areLines));
}

export function isIterable(value: unknown): value is Input {
  if (typeof value !== "object" || value === null) return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}

function notIterable(call: string, from: unknown): LogpipeError {
  const isText = typeof from === "string";
  return failure("usage.bad-argument", {
    call: `${call}()`,
    value: shownValue(from),
    reason: isText ? "it is one text" : "it is no stream and no iterable",
    hint: isText
      ? "to read a file of that name: files(path); to read it as lines: lines([text])"
      : "it reads a Readable, an async iterable, an array of lines or of plain objects",
  });
}

class IterableSource implements Source {
  readonly isPassive = true;
  onOversized?: Oversized;
  private readonly reader: BlockReader;

  constructor(bytes: IterableBytes) {
    const limits = {
      blockBytes: DEFAULT_BLOCK_BYTES,
      maxLineBytes: DEFAULT_MAX_LINE_BYTES,
      onOversized: (piece: Buffer, isLast: boolean) => this.oversized(piece, isLast),
    };
    this.reader = new BlockReader(decoded(bytes), limits, { labels: undefined, name: "<input>" });
  }

  async read(): Promise<Block | undefined> {
    try {
      return await this.reader.next();
    } catch (error) {
      throw error instanceof DecodeError || error instanceof RefusedInput
        ? inputFailure("the input", error)
        : error;
    }
  }

  stop(): void {
    this.reader.stop(false);
  }

  close(): Promise<void> {
    return this.reader.close();
  }

  private oversized(piece: Buffer, isLast: boolean): void {
    if (this.onOversized !== undefined) this.onOversized(piece, isLast, "<input>");
    else if (isLast)
      throw failure("input.damaged", {
        path: "the input",
        reason: `a line is longer than ${formatSize(DEFAULT_MAX_LINE_BYTES)}`,
      });
  }
}

/** The items as bytes, asked for as they are needed: at most QUEUE_BYTES, and one item, ahead. */
class IterableBytes implements ByteReader {
  private readonly from: Input;
  private readonly areLines: boolean;
  private readonly items = new ItemBytes();
  private readonly queue: ChunkQueue;
  private iterator: Iterator<unknown> | AsyncIterator<unknown> | undefined;
  private isPumping = false;

  constructor(from: Input, areLines: boolean | undefined) {
    this.from = from;
    this.areLines = areLines ?? false;
    this.queue = new ChunkQueue(QUEUE_BYTES, () => void this.pump());
  }

  wait(): Promise<void> | undefined {
    void this.pump();
    return this.queue.wait();
  }

  read(into: Buffer): number | Promise<number> {
    void this.pump();
    return this.queue.read(into);
  }

  stop(): void {
    if (!this.queue.isOpen) return;
    this.queue.end();
    this.leave();
  }

  async close(): Promise<void> {
    this.stop();
  }

  /** Never rejects: what goes wrong is the end of the queue. */
  private async pump(): Promise<void> {
    if (this.isPumping || !this.queue.isOpen) return;
    this.isPumping = true;
    try {
      this.iterator ??= firstOf(this.from);
      while (this.queue.isOpen && !this.queue.isFull) {
        const asked = this.iterator.next();
        const { done, value } = isThenable(asked) ? await asked : asked;
        if (!this.queue.isOpen) break;
        if (done === true) {
          this.noteSpent();
          this.queue.end();
        } else this.queue.push(this.items.bytesOf(value, this.areLines || this.isLine(value)));
      }
    } catch (error) {
      this.queue.end(error ?? new Error("the input ended with an error that has no text"));
      this.leave();
    } finally {
      this.isPumping = false;
    }
  }

  /** Bytes are pieces of a stream wherever they come from; text is where the stream is one of bytes. */
  private isLine(item: unknown): boolean {
    return typeof item === "string" && !isByteStream(this.from);
  }

  /** What can be read once only gives nothing from now on, which must not look like an empty input. */
  private noteSpent(): void {
    const { from, iterator } = this;
    if (isDestroyable(from) || (iterator as unknown) === from) spent.add(from);
  }

  /** Not waited for: an iterator that waits for its next item ends when that has come, or never. */
  private leave(): void {
    const { from, iterator } = this;
    if (isDestroyable(from)) {
      spent.add(from);
      from.destroy();
      return;
    }
    try {
      const left = iterator?.return?.();
      if (isThenable(left)) left.then(undefined, () => {});
    } catch {
      // It was left; what it says to that changes nothing.
    }
  }
}

const spent = new WeakSet<object>();

function firstOf(from: Input): Iterator<unknown> | AsyncIterator<unknown> {
  if (spent.has(from))
    throw failure("usage.bad-argument", {
      call: "pipeline()",
      value: "an input a second time",
      reason: "it has been read, and gives nothing more",
      hint: "make a new stream or generator for each run, or hand over an array",
    });
  return iteratorOf(from);
}

function iteratorOf(from: Input): Iterator<unknown> | AsyncIterator<unknown> {
  return Symbol.asyncIterator in from ? from[Symbol.asyncIterator]() : from[Symbol.iterator]();
}

function isThenable<T>(value: T | PromiseLike<T> | undefined): value is PromiseLike<T> {
  return (
    typeof value === "object" &&
    value !== null &&
    "then" in value &&
    typeof (value as { then: unknown }).then === "function"
  );
}

/** A Node stream of text or bytes, not of objects. */
function isByteStream(from: Input): boolean {
  return "readableObjectMode" in from && from.readableObjectMode === false;
}

function isDestroyable(from: unknown): from is { destroy(): void } {
  return (
    typeof from === "object" &&
    from !== null &&
    "readable" in from &&
    "destroy" in from &&
    typeof from.destroy === "function"
  );
}
