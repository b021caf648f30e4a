import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { checkpoint as run } from "../../support/maintenance.js";
import { LATER_MS } from "../events.js";
import { compact } from "./compact.js";
import type { Operation } from "./operation.js";
import { prepareUsed } from "./used.js";

/** Makes a checkpoint and cleans the log behind it: every version that is left reads as it did. */
export const checkpoint: Operation = {
  ...compact,
  name: "checkpoint",
  prepare: prepareUsed,
  run: (table, files) => run({ table, files, nowMs: LATER_MS }),
  leftovers: async (table) => {
    const names = await readdir(join(table, "_delta_log"));
    return names.includes("_last_checkpoint") ? [] : ["there is no checkpoint"];
  },
};
