/**
 * Out of the quarantine: lines that are events now become rows, in one commit that also says that they are no longer
 * held.
 */
import { join, relative } from "node:path";
import { failure } from "../../base/errors/index.js";
import { type Files, isSystemError, makeDurableDirectory } from "../../base/files.js";
import { crc32c } from "../../base/hash/crc32c.js";
import { Block } from "../../event/block.js";
import { type DeadLetter, writeLetter } from "../../event/dead-letter.js";
import { LineCounter } from "../../event/lines.js";
import { scan } from "../../event/scan.js";
import { TIMESTAMP } from "../../event/time/names.js";
import { inStoredTime } from "../../event/time/stored-times.js";
import { EventWriter } from "../../event/writer.js";
import {
  checksumTransaction,
  QUARANTINE_DIRECTORY,
  quarantineTransaction,
} from "../delta/quarantine-transactions.js";
import type { TableLog } from "../delta/snapshot.js";
import { Session } from "../duckdb/duckdb.js";
import {
  holdsChecksum,
  letters,
  listEntries,
  listStale,
  type QuarantineEntry,
} from "../quarantine/entries.js";
import { entryFileName } from "../quarantine/quarantine-file.js";
import { takeLock } from "../wal/lock.js";
import { type Commit, commitOf } from "../wal/segment.js";
import { type SealedSegment, sealedSegment } from "../wal/segment-writer.js";
import { type Coverage, flushSegment } from "../write/flush.js";
import type { StoringOptions } from "../write/segment-flusher.js";

export interface ReplayReport {
  /** Lines that are rows now. */
  readonly stored: number;
  /** Lines that stay, because they are no events. */
  readonly left: number;
  /** Entries that were touched. */
  readonly entries: number;
}

/** Letters a block. */
const BLOCK_LINES = 1000;
const MEMORY_BYTES = 180 * 1024 * 1024;

/**
 * Stores what is valid of the entries that `choose` picks, exactly once whatever is killed or runs beside it; the other
 * lines stay. `fixed`: lines to be stored in the place of theirs. Throws store.quarantine-busy while another process
 * replays, and store.quarantine-count for fewer or more lines than are held, unless any number will do.
 */
export async function replay(
  options: StoringOptions,
  choose: (entries: readonly QuarantineEntry[]) => readonly QuarantineEntry[],
  fixed?: { readonly lines: AsyncIterable<DeadLetter>; readonly isAnyNumber: boolean },
): Promise<ReplayReport> {
  return withEntries(options, choose, async (chosen, workspace) => {
    if (chosen.length === 0) return { stored: 0, left: 0, entries: 0 };
    // What takes the place of any number of lines does not ask what they were.
    if (fixed?.isAnyNumber !== true) await checkSound(options, chosen);
    const lines = fixed?.lines ?? lettersOf(options, chosen);
    const { segment, left, restChecksum } = await sift(
      options,
      lines,
      workspace,
      restPath(workspace.directory, chosen),
    );
    const given = segment.events + left;
    if (fixed === undefined && segment.events === 0) return { stored: 0, left, entries: 0 };
    if (fixed?.isAnyNumber === false) {
      let held = 0;
      for await (const _ of lettersOf(options, chosen)) held++;
      if (held !== given) throw failure("store.quarantine-count", { held, given });
    }
    await settle(options, chosen, workspace, segment, restChecksum);
    return { stored: segment.events, left, entries: chosen.length };
  });
}

/** Throws the entries away, for good. Says how many there were. */
export async function discard(
  options: StoringOptions,
  choose: (entries: readonly QuarantineEntry[]) => readonly QuarantineEntry[],
): Promise<number> {
  return withEntries(options, choose, async (chosen, workspace) => {
    const nothing = sealedSegment(join(workspace.directory, REPLAY), 0, []);
    if (chosen.length > 0) await settle(options, chosen, workspace, nothing, undefined);
    return chosen.length;
  });
}

interface Workspace {
  readonly directory: string;
}

const REPLAY = "replay";

/** One at a time: what an interrupted one left is removed first. */
async function withEntries<T>(
  options: StoringOptions,
  choose: (entries: readonly QuarantineEntry[]) => readonly QuarantineEntry[],
  work: (chosen: readonly QuarantineEntry[], workspace: Workspace) => Promise<T>,
): Promise<T> {
  const { files, log } = options;
  const directory = join(log.directory, QUARANTINE_DIRECTORY);
  await makeDurableDirectory(files, directory);
  const lock = await takeLock(files, directory);
  if (lock === undefined) throw failure("store.quarantine-busy", { path: log.directory });
  try {
    await sweep(files, directory, await listStale(files, log));
    return await work(choose(await listEntries(files, log)), { directory });
  } finally {
    await sweep(files, directory, await listStale(files, log).catch(() => [])).catch(() => {});
    for (let older = lock.generation - 1; older > 0 && (await isThere(files, directory, older)); older--)
      await files.remove(join(directory, `lock-${older}`)).catch(() => {});
    lock.release();
  }
}

async function isThere(files: Files, directory: string, generation: number): Promise<boolean> {
  return (await files.stat(join(directory, `lock-${generation}`))) !== undefined;
}

async function sweep(files: Files, directory: string, stale: readonly string[]): Promise<void> {
  const names = (await files.list(directory)).filter((name) => /\.(tmp|parquet)$|^replay\./.test(name));
  for (const path of [...stale, ...names.map((name) => join(directory, name))])
    await files.remove(path).catch((error) => {
      if (!isSystemError(error, "ENOENT")) throw error;
    });
}

