/** What was made from the table to find things faster, under `_index`: wrong parts cost time, never answers. */
import { relative } from "node:path";
import { type Files, isSystemError } from "../../base/files.js";
import { Bloom, bloomPath } from "../file/bloom.js";
import type { Snapshot } from "../log/snapshot.js";
import { type Finding, REPAIR_HELP } from "./finding.js";

export async function checkIndex(files: Files, snapshot: Snapshot): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const file of snapshot.files) {
    const path = bloomPath(snapshot.directory, file.add.path);
    const facts = await files.stat(path).catch((error) => {
      if (isSystemError(error, "ENOTDIR")) return undefined;
      throw error;
    });
    if (facts === undefined) continue;
    if ((await Bloom.open(files, path)) === undefined)
      findings.push(broken(relative(snapshot.directory, path)));
  }
  return findings;
}

function broken(path: string): Finding {
  return {
    kind: "index-broken",
    isDamage: false,
    path,
    what: "the filter cannot be read: queries for one value read the file that they could have skipped",
    advice: `${REPAIR_HELP}: it removes the filter; \`compact\` makes a new one when it rewrites the file`,
  };
}
