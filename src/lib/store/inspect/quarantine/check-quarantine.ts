/** The quarantine: every entry that the table knows of is there, and is what was written. */
import { join } from "node:path";
import type { Files } from "../../../base/files.js";
import { checksumIn, entryChecksums, QUARANTINE_DIRECTORY } from "../../delta/quarantine-transactions.js";
import type { Snapshot, TableLog } from "../../delta/snapshot.js";
import { fileChecksum32 } from "../../quarantine/checksums.js";
import { letters, listEntries } from "../../quarantine/entries.js";
import { entryFileName } from "../../quarantine/quarantine-file.js";
import type { TableFinding } from "../finding.js";

/** A finding about an entry whose lines are lost, or some of them. */
export interface EntryFinding extends TableFinding {
  readonly id: string;
  readonly generation: number;
}

/** Looks at names, and with `isDeep` at every byte. */
export async function checkQuarantine(files: Files, log: TableLog, isDeep: boolean): Promise<EntryFinding[]> {
  const snapshot = await log.refresh();
  const findings: EntryFinding[] = [];
  for (const { id, generation, crc32c } of entryChecksums(snapshot.txns)) {
    if (crc32c === undefined) continue;
    const finding = await checkEntry(files, snapshot, { id, generation, crc32c }, isDeep);
    // Replayed or thrown away meanwhile: no longer the table's.
    if (finding !== undefined && isStill(await log.refresh(), finding)) findings.push(finding);
  }
  if (isDeep) findings.push(...(await checkOlder(files, log)));
  return findings;
}

interface Held {
  readonly id: string;
  readonly generation: number;
  readonly crc32c: number;
}

async function checkEntry(
  files: Files,
  { directory }: Snapshot,
  { id, generation, crc32c }: Held,
  isDeep: boolean,
): Promise<EntryFinding | undefined> {
  const name = entryFileName(id, generation);
  const path = join(directory, QUARANTINE_DIRECTORY, name);
  if ((await files.stat(path)) === undefined)
    return finding(
      "quarantine-missing",
      id,
      generation,
      "the file is gone with the lines that could not be stored",
    );
  if (!isDeep || (await fileChecksum32(files, path)) === crc32c) return undefined;
  const what =
    "its bytes are no longer those that were written (CRC-32C): lines may be gone, or others than came";
  return finding("quarantine-broken", id, generation, what);
}

function isStill({ txns }: Snapshot, { id, generation }: EntryFinding): boolean {
  const known = checksumIn(txns, id);
  return known?.generation === generation && known.crc32c !== undefined;
}

/** Entries without a checksum: every line must be a record at least. */
async function checkOlder(files: Files, log: TableLog): Promise<EntryFinding[]> {
  const findings: EntryFinding[] = [];
  for (const entry of await listEntries(files, log)) {
    if (entry.crc32c !== undefined) continue;
    let unreadable = 0;
    for await (const _ of letters(files, entry, () => unreadable++));
    if (unreadable > 0)
      findings.push(
        finding("quarantine-broken", entry.id, entry.generation, `${unreadable} of its lines cannot be read`),
      );
  }
  return findings;
}

function finding(kind: TableFinding["kind"], id: string, generation: number, what: string): EntryFinding {
  return {
    kind,
    isDamage: true,
    path: `${QUARANTINE_DIRECTORY}/${entryFileName(id, generation)}`,
    what,
    advice:
      "put the file back from a backup under the same name; if there is none, `logpipe store repair --drop` takes the entry out of the quarantine",
    id,
    generation,
  };
}
