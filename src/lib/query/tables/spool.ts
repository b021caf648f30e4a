/** Events from a source kept in a scratch file, every line inspected on the way: DuckDB reads them from there. */
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { failure, reasonOf } from "../../base/errors/index.js";
import { makeTemporary } from "../../base/private-files/temporary-directory.js";
import { countOf } from "../../base/size.js";
import { type Scan, scan } from "../../event/scan.js";
import { Kind } from "../../event/summary.js";
import type { Source } from "../../pipeline/contract/source.js";
import { CsvEvents } from "../inputs/csv/csv-events.js";
import { looksLikeCsv } from "../inputs/csv/guess.js";
import type { InRange } from "../inputs/in-range.js";
import { isOutOfLines, JsonArrayEvents } from "../inputs/json-array.js";
import { type ApartCounts, type OddValues, withOddApart } from "../values/apart.js";
import { withLastOfTwo } from "../values/last-of-two.js";
import { isOddKey, readableKey } from "../values/odd-keys.js";

/** A key of the events and the bits of `Kind` of its values. */
export interface SpooledKey {
  /** As it stands in the spool. */
  readonly name: string;
  /** As it stands in the events, if that is another one: see values/odd-keys.ts. */
  readonly original?: string;
  readonly kinds: number;
  /** Values that stand as text beside the key: see values/apart.ts. */
  readonly apart?: ApartCounts;
  /** Of some events the object or array stands beside the key as text, too. */
  readonly isBent?: boolean;
}

export interface Spool {
  /** What the input was. */
  readonly form: "events" | "csv" | "json";
  /** NDJSON, every line a JSON object that DuckDB accepts. */
  readonly path: string;
  readonly bytes: number;
  readonly events: number;
  readonly keys: readonly SpooledKey[];
  /** No line is longer. */
  readonly longestBytes: number;
  /** Lines that are no JSON objects: left out. */
  readonly faultyLines: number;
  /** What was wrong with the first of them. */
  readonly firstFault: string | undefined;
  /** What was read one way and could be read another, a sentence each. */
  readonly readings: readonly string[];
}

/**
 * Reads `source` to its end into `directory`, of events only those `within`. Keys that come late count like those that
 * come first. `separator`: that of a file whose name says that it is CSV.
 */
export async function spoolEvents(
  source: Source,
  directory: string,
  name: string,
  separator?: "," | "\t",
  within?: InRange,
): Promise<Spool> {
  const path = join(directory, `${name}.ndjson`);
  let file: FileHandle | undefined;
  try {
    await makeTemporary(directory);
    file = await open(path, "ax", 0o600);
    return await new Spooling(file, path, within).run(source, separator);
  } catch (error) {
    if (error instanceof Error && "syscall" in error) {
      throw failure("output.unwritable", { path, reason: reasonOf(error) }, error);
    }
    throw error;
  } finally {
    await file?.close();
    await source.close();
  }
}

/** Standing for a column whose cells are all empty. */
const NO_VALUE = Kind.string | Kind.null;

/** A JSON array or object of which the end is missing. */
export class UnendedArray extends Error {}

const HEAD_BYTES = 64 * 1024;

const OTHER = "what stands beside the JSON objects is left out";

/** Beside `bigNumber` they say that there may be numbers within that are read otherwise. */
const NESTED = Kind.object | Kind.array;

class Spooling {
  private readonly file: FileHandle;
  private readonly path: string;
  private readonly keys = new Map<string, number>();
  private readonly odd: OddValues = { apart: new Map(), bent: new Set() };
  private bytes = 0;
  private events = 0;
  private longestBytes = 0;
  private faultyLines = 0;
  private twice = 0;
  private firstFault: string | undefined;

  private readonly within: InRange | undefined;

  constructor(file: FileHandle, path: string, within: InRange | undefined) {
    this.file = file;
    this.path = path;
    this.within = within;
  }

  async run(source: Source, separator: "," | "\t" | undefined): Promise<Spool> {
    const first = await source.read();
    const form =
      first === undefined ? (separator === undefined ? "events" : "csv") : formOf(first.bytes, separator);
    const csv = form === "csv" ? new CsvEvents(separator ?? ",") : undefined;
    const array = form === "json" ? new JsonArrayEvents() : undefined;
    for (let block = first; block !== undefined; block = await source.read())
      await this.add((csv ?? array)?.push(block.bytes) ?? block.bytes, csv);
    if (array?.hasEnded === false) throw new UnendedArray();
    if (csv !== undefined) await this.add(csv.end(), csv);
    const { path, bytes, events, longestBytes, faultyLines, firstFault } = this;
    const readings = [
      ...(csv?.report(separator === undefined) ?? []),
      ...(array?.hasOther === true ? [OTHER] : []),
      ...this.twiceReading(),
    ];
    return {
      form,
      path,
      bytes,
      events,
      keys: this.seen(csv),
      longestBytes,
      faultyLines,
      firstFault,
      readings,
    };
  }

