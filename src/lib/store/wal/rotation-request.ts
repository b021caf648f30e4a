/**
 * How one process asks the writers of a table to hand over what they hold: a file `roll` in a writer's directory. The
 * writer removes it first and rolls its segment then, so everything that was in the log when the file appeared is on
 * its way to Parquet.
 */
import { join } from "node:path";
import { type Files, isSystemError } from "../../base/files.js";
import { logsOf, type WalDirectory } from "./feed/logs.js";
import { decodeCommits, segmentName, sequenceOf, transactionOf, WAL_DIRECTORY } from "./segment.js";

/** How often a writer looks for a request, in milliseconds. */
export const ROLL_LOOK_MS = 500;

export const ROLL_FILE = "roll";

/** One segment of the write-ahead log, by name. */
export interface SegmentName {
  /** As the table's transactions name it. */
  readonly writer: string;
  readonly sequence: number;
}

/**
 * Asks every writer of the table to hand its open segment over, which a live one does within about a second. Nobody
 * waits for a dead one: `recoverTable` stores what it left. Watch `uncoveredSegments` to see what is done.
 */
export async function requestRoll(files: Files, tableDirectory: string): Promise<void> {
  const parent = join(tableDirectory, WAL_DIRECTORY);
  for (const writer of await files.list(parent)) {
    try {
      const request = await files.open(join(parent, writer, ROLL_FILE), "create");
      await request.close();
    } catch (error) {
      // Asked already, or the writer has gone meanwhile.
      if (!isSystemError(error, "EEXIST", "ENOENT", "ENOTDIR")) throw error;
    }
  }
}

/** Whether a roll was asked of the writer of this directory. The request is used up. */
export async function takeRollRequest(files: Files, directory: string): Promise<boolean> {
  try {
    await files.remove(join(directory, ROLL_FILE));
    return true;
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return false;
    throw error;
  }
}

/**
 * The segments that may hold events which the table does not have yet, open ones and empty ones too. `readTxns` must
 * read the table's newest snapshot (application id to version): it is called after the segments were listed, so that a
 * segment that is stored meanwhile is not missed.
 */
export async function uncoveredSegments(
  files: Files,
  tableDirectory: string,
  readTxns: () => Promise<ReadonlyMap<string, number>>,
): Promise<SegmentName[]> {
  const { logs, faults } = await logsOf(files, tableDirectory);
  // Nobody knows what they have. That of another table comes into this one no more.
  const found = faults
    .filter(({ isElsewhere }) => !isElsewhere)
    .map(({ path }): SegmentName => ({ writer: path, sequence: Number.POSITIVE_INFINITY }));
  for (const log of logs) {
    for (const name of await namesIn(files, log.directory)) {
      const sequence = sequenceOf(name);
      if (sequence === undefined || !(await mayHold(files, log, sequence))) continue;
      found.push({ writer: log.name, sequence });
    }
  }
  const txns = await readTxns();
  return found.filter(({ writer, sequence }) => sequence > (txns.get(transactionOf(writer)) ?? 0));
}

/** Of a journal only segments with events for the table are ever covered. */
async function mayHold(files: Files, { isFed, directory, isWanted }: WalDirectory, sequence: number) {
  if (!isFed) return true;
  const index = await files.read(join(directory, `${segmentName(sequence)}.commits`));
  return decodeCommits(index ?? Buffer.alloc(0)).commits.some((one) => one.events > 0 && isWanted(one));
}

async function namesIn(files: Files, path: string): Promise<readonly string[]> {
  return files.list(path).catch((error) => {
    if (isSystemError(error, "ENOTDIR")) return [];
    throw error;
  });
}
