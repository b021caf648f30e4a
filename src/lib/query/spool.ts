/** Events from a source kept in a scratch file, every line inspected on the way: DuckDB reads them from there. */
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { failure, reasonOf } from "../base/errors/index.js";
import { scan } from "../event/scan.js";
import type { Source } from "../stage/source.js";

/** A key of the events and the bits of `Kind` of its values. */
export interface SeenKey {
  readonly name: string;
  readonly kinds: number;
}

export interface Spool {
  /** NDJSON: every line a JSON object that DuckDB accepts. */
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

/** Reads `source` to its end into `directory`. Keys that come late count like those that come first. */
export async function spoolEvents(source: Source, directory: string, name: string): Promise<Spool> {
  const path = join(directory, `${name}.ndjson`);
  let file: FileHandle | undefined;
  try {
    await mkdir(directory, { recursive: true });
    file = await open(path, "wx", 0o600);
    return await copyEvents(source, file, path);
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

async function copyEvents(source: Source, file: FileHandle, path: string): Promise<Spool> {
  const keys = new Map<string, number>();
  let [bytes, events, longestBytes, faultyLines] = [0, 0, 0, 0];
  let firstFault: string | undefined;
  for (;;) {
    const block = await source.read();
    if (block === undefined) break;
    for (const { bytes: valid, summary, faults } of scan(block.bytes)) {
      for (const { name, kinds } of summary.columns) keys.set(name, (keys.get(name) ?? 0) | kinds);
      events += summary.events;
      faultyLines += faults.length;
      firstFault ??= faults[0]?.reason;
      const written = withoutLoneSurrogates(valid);
      longestBytes = Math.max(longestBytes, written.length);
      bytes += written.length;
      await writeAll(file, written);
    }
  }
  const seen = [...keys].map(([name, kinds]) => ({ name, kinds }));
  return { path, bytes, events, keys: seen, longestBytes, faultyLines, firstFault };
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at);
    at += bytesWritten;
  }
}

/** An escape of two halves, of one half alone, or any other: taken in order, so that an escaped backslash is none. */
const ESCAPES = /\\(?:u[dD][89abAB][0-9a-fA-F]{2}(\\u[dD][c-fC-F][0-9a-fA-F]{2})?|u[dD][c-fC-F][0-9a-fA-F]{2}|.)/gs;

/** DuckDB refuses a whole file for one lone surrogate (`"\ud83d"`); U+FFFD stands in for it, as wherever text is decoded. */
function withoutLoneSurrogates(bytes: Buffer): Buffer {
  if (!bytes.includes("\\ud") && !bytes.includes("\\uD")) return bytes;
  const text = bytes.toString("latin1");
  const clean = text.replace(ESCAPES, (escape, low: string | undefined) => {
    const isSurrogate = /^\\u[dD][89a-fA-F]/.test(escape);
    return isSurrogate && low === undefined ? "\\ufffd" : escape;
  });
  return Buffer.from(clean, "latin1");
}
