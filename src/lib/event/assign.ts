/** Sets fields to constants in a whole block at once. */
import { isUtf8 } from "node:buffer";
import { assert } from "../base/assert.js";
import { takeBuffer } from "../base/buffers.js";
import { quote } from "../json/quote.js";
import { kernel } from "../kernel/kernel.js";
import { type Fault, invalidUtf8, placedBeside, readFaults, shifted, without } from "./faults.js";

/** At most this many fields, and this many bytes of names and values together. */
export const ASSIGN_FIELDS_MAX = 64;
export const ASSIGN_BYTES_MAX = 60_000;

export interface Assignment {
  readonly name: string;
  /** JSON text of the value. */
  readonly json: string;
}

export interface Assigned {
  readonly bytes: Buffer;
  readonly faults: readonly Fault[];
}

/** Ready to be applied to blocks. About 0.6 GB/s a thread. Lines that are no JSON objects are left out and listed. */
export class Assigner {
  private readonly fields: readonly { readonly key: Buffer; readonly value: Buffer }[];
  private readonly addedBytes: number;

  constructor(assignments: readonly Assignment[]) {
    this.fields = assignments.map(({ name, json }) => ({
      key: Buffer.from(quote(name).slice(1, -1)),
      value: Buffer.from(json),
    }));
    this.addedBytes = this.fields.reduce((sum, { key, value }) => sum + key.length + value.length + 4, 0);
    assert(
      this.fields.length <= ASSIGN_FIELDS_MAX && this.addedBytes <= ASSIGN_BYTES_MAX,
      "too many constants for one pass",
    );
  }

  /** The events of `input` with the fields set. Whole lines in, whole lines out; blank lines are dropped. */
  apply(input: Buffer): Assigned {
    const removed = isUtf8(input) ? [] : invalidUtf8(input, isUtf8);
    const valid = removed.length === 0 ? input : without(input, removed);
    const faults: Fault[] = [];
    const parts: Buffer[] = [];
    let start = 0;
    while (start < valid.length) {
      const piece = valid.subarray(start);
      const [bytes, stopped, found] = this.applyOnce(piece);
      parts.push(bytes);
      for (const fault of found) faults.push(shifted(fault, start));
      start += stopped;
    }
    return {
      bytes: parts.length === 1 ? parts[0]! : Buffer.concat(parts),
      faults: [...removed, ...placedBeside(faults, removed)],
    };
  }

  private applyOnce(input: Buffer): [Buffer, number, Fault[]] {
    const k = kernel();
    const { exports } = k;
    const lines = this.countLines(input);
    const at = k.load(input, input.length + lines * this.addedBytes + 64);
    this.writeTable();
    const out = exports.outputAt(input.length);
    const end = exports.assign(at, at + input.length, out, this.fields.length);
    const bytes = takeBuffer(end - out);
    k.bytes.copy(bytes, 0, out, end);
    return [bytes, exports.assignStopped() - at, readFaults(at)];
  }

  private countLines(input: Buffer): number {
    const k = kernel();
    const at = k.load(input);
    return k.exports.countLines(at, at + input.length);
  }

  private writeTable(): void {
    const k = kernel();
    const table = k.exports.assignTableAt();
    let at = this.fields.length * 16;
    this.fields.forEach(({ key, value }, n) => {
      const words = k.words.subarray((table >> 2) + n * 4);
      words.set([at, key.length, at + key.length, value.length]);
      k.bytes.set(key, table + at);
      k.bytes.set(value, table + at + key.length);
      at += key.length + value.length;
    });
  }
}
