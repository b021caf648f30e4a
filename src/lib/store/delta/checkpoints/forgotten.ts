/** Transactions that nobody will ask for any more: they are left out of checkpoints and caches. */
import { join } from "node:path";
import type { TablePlace } from "../../storage/storage.js";
import { logsOf } from "../../wal/feed/logs.js";
import { writerOfTransaction } from "../../wal/segment.js";
import type { Txn } from "../actions.js";
import { streamOfTransaction } from "../positions.js";
import { logProperties } from "../properties.js";
import {
  checksumTransaction,
  entryChecksums,
  isQuarantineTransaction,
  QUARANTINE_DIRECTORY,
  quarantineTransaction,
} from "../quarantine-transactions.js";
import type { Snapshot } from "../state.js";

/** Writers whose directory is gone for so long will not ask any more how far they are stored. */
const FORGOTTEN_AFTER_MS = 7 * 86_400_000;

/**
 * The snapshot without transactions that are over, and without those that nobody has committed for longer than the
 * table keeps them (`delta.setTransactionRetentionDuration`; for ever unless it is set): cursors of sources, and
 * application ids of other engines. The time begins again with every commit of a producer. A writer whose log is there
 * is kept whatever its age, and so is what the quarantine holds.
 */
export async function withoutForgotten(
  table: TablePlace,
  snapshot: Snapshot,
  nowMs: number,
): Promise<Snapshot> {
  const { logs, faults } = await logsOf(table.files, table.directory);
  const writers = new Set(logs.map(({ name }) => name));
  // Where a journal that feeds the table cannot be read, nobody knows which writers it has.
  const areAllKnown = table.storage.hasFiles && faults.every(({ isElsewhere }) => isElsewhere);
  const settled = await settledEntries(table, snapshot);
  const { transactionRetentionMs } = logProperties(snapshot.metadata);
  const isForgotten = ({ appId, lastUpdated = nowMs }: Txn) => {
    const ageMs = nowMs - lastUpdated;
    const writer = writerOfTransaction(appId);
    if (writer !== undefined && writers.has(writer)) return false;
    // Where the log of every writer can be seen.
    const isOver = writer === undefined ? settled.has(appId) : areAllKnown;
    if (isOver) return ageMs > FORGOTTEN_AFTER_MS;
    return !isQuarantineTransaction(appId) && ageMs > transactionRetentionMs;
  };
  const transactions = new Map(snapshot.transactions);
  const positions = new Map(snapshot.positions);
  for (const txn of snapshot.transactions.values()) {
    if (!isForgotten(txn)) continue;
    transactions.delete(txn.appId);
    const stream = streamOfTransaction(txn.appId);
    if (stream !== undefined) positions.delete(stream);
  }
  if (transactions.size === snapshot.transactions.size) return snapshot;
  const txns = new Map([...transactions.values()].map(({ appId, version }) => [appId, version]));
  return { ...snapshot, transactions, txns, positions };
}

/**
 * Transactions of entries that the quarantine has no more, and of which no file is left that could count without them.
 */
async function settledEntries({ directory, files }: TablePlace, { txns }: Snapshot): Promise<Set<string>> {
  const names = await files.list(join(directory, QUARANTINE_DIRECTORY));
  const held = new Set(names.map((name) => name.split(".")[0]));
  const settled = new Set<string>();
  for (const { id, generation, crc32c } of entryChecksums(txns)) {
    if (crc32c !== undefined || held.has(id)) continue;
    settled.add(quarantineTransaction(id)).add(checksumTransaction(id, { generation, crc32c }).appId);
  }
  return settled;
}
