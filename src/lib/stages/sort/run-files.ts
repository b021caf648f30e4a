/**
 * Sorted runs on disk, for a sort of more than fits memory. A record: `[key bytes][line bytes]` as little-endian 32-bit
 * words, the key (one byte a character), the line with its "\n". Files lose their name as soon as they are open:
 * nothing is left behind, whatever ends the process.
 */
import { randomUUID } from "node:crypto";
import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { failure, reasonOf } from "../../base/errors/index.js";
import { makePrivateDirectories, PRIVATE_FILE } from "../../base/private-files/modes.js";

/** One line of a run and the key it is sorted by. */
export interface SortedLine {
  readonly key: string;
  /** With its "\n". */
  readonly line: Buffer;
}

const WRITE_BYTES = 1 << 20;
const READ_BYTES = 256 * 1024;
const HEADER_BYTES = 8;

/** A file of lines in order. Written once, then read from its start. Calls throw system.failed. */
export class RunFile {
  private readonly path: string;
  private readonly descriptor: number;
  private bytes = 0;

  constructor(directory: string, lines: Iterable<SortedLine>) {
    this.path = join(directory, `logpipe-sort-${randomUUID()}`);
    this.descriptor = this.attempt("open", () => {
      makePrivateDirectories(directory);
      return openSync(this.path, "wx+", PRIVATE_FILE);
    });
    this.attempt("unlink", () => unlinkSync(this.path));
    this.attempt("write", () => this.write(lines));
  }

  *lines(): Generator<SortedLine> {
    let held: Buffer = Buffer.alloc(0);
    for (let at = 0; at < this.bytes; ) {
      const record = recordLength(held);
      if (record > held.length) {
        held = Buffer.concat([held, this.read(at + held.length, Math.max(READ_BYTES, record - held.length))]);
        continue;
      }
      const keyEnd = HEADER_BYTES + held.readUInt32LE(0);
      yield { key: held.latin1Slice(HEADER_BYTES, keyEnd), line: held.subarray(keyEnd, record) };
      held = held.subarray(record);
      at += record;
    }
  }

  /** The whole file, for `save`. */
  content(): Uint8Array {
    return new Uint8Array(this.read(0, this.bytes));
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private write(lines: Iterable<SortedLine>): void {
    let buffer = Buffer.allocUnsafeSlow(WRITE_BYTES);
    let used = 0;
    const flush = () => {
      for (let at = 0; at < used; ) at += writeSync(this.descriptor, buffer, at, used - at, this.bytes + at);
      this.bytes += used;
      used = 0;
    };
    for (const { key, line } of lines) {
      const length = HEADER_BYTES + key.length + line.length;
      if (used + length > buffer.length) flush();
      if (length > buffer.length) buffer = Buffer.allocUnsafeSlow(length);
      used = buffer.writeUInt32LE(key.length, used);
      used = buffer.writeUInt32LE(line.length, used);
      used += buffer.write(key, used, "latin1");
      used += line.copy(buffer, used);
    }
    flush();
  }

  private read(at: number, length: number): Buffer {
    return this.attempt("read", () => {
      const bytes = Buffer.allocUnsafeSlow(Math.min(length, this.bytes - at));
      for (let got = 0; got < bytes.length; ) {
        const count = readSync(this.descriptor, bytes, got, bytes.length - got, at + got);
        if (count === 0) throw new Error("the file is shorter than what was written");
        got += count;
      }
      return bytes;
    });
  }

  private attempt<T>(call: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw failure("system.failed", { call, path: this.path, reason: reasonOf(error) }, error);
    }
  }
}

/** The lines of a file that `content` gave. */
export function* linesOfRun(content: Uint8Array): Generator<SortedLine> {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
  for (let at = 0; at < bytes.length; ) {
    const end = at + recordLength(bytes.subarray(at));
    const keyEnd = at + HEADER_BYTES + bytes.readUInt32LE(at);
    yield { key: bytes.latin1Slice(at + HEADER_BYTES, keyEnd), line: bytes.subarray(keyEnd, end) };
    at = end;
  }
}

/** Bytes of the first record, or of as much as must be there to say. */
function recordLength(bytes: Buffer): number {
  return bytes.length < HEADER_BYTES
    ? HEADER_BYTES
    : HEADER_BYTES + bytes.readUInt32LE(0) + bytes.readUInt32LE(4);
}
