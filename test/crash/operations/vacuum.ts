import { readdir } from "node:fs/promises";
import { relative } from "node:path";
import { TableLog } from "../../../src/lib/store/delta/snapshot.js";
import { vacuum as run } from "../../support/maintenance.js";
import { LATER_MS } from "../events.js";
import { compact } from "./compact.js";
import type { Operation } from "./operation.js";
import { prepareUsed } from "./used.js";

/** Removes every file that the newest version does not need, and no other. */
export const vacuum: Operation = {
  ...compact,
  name: "vacuum",
  prepare: prepareUsed,
  run: (table, files) => run({ table, files, nowMs: LATER_MS }, 0),
  leftovers: async (table) => {
    const { files } = await new TableLog(table).refresh();
    const known = new Set(files.map(({ path }) => relative(table, path)));
    const found = await readdir(table, { recursive: true });
    return found
      .filter((path) => /^date=.*\.parquet$/.test(path) && !known.has(path))
      .map((path) => `${path} is left`);
  },
};
