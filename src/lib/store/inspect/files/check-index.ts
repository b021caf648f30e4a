/** What was made from the table to find things faster, under `_index`: wrong parts cost time, never answers. */
import { join, relative } from "node:path";
import { type Files, isSystemError } from "../../../base/files.js";
import { cacheDirectory, cacheName, cacheVersion } from "../../delta/cache/cache-format.js";
import { isSoundCache } from "../../delta/cache/cache-read.js";
import type { Snapshot } from "../../delta/snapshot.js";
import { Bloom, bloomKey, bloomPath } from "../../parquet/bloom.js";
import { localTable } from "../../storage/local.js";
import { REPAIR_HELP, type TableFinding } from "../finding.js";

/** With `isDeep` every block of every filter. */
export async function checkIndex(files: Files, snapshot: Snapshot, isDeep: boolean): Promise<TableFinding[]> {
  const findings: TableFinding[] = await checkCaches(files, snapshot);
  const { storage } = localTable(snapshot.directory, files);
  for (const file of snapshot.files) {
    const path = bloomPath(snapshot.directory, file.add.path);
    const facts = await files.stat(path).catch((error) => {
      if (isSystemError(error, "ENOTDIR")) return undefined;
      throw error;
    });
    if (facts === undefined) continue;
    const bloom = await Bloom.open(storage, bloomKey(file.add.path));
    if (bloom === undefined || (isDeep && !(await bloom.isWhole())))
      findings.push(broken(relative(snapshot.directory, path)));
  }
  return findings;
}

async function checkCaches(files: Files, { directory }: Snapshot): Promise<TableFinding[]> {
  const findings: TableFinding[] = [];
  const place = cacheDirectory(directory);
  for (const name of await files.list(place)) {
    const version = cacheVersion(name);
    if (version === undefined || (await isSoundCache(localTable(directory, files), version))) continue;
    // Another process may have replaced it meanwhile.
    const path = join(place, cacheName(version));
    if ((await files.stat(path)) !== undefined) findings.push(brokenCache(relative(directory, path)));
  }
  return findings;
}

function broken(path: string): TableFinding {
  return {
    kind: "index-broken",
    isDamage: false,
    path,
    what: "the filter cannot be read, or not all of it: queries for one value read the file that they could have skipped",
    advice: `${REPAIR_HELP}: it removes the filter; \`compact\` makes a new one when it rewrites the file`,
  };
}

function brokenCache(path: string): TableFinding {
  return {
    kind: "index-broken",
    isDamage: false,
    path,
    what: "the snapshot cache is not what was written, or of another log: nothing uses it, and opening the table takes longer",
    advice: `${REPAIR_HELP}: it removes the cache; the next one is made with the next checkpoint`,
  };
}
