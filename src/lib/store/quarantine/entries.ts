/**
 * What is in the quarantine. An entry is the lines that came with one segment; its file has a generation, from 1. The
 * table's log decides: `txn quarantine:<id>` names the generation that counts, 1 where there is none. So a replay is
 * one commit, with the rows it adds and the next generation, and whatever a crash leaves of other generations is
 * nothing.
 */
import { join } from "node:path";
import type { Files } from "../../base/files.js";
import { type DeadLetter, readLetter } from "../../event/dead-letter.js";
import { checksumIn, QUARANTINE_DIRECTORY, quarantineTransaction } from "../delta/quarantine-transactions.js";
import type { TableLog } from "../delta/snapshot.js";
import type { Part } from "../wal/recovery/damaged-file.js";
import { uncoveredSegments } from "../wal/rotation-request.js";
import { fileChecksum32 } from "./checksums.js";
import { type DamagedEntry, damagedLetters, damagedTime, eventsOfIndex, listDamaged } from "./damaged.js";
import { fileLines } from "./lines.js";
import { entryId } from "./quarantine-file.js";

export interface QuarantineEntry {
  readonly id: string;
  readonly generation: number;
  readonly path: string;
  /** CRC-32C of the file; undefined: an older logpipe made it. */
  readonly crc32c: number | undefined;
  /** Bytes that recovery took out of the log, of this file of a segment: see damaged.ts. */
  readonly damaged?: Part;
}

/** One entry, read through. */
export interface EntrySummary extends QuarantineEntry {
  readonly lines: number;
  readonly bytes: number;
  /** RFC 3339. */
  readonly firstTime: string;
  readonly lastTime: string;
  /** `stage: reason`, with how many lines. */
  readonly reasons: ReadonlyMap<string, number>;
  /** The file is not what was written: some of the lines are gone, or others than those. */
  readonly isChanged: boolean;
}

/** The entries of the table, by id. Not in it: lines whose segment is still in the write-ahead log. */
export async function listEntries(files: Files, log: TableLog): Promise<QuarantineEntry[]> {
  return (await listFiles(files, log)).filter(({ isCurrent }) => isCurrent).map(({ entry }) => entry);
}

/** Files of generations that do not count. Only who holds the quarantine's lock may remove them. */
export async function listStale(files: Files, log: TableLog): Promise<string[]> {
  const found = await listFiles(files, log);
  return found.filter(({ isStale }) => isStale).map(({ entry }) => entry.path);
}

/** Reads the entry through. Undefined: somebody has replayed it meanwhile. */
export async function summarize(files: Files, entry: QuarantineEntry): Promise<EntrySummary | undefined> {
  const found = await files.stat(entry.path);
  if (found === undefined) return undefined;
  const reasons = new Map<string, number>();
  let lines = 0;
  let firstTime = "";
  let lastTime = "";
  let unreadable = 0;
  for await (const { stage, reason, time = "" } of letters(files, entry, () => unreadable++)) {
    lines++;
    if (firstTime === "" || time < firstTime) firstTime = time;
    if (time > lastTime) lastTime = time;
    const key = `${stage}: ${reason}`;
    reasons.set(key, (reasons.get(key) ?? 0) + 1);
  }
  if (isDamaged(entry) && entry.damaged === "index") {
    firstTime = lastTime = await damagedTime(files, entry);
    const reason = "recovery: events that the index of a segment counts which was not whole";
    reasons.set(reason, await eventsOfIndex(files, entry));
  }
  const isChanged = unreadable > 0 || !(await holdsChecksum(files, entry));
  return { ...entry, lines, bytes: found.bytes, firstTime, lastTime, reasons, isChanged };
}

/** Whether the entry is what recovery took out of the log, and not lines that are no events. */
export function isDamaged(entry: QuarantineEntry): entry is DamagedEntry & QuarantineEntry {
  return entry.damaged !== undefined;
}

/** The lines of an entry. `onUnreadable` is called for each line of the file that is no record. */
export async function* letters(
  files: Files,
  entry: QuarantineEntry,
  onUnreadable: () => unknown,
): AsyncGenerator<DeadLetter> {
  const { path } = entry;
  if (isDamaged(entry)) yield* damagedLetters(files, entry);
  else
    for await (const line of fileLines(files, path)) {
      const letter = readLetter(line.toString("utf8"));
      if (letter !== undefined) yield letter;
      else onUnreadable();
    }
}

/** Whether the file is what was written; true where nobody knows. Cost: reads all of it. */
export async function holdsChecksum(files: Files, { path, crc32c }: QuarantineEntry): Promise<boolean> {
  return crc32c === undefined || (await fileChecksum32(files, path)) === crc32c;
}

interface Found {
  readonly entry: QuarantineEntry;
  readonly isCurrent: boolean;
  readonly isStale: boolean;
}

/** The files first, then the log's segments, then the snapshot: so an entry is missed only while it is being made. */
async function listFiles(files: Files, log: TableLog): Promise<Found[]> {
  const directory = join(log.directory, QUARANTINE_DIRECTORY);
  const named = (await files.list(directory)).flatMap((name): Omit<QuarantineEntry, "crc32c">[] => {
    const match = /^([0-9a-f-]+-\d+)\.(\d+)\.ndjson$/.exec(name);
    if (match === null) return [];
    return [{ id: match[1]!, generation: Number(match[2]), path: join(directory, name) }];
  });
  named.push(...(await listDamaged(files, log.directory)));
  let txns: ReadonlyMap<string, number> = new Map();
  const waiting = await uncoveredSegments(files, log.directory, async () => {
    ({ txns } = await log.refresh());
    return txns;
  });
  const pending = new Set(waiting.map(({ writer, sequence }) => entryId(writer, sequence)));
  return named
    .map((one) => {
      const known = checksumIn(txns, one.id);
      const entry = { ...one, crc32c: known?.generation === one.generation ? known.crc32c : undefined };
      const counts = txns.get(quarantineTransaction(entry.id)) ?? 1;
      const isPending = pending.has(entry.id);
      const isCurrent = entry.generation === counts && !isPending;
      return { entry, isCurrent, isStale: entry.generation !== counts };
    })
    .sort((a, b) => (a.entry.id < b.entry.id ? -1 : 1));
}
