import { diskFiles } from "../../../src/lib/base/files.js";
import { checkpoint, recover, repair as run } from "../../support/maintenance.js";
import { LATER_MS, NOW_MS } from "../events.js";
import { compact } from "./compact.js";
import type { Operation } from "./operation.js";
import { prepareUsed } from "./used.js";

/**
 * Of a table that only has rubbish of crashes nothing may be taken for lost: what is stored must not be stored again.
 */
export const repair: Operation = {
  ...compact,
  name: "repair",
  prepare: prepareUsed,
  run: (table, files) => run({ table, files, nowMs: LATER_MS }),
};

/** The same, long after: the log has forgotten which writers it stored. */
export const repairLate: Operation = {
  ...repair,
  name: "repair-late",
  prepare: async (table) => {
    const said = await prepareUsed(table);
    await recover({ table, files: diskFiles, nowMs: NOW_MS });
    await checkpoint({ table, files: diskFiles, nowMs: LATER_MS });
    return said;
  },
};
