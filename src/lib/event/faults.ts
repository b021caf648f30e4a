/** The lines that a kernel function refused. */
import { kernel } from "../kernel/kernel.js";

/** A line that is no JSON object. Offsets are bytes within the block. */
export interface Fault {
  readonly start: number;
  /** Where its "\n" is. */
  readonly end: number;
  /** Where in the line it went wrong, from 0. */
  readonly column: number;
  readonly reason: string;
}

const REASONS: readonly string[] = [
  "",
  "not a JSON object",
  "malformed JSON",
  "nested deeper than 512",
  "more than 65,536 keys",
  "control character in a string",
  "bad escape in a string",
  "malformed number",
  "text after the JSON object",
  "cut-off JSON",
];
export const LONG_KEYS = "keys of more than 8 MiB together";
export const INVALID_UTF8 = "invalid UTF-8";

/** The faults of the block that the kernel has just read, whose input is at `at`. */
export function readFaults(at: number): Fault[] {
  const { exports, words } = kernel();
  const first = exports.rejectsAt() >> 2;
  return Array.from({ length: exports.rejectCount() }, (_, n) => {
    const [start = 0, end = 0, place = 0, reason = 0] = words.subarray(first + n * 4, first + n * 4 + 4);
    return {
      start: start - at,
      end: end - at,
      column: Math.max(0, place - start),
      reason: REASONS[reason] ?? "malformed JSON",
    };
  });
}

/** The lines that are not UTF-8. */
export function invalidUtf8(bytes: Buffer, isValid: (line: Buffer) => boolean): Fault[] {
  const faults: Fault[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start);
    if (!isValid(bytes.subarray(start, end))) faults.push({ start, end, column: 0, reason: INVALID_UTF8 });
    start = end + 1;
  }
  return faults;
}

/** The block without the faulty lines. */
export function without(bytes: Buffer, faults: readonly Fault[]): Buffer {
  const kept: Buffer[] = [];
  let from = 0;
  for (const fault of faults) {
    if (fault.start > from) kept.push(bytes.subarray(from, fault.start));
    from = fault.end + 1;
  }
  kept.push(bytes.subarray(from));
  return Buffer.concat(kept);
}

/** Faults found in what `without(bytes, removed)` left, as faults of `bytes`. */
export function placedBeside(faults: readonly Fault[], removed: readonly Fault[]): Fault[] {
  let next = 0;
  let shift = 0;
  return faults.map((fault) => {
    for (
      let gone = removed[next];
      gone !== undefined && gone.start <= fault.start + shift;
      gone = removed[++next]
    ) {
      shift += gone.end + 1 - gone.start;
    }
    return shifted(fault, shift);
  });
}

/** The fault as one of a larger block, in which its own begins at `offset`. */
export function shifted(fault: Fault, offset: number): Fault {
  return offset === 0 ? fault : { ...fault, start: fault.start + offset, end: fault.end + offset };
}