  private async add(block: Buffer, csv: CsvEvents | undefined): Promise<void> {
    for (const found of scan(block)) {
      this.faultyLines += found.faults.length;
      this.firstFault ??= found.faults[0]?.reason;
      for (const { bytes: valid, summary } of this.lastOfTwo(found)) {
        for (const { name, kinds } of summary.columns)
          this.keys.set(name, (this.keys.get(name) ?? 0) | kinds);
        this.events += summary.events;
        const mayBeBent = summary.columns.some(
          ({ kinds }) => (kinds & Kind.bigNumber) !== 0 && (kinds & NESTED) !== 0,
        );
        const hasNulKey = summary.columns.some(({ name }) => name.includes("\0"));
        const marks = { mayBeBent, hasNulKey };
        const written = withOddApart(await this.inRange(valid), this.odd, marks);
        this.longestBytes = Math.max(this.longestBytes, written.length);
        await this.write(written);
      }
    }
    if (csv !== undefined && this.keys.size < csv.columns.length)
      for (const name of csv.columns) if (!this.keys.has(name)) this.keys.set(name, 0);
  }

  /** Of the events those in the range. Once one has a time, those before that have none are left out as well. */
  private async inRange(events: Buffer): Promise<Buffer> {
    const { within } = this;
    if (within === undefined) return events;
    const hadTimes = within.hasTimes;
    const kept = within.take(events);
    if (!hadTimes && within.hasTimes) {
      await this.file.truncate(0);
      this.bytes = 0;
      this.odd.apart.clear();
      this.odd.bent.clear();
    }
    return kept;
  }

  /** What was scanned, with the last value of keys that an event has twice. */
  private lastOfTwo(found: Scan): readonly Scan[] {
    if (found.summary.columns.every(({ kinds }) => (kinds & Kind.duplicate) === 0)) return [found];
    const { bytes, count } = withLastOfTwo(found.bytes);
    this.twice += count;
    return scan(bytes);
  }

  private twiceReading(): string[] {
    if (this.twice === 0) return [];
    const have = this.twice === 1 ? "has" : "have";
    return [`${countOf(this.twice, "event")} ${have} a key twice: the last value counts`];
  }

  private seen(csv: CsvEvents | undefined): SpooledKey[] {
    const names =
      csv === undefined ? [...this.keys.keys()] : [...new Set([...csv.columns, ...this.keys.keys()])];
    return names.map((original): SpooledKey => {
      const name = readableKey(original);
      const counts = this.odd.apart.get(name);
      const seen = this.keys.get(original)!;
      const kinds = seen === 0 ? NO_VALUE : seen;
      return {
        ...{ name, kinds },
        ...(counts === undefined ? {} : { apart: counts }),
        ...(this.odd.bent.has(name) ? { isBent: true } : {}),
        ...(isOddKey(original) ? { original } : {}),
      };
    });
  }

  private async write(bytes: Buffer): Promise<void> {
    this.bytes += bytes.length;
    await writeAll(this.file, bytes);
  }
}

/**
 * By the first block: `[` before `{` is a JSON array, and so is read what begins with an object that does not have a
 * line for itself; a line that begins with `{` makes it events; else CSV is what looks like it. Of a file that is named
 * as CSV its first character decides.
 */
function formOf(bytes: Buffer, separator: string | undefined): Spool["form"] {
  const head = bytes.toString("latin1", 0, HEAD_BYTES);
  if (/^\s*\[\s*\{/.test(head) || isOutOfLines(bytes.subarray(0, HEAD_BYTES))) return "json";
  if (separator !== undefined) return /^\s*\{/.test(head) ? "events" : "csv";
  if (/^[ \t]*\{/m.test(head)) return "events";
  return looksLikeCsv(bytes.toString("utf8", 0, HEAD_BYTES), bytes.length <= HEAD_BYTES) ? "csv" : "events";
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at);
    at += bytesWritten;
  }
}
