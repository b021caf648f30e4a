/** The symbolic links through which a table reaches its tiers: `TABLE/_tiers/NAME` points at the tier's directory. */
import { join } from "node:path";
import type { Files } from "../../base/files.js";
import { TIERS_DIRECTORY } from "./place.js";

/** Names of the tiers that the table has a link to. */
export async function tiersOf(files: Files, tableDirectory: string): Promise<string[]> {
  return [...(await files.list(join(tableDirectory, TIERS_DIRECTORY)))].filter(isTierName).sort();
}

/** Plain, so that it is the same as a directory's name, in an `add.path` and on a command line. */
export function isTierName(name: string): boolean {
  return /^[a-z][a-z0-9-]{0,31}$/.test(name);
}
