/** Validates a block of NDJSON and says what it holds. About 0.7 GB/s a thread. */
import { isUtf8 } from "node:buffer";
import { kernel } from "../kernel/kernel.js";
import { type Fault, invalidUtf8, LONG_KEYS, placedBeside, readFaults, shifted, without } from "./faults.js";
import type { ColumnSummary, Summary } from "./summary.js";

export interface Scan {
  /** The lines that are valid JSON objects, whole. The input itself when all are, and no field in it is `-0`. */
  readonly bytes: Buffer;
  readonly summary: Summary;
  readonly faults: readonly Fault[];
}

/**
 * Scans whole lines. Usually one result; more when a block has more distinct keys than the scanner's dictionary holds.
 * Blank lines are no events and are left as they are.
 */
export function scan(bytes: Buffer): Scan[] {
  return scanAll(bytes, true);
}

/** The same, with `-0` as it is written: for whoever does not read the numbers. */
export function scanText(bytes: Buffer): Scan[] {
  return scanAll(bytes, false);
}

function scanAll(bytes: Buffer, isForStore: boolean): Scan[] {
  if (!isUtf8(bytes)) return scanInvalid(bytes, isForStore);
  const scans: Scan[] = [];
  let start = 0;
  do {
    const [result, stopped] = scanOnce(start === 0 ? bytes : bytes.subarray(start), isForStore);
    const from = start;
    scans.push(
      from === 0 ? result : { ...result, faults: result.faults.map((fault) => shifted(fault, from)) },
    );
    start += stopped;
  } while (start < bytes.length);
  return scans;
}

function scanOnce(bytes: Buffer, isForStore: boolean): [Scan, number] {
  const instance = kernel();
  const { exports } = instance;
  const at = instance.load(bytes);
  let { stopped, faults } = takeCensus(at, bytes.length);
  const isFull = () => stopped === 0 && bytes.length > 0 && faults.length === 0;
  if (isFull()) {
    // The line may be one that has room, but for the keys of blocks before it.
    exports.forgetKeys();
    ({ stopped, faults } = takeCensus(at, bytes.length));
  }
  if (isFull()) {
    const end = bytes.indexOf(0x0a);
    faults.push({ start: 0, end, column: 0, reason: LONG_KEYS });
    stopped = end + 1;
  }
  const covered = stopped === bytes.length ? bytes : bytes.subarray(0, stopped);
  const valid = faults.length === 0 ? covered : without(covered, faults);
  if (isForStore && exports.censusMinusZero() !== 0) {
    const signed = withMinusZeros(valid);
    // Looking at other bytes would forget what these hold.
    if (signed.length > valid.length) return [{ ...scanOnce(signed, false)[0], faults }, stopped];
  }
  const crc32c = valid === covered ? exports.crc32c(at, stopped, 0) >>> 0 : 0;
  const columns = readColumns();
  const events = exports.censusEvents();
  const times = readTimes();
  const checksum = valid === covered ? crc32c : crc32cOf(valid);
  return [{ bytes: valid, summary: { events, columns, crc32c: checksum, ...times }, faults }, stopped];
}

/** Reads what is loaded at `at`. `stopped` is before its end where a table of the kernel was full. */
function takeCensus(at: number, length: number): { stopped: number; faults: Fault[] } {
  const { exports } = kernel();
  exports.censusStart();
  const stopped = exports.census(at, at + length) - at;
  return { stopped, faults: readFaults(at) };
}

/** Whole tokens, so that neither text nor an exponent is taken for a number. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|[{}[\]]/gs;

/**
 * With a fraction the zero of a field keeps its sign: DuckDB takes `-0` for the whole number 0. Those within objects
 * and arrays are kept as text.
 */
function withMinusZeros(bytes: Buffer): Buffer {
  let depth = 0;
  const signed = bytes.toString("latin1").replace(TOKEN, (found) => {
    if (found === "{" || found === "[") depth++;
    else if (found === "}" || found === "]") depth--;
    return found === "-0" && depth === 1 ? "-0.0" : found;
  });
  return Buffer.from(signed, "latin1");
}

function readColumns(): ColumnSummary[] {
  const { exports, words, bytes } = kernel();
  const columns: ColumnSummary[] = [];
  const count = exports.censusKeys();
  for (let n = 0; n < count; n++) {
    const slot = exports.censusSlot(n) >> 2;
    const events = words[slot + 4]!;
    const text = words[slot + 1]!;
    const raw = bytes.utf8Slice(text, text + words[slot + 2]!);
    const name = raw.includes("\\") ? (JSON.parse(`"${raw}"`) as string) : raw;
    columns.push({ name, kinds: words[slot + 3]!, count: events });
  }
  return columns;
}

function readTimes(): { firstTimestamp?: string; lastTimestamp?: string } {
  const { exports, bytes } = kernel();
  const first = exports.censusFirstAt();
  if (first === 0) return {};
  return {
    firstTimestamp: bytes.latin1Slice(first, exports.censusFirstEnd()),
    lastTimestamp: bytes.latin1Slice(exports.censusLastAt(), exports.censusLastEnd()),
  };
}

/** The checksum of any bytes: CRC-32C, RFC 3720 appendix B.4. */
export function crc32cOf(bytes: Uint8Array): number {
  const k = kernel();
  return k.exports.crc32c(k.load(bytes), bytes.length, 0) >>> 0;
}

/** Sets the lines that are not UTF-8 aside first. */
function scanInvalid(bytes: Buffer, isForStore: boolean): Scan[] {
  const faults = invalidUtf8(bytes, isUtf8);
  const [first, ...more] = scanAll(without(bytes, faults), isForStore).map((result) => ({
    ...result,
    faults: placedBeside(result.faults, faults),
  }));
  if (first === undefined)
    return [{ bytes: Buffer.alloc(0), summary: { events: 0, columns: [], crc32c: 0 }, faults }];
  return [{ ...first, faults: [...faults, ...first.faults] }, ...more];
}
