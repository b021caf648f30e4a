import { recover as run } from "../../support/maintenance.js";
import { blockFaults, NOW_MS, newestOf } from "../events.js";
import type { Operation } from "./operation.js";
import { recover } from "./recover.js";

/** Dead writers' logs are stored by a process that is no writer. */
export const adopt: Operation = {
  ...recover,
  name: "adopt",
  run: (table, files) => run({ table, files, nowMs: NOW_MS }),
  faults: (rows, said) => blockFaults(rows, "a", newestOf(said, "a"), newestOf(said, "a")),
};
