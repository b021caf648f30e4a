/** Entries of the quarantine that are gone or changed: with `--drop` the quarantine goes on without them. */
import { join } from "node:path";
import { makeDurableDirectory } from "../../../base/files.js";
import { commitWith } from "../../delta/commit.js";
import {
  checksumIn,
  checksumTransaction,
  quarantineTransaction,
} from "../../delta/quarantine-transactions.js";
import { DAMAGED_DIRECTORY } from "../files/repair-files.js";
import type { Repair } from "../repair-step.js";
import { checkQuarantine, type EntryFinding } from "./check-quarantine.js";

export async function repairQuarantine(repair: Repair): Promise<void> {
  const { files, log, isDeep, mayDrop } = repair;
  if (!mayDrop) return;
  for (const finding of await checkQuarantine(files, log, isDeep)) await drop(repair, finding);
}

/** What is left of the file is kept aside, to be looked at. */
async function drop(repair: Repair, { id, generation, path }: EntryFinding): Promise<void> {
  const { files, directory, log, nowMs, step } = repair;
  const isThere = (await files.stat(join(directory, path))) !== undefined;
  const kept = join(DAMAGED_DIRECTORY, path.replaceAll("/", "_"));
  const what = `take the entry out of the quarantine${isThere ? `, and keep its file as ${kept}` : ""}`;
  await step({ path, what, rows: 0 }, async () => {
    await commitWith(log, ({ txns }) => {
      const known = checksumIn(txns, id);
      if (known !== undefined && known.generation !== generation) return undefined;
      const next = generation + 1;
      const noted = checksumTransaction(id, { generation: next, crc32c: undefined });
      const settled = { appId: quarantineTransaction(id), version: next };
      const operation = { operation: "REPAIR", operationParameters: {}, isBlindAppend: false };
      return [
        { commitInfo: { timestamp: nowMs(), ...operation, engineInfo: "logpipe" } },
        ...[settled, noted].map((txn) => ({ txn: { ...txn, lastUpdated: nowMs() } })),
      ];
    });
    if (!isThere) return;
    await makeDurableDirectory(files, join(directory, DAMAGED_DIRECTORY));
    await files.rename(join(directory, path), join(directory, kept));
    await files.syncDirectory(join(directory, DAMAGED_DIRECTORY));
  });
}