/** Throws store.quarantine-damaged unless the files of all entries are what was written. */
async function checkSound({ files, log }: StoringOptions, chosen: readonly QuarantineEntry[]): Promise<void> {
  for (const entry of chosen) if (!(await holdsChecksum(files, entry))) throw damaged(log, entry);
}

async function* lettersOf(
  { files, log }: StoringOptions,
  chosen: readonly QuarantineEntry[],
): AsyncGenerator<DeadLetter> {
  for (const entry of chosen)
    yield* letters(files, entry, () => {
      throw damaged(log, entry);
    });
}

function damaged({ directory }: TableLog, { id, path }: QuarantineEntry): Error {
  return failure("store.quarantine-damaged", { id, path: relative(directory, path) });
}

/** Lines that stay are the next generation of the first entry. */
function restPath(directory: string, chosen: readonly QuarantineEntry[]): string {
  const first = chosen[0]!;
  return join(directory, entryFileName(first.id, first.generation + 1));
}

/** Writes the valid lines to a segment of their own, and letters of the others to `restPath`, durably. */
async function sift(
  { files }: StoringOptions,
  lines: AsyncIterable<DeadLetter>,
  { directory }: Workspace,
  path: string,
): Promise<{ segment: SealedSegment; left: number; restChecksum: number | undefined }> {
  const base = join(directory, REPLAY);
  const data = await files.open(`${base}.ndjson`, "create");
  const rest = await files.open(path, "create").catch(async (error) => {
    await data.close();
    throw error;
  });
  const commits: Commit[] = [];
  let offset = 0;
  let restOffset = 0;
  let restCrc = 0;
  let left = 0;
  try {
    for await (const batch of batches(lines)) {
      const { blocks, bad } = checked(batch);
      for (const block of blocks) {
        commits.push(commitOf({ block }, offset, 0, Date.parse(batch[0]!.time ?? "") || 0));
        await data.write([block.bytes], offset);
        offset += block.bytes.length;
      }
      await rest.write([bad.bytes], restOffset);
      restOffset += bad.bytes.length;
      restCrc = crc32c(bad.bytes, restCrc);
      left += bad.lines;
    }
    await data.sync();
    await rest.sync();
  } finally {
    await Promise.all([data.close(), rest.close()]);
  }
  if (left === 0) await files.remove(path);
  await files.syncDirectory(directory);
  return { segment: sealedSegment(base, 0, commits), left, restChecksum: left === 0 ? undefined : restCrc };
}

async function* batches(lines: AsyncIterable<DeadLetter>): AsyncGenerator<DeadLetter[]> {
  let batch: DeadLetter[] = [];
  for await (const letter of lines) {
    batch.push(letter);
    if (batch.length < BLOCK_LINES) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The valid lines as blocks, the others as letters that say what is wrong now. */
function checked(batch: readonly DeadLetter[]): { blocks: Block[]; bad: { bytes: Buffer; lines: number } } {
  // What is no line, having a line end within or nothing at all, is no event, and no two either.
  const isLine = ({ raw }: DeadLetter) => !raw.includes(10) && raw.toString("latin1").trim() !== "";
  const whole = batch.map((letter) => (isLine(letter) ? letter.raw : NO_EVENT));
  const text = Buffer.concat(whole.flatMap((raw) => [raw, NEWLINE]));
  const writer = new EventWriter();
  const counter = new LineCounter(text);
  let lines = 0;
  const times = { timeField: TIMESTAMP };
  const scans = scan(text).flatMap((found) => inStoredTime(found, times, () => {}));
  const blocks = scans.map(({ bytes, summary, faults }) => {
    for (const { start, reason, column } of faults) {
      const letter = batch[counter.lineOf(start)]!;
      // What the check says now; other stages' reasons stay.
      const isChecked = letter.stage === "check" && isLine(letter);
      writeLetter(writer, isChecked ? { ...letter, reason, column } : letter);
      lines++;
    }
    return new Block(bytes, undefined, summary);
  });
  return {
    blocks: blocks.filter(({ bytes }) => bytes.length > 0),
    bad: { bytes: Buffer.from(writer.take()), lines },
  };
}

/** The commit: the rows, and the next generation of every entry. */
async function settle(
  options: StoringOptions,
  chosen: readonly QuarantineEntry[],
  { directory }: Workspace,
  segment: SealedSegment,
  restChecksum: number | undefined,
): Promise<void> {
  const noted = chosen.map(({ id, generation }, i) =>
    checksumTransaction(id, { generation: generation + 1, crc32c: i === 0 ? restChecksum : undefined }),
  );
  const coverage: Coverage[] = chosen.map(({ id, generation }) => ({
    appId: quarantineTransaction(id),
    version: generation + 1,
  }));
  const session = await Session.open({
    memoryBytes: MEMORY_BYTES,
    threads: 2,
    tempDirectory: join(directory, "replay.spill"),
  });
  try {
    const { events } = await flushSegment({ ...options, session, noted }, coverage, directory, segment);
    if (events !== segment.events) throw failure("store.quarantine-busy", { path: options.log.directory });
  } finally {
    session.close();
  }
}

const NO_EVENT = Buffer.from("-");
const NEWLINE = Buffer.from("\n");
