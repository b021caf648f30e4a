// Child process of compact.test.ts: compacts the table over and over, undoing nothing, until it is killed.
import { writeSync } from "node:fs";
import { diskFiles } from "../../../../dist/lib/base/files.js";
import { TableLog } from "../../../../dist/lib/store/delta/snapshot.js";
import { maintainTable } from "../../../../dist/lib/store/maintain/maintain.js";
import { withMaintenance } from "../../../../dist/lib/store/maintain/rewrite/duckdb-session.js";
import { rewriteFiles } from "../../../../dist/lib/store/maintain/rewrite/rewrite.js";
import { LEVEL_TAG } from "../../../../dist/lib/store/maintain/rewrite/rewrite-group.js";

const [directory] = process.argv.slice(2);
writeSync(1, "begun\n");
const base = { files: diskFiles, nowMs: () => Date.now() };
for (;;) {
  const log = new TableLog(directory);
  await maintainTable({ ...base, log, targetBytes: 1 << 28 });
  // Nothing is left to merge: each file is written once more, so that there is always something under way.
  await withMaintenance(diskFiles, directory, async (session) => {
    const { files, schema } = await log.refresh();
    const inputs = files.filter((file) => file.tags[LEVEL_TAG] !== undefined);
    await rewriteFiles({ ...base, log, session, inputs, schema, isDataChange: false, operation: "OPTIMIZE" });
  });
}
