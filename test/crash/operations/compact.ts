import { compact as run } from "../../support/maintenance.js";
import { blockFaults, NOW_MS, newestOf } from "../events.js";
import type { Operation } from "./operation.js";
import { LEFT_OF_B, prepareUsed } from "./used.js";

/** Merges files: at every moment the table has the same rows. */
export const compact: Operation = {
  name: "compact",
  prepare: prepareUsed,
  run: (table, files) => run({ table, files, nowMs: NOW_MS }),
  faults: (rows, said) => [
    ...blockFaults(rows, "a", newestOf(said, "a"), newestOf(said, "a")),
    ...blockFaults(rows, "b", LEFT_OF_B, LEFT_OF_B),
    ...(rows.has("b 6") || rows.has("b 7") ? ["deleted blocks are back"] : []),
  ],
};
