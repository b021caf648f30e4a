import { alter as run } from "../../support/maintenance.js";
import { NOW_MS } from "../events.js";
import { compact } from "./compact.js";
import type { Operation } from "./operation.js";
import { prepareUsed } from "./used.js";

/** A key gets another type and another one another name: at every moment the rows are the same. */
export const alter: Operation = {
  ...compact,
  name: "alter",
  prepare: prepareUsed,
  run: async (table, files) => {
    await run({ table, files, nowMs: NOW_MS }, { action: "set", key: "n", type: "string" });
    await run({ table, files, nowMs: NOW_MS }, { action: "rename", key: "service", to: "unit" });
  },
};
