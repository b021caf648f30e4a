/** Events from a source kept in a scratch file, every line inspected on the way: DuckDB reads them from there. */
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { failure, reasonOf } from "../base/errors/index.js";
import { makePrivateDirectory } from "../base/private-files/modes.js";
import { scan } from "../event/scan.js";
import type { Source } from "../stage/source.js";
import type { InRange } from "./inputs/in-range.js";
import { type Apart, type ApartCounts, withOddApart } from "./values/apart.js";

/** A key of the events and the bits of `Kind` of its values. */
export interface SeenKey {
  readonly name: string;
  readonly kinds: number;
  /** Values that stand as text beside the key: see values/apart.ts. */
  readonly apart?: ApartCounts;
}

export interface Spool {
  /** "events": NDJSON, every line a JSON object that DuckDB accepts. "csv", "json": the text as it came. */
  readonly form: "events" | "csv" | "json";
  readonly path: string;
  readonly bytes: number;
  readonly events: number;
  readonly keys: readonly SeenKey[];
  /** No line is longer. */
  readonly longestBytes: number;
  /** Lines that are no JSON objects: left out. */
  readonly faultyLines: number;
  /** What was wrong with the first of them. */
  readonly firstFault: string | undefined;
}

/** Reads `source` to its end into `directory`, of events only those `within`. Keys that come late count like those that come first. */
export async function spoolEvents(
  source: Source,
  directory: string,
  name: string,
  within?: InRange,
): Promise<Spool> {
  const path = join(directory, `${name}.ndjson`);
  let file: FileHandle | undefined;
  try {
    await makePrivateDirectory(directory);
    file = await open(path, "ax", 0o600);
    return await copyEvents(source, file, path, within);
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

async function copyEvents(source: Source, file: FileHandle, path: string, within?: InRange): Promise<Spool> {
  const first = await source.read();
  const form = first === undefined ? "events" : formOf(first.bytes);
  const keys = new Map<string, number>();
  let [bytes, events, longestBytes, faultyLines] = [0, 0, 0, 0];
  let firstFault: string | undefined;
  const apart: Apart = new Map();
  for (let block = first; block !== undefined; block = await source.read()) {
    if (form !== "events") {
      bytes += block.bytes.length;
      await writeAll(file, block.bytes);
      continue;
    }
    for (const { bytes: valid, summary, faults } of scan(block.bytes)) {
      for (const { name, kinds } of summary.columns) keys.set(name, (keys.get(name) ?? 0) | kinds);
      events += summary.events;
      faultyLines += faults.length;
      firstFault ??= faults[0]?.reason;
      const hadTimes = within?.hasTimes;
      const kept = within?.take(valid) ?? valid;
      if (hadTimes === false && within?.hasTimes === true) {
        await file.truncate(0);
        bytes = 0;
        apart.clear();
      }
      const written = withOddApart(kept, apart);
      longestBytes = Math.max(longestBytes, written.length);
      bytes += written.length;
      await writeAll(file, written);
    }
  }
  const seen = [...keys].map(([name, kinds]): SeenKey => {
    const counts = apart.get(name);
    return counts === undefined ? { name, kinds } : { name, kinds, apart: counts };
  });
  return { form, path, bytes, events, keys: seen, longestBytes, faultyLines, firstFault };
}

/** By the first block: `[` before `{` is a JSON array; a line that begins with `{` makes it events; else a delimiter in the first line CSV. */
function formOf(bytes: Buffer): Spool["form"] {
  const head = bytes.toString("latin1", 0, 64 * 1024);
  if (/^\s*\[\s*\{/.test(head)) return "json";
  if (/^[ \t]*\{/m.test(head)) return "events";
  const firstLine = head.slice(0, head.indexOf("\n"));
  return /[,;\t]/.test(firstLine) ? "csv" : "events";
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at);
    at += bytesWritten;
  }
}
