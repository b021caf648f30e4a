/**
 * Positions in the logs of writers that nobody could take over: what they hold is acknowledged, and no commit of the
 * table has it.
 */
import { join } from "node:path";
import { diskFiles, type Files } from "../../base/files.js";
import type { Position } from "../../event/position.js";
import type { SavedProgress } from "../../pipeline/contract/sink.js";
import { TableLog } from "../../store/delta/snapshot.js";
import { logsOf } from "../../store/wal/feed/logs.js";
import { progressOf } from "../../store/wal/progress/progress.js";
import { sequencesIn } from "../../store/wal/recovery/recover.js";
import { decodeCommits, segmentName, transactionOf } from "../../store/wal/segment.js";

/**
 * The positions of a table and of such logs. An owner that cannot be seen from here (another container) is taken for
 * dead a minute after its last sign of life only; without what its log says, all of it would be read again.
 */
export async function withLogPositions(files: Files, log: TableLog): Promise<Position[]> {
  // First: what is stored meanwhile is in the table that is read after it.
  const inLog = await segmentsIn(files, log.directory);
  const { txns, positions } = await log.refresh();
  const newest = new Map(positions);
  for (const { writer, sequence, positions: found } of inLog) {
    if (sequence <= (txns.get(transactionOf(writer)) ?? 0)) continue;
    for (const position of found)
      if (position.offset >= (newest.get(position.source)?.offset ?? 0))
        newest.set(position.source, position);
  }
  return [...newest.values()];
}

/** The same of a table that is not open; undefined: there is none. */
export async function progressOfTable(directory: string): Promise<SavedProgress | undefined> {
  if ((await diskFiles.stat(directory)) === undefined) return undefined;
  return progressOf(await withLogPositions(diskFiles, new TableLog(directory)));
}

interface Segment {
  readonly writer: string;
  readonly sequence: number;
  readonly positions: readonly Position[];
}

/** Of journals that feed the table, too: queries show what they hold for it. */
async function segmentsIn(files: Files, tableDirectory: string): Promise<Segment[]> {
  const found: Segment[] = [];
  const { logs } = await logsOf(files, tableDirectory);
  for (const { name: writer, directory } of logs) {
    for (const sequence of sequencesIn(await files.list(directory).catch(() => [])))
      found.push({
        writer,
        sequence,
        positions: await inSegment(files, join(directory, segmentName(sequence))),
      });
  }
  return found;
}

/** Of commits whose data is there. A log that cannot be read says nothing: its lines come twice at worst. */
async function inSegment(files: Files, base: string): Promise<Position[]> {
  const index = await files.read(`${base}.commits`).catch(() => undefined);
  const size = (await files.stat(`${base}.ndjson`).catch(() => undefined))?.bytes ?? 0;
  if (index === undefined) return [];
  return decodeCommits(index)
    .commits.filter(({ offset, length }) => offset + length <= size)
    .flatMap(({ position, positions = [] }) =>
      position === undefined ? positions : [position, ...positions],
    );
}
