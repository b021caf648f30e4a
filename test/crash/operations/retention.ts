import { retain } from "../../support/maintenance.js";
import { blockFaults, LATER_MS, newestOf, WHOLE } from "../events.js";
import type { Operation } from "./operation.js";
import { LEFT_OF_B, prepareUsed } from "./used.js";

const DONE = "gone";
const DAY_MS = 86_400_000;

/** A rule takes what is old of "b"; "a", whose files are as old, must never be seen to change. */
export const retention: Operation = {
  name: "retention",
  prepare: prepareUsed,
  run: async (table, files, say) => {
    await retain({ table, files, nowMs: LATER_MS }, [{ fields: { source: "b" }, maxAgeMs: DAY_MS }]);
    say(DONE);
  },
  faults: (rows, said, isDone) => {
    const faults = blockFaults(rows, "a", newestOf(said, "a"), newestOf(said, "a"));
    for (let n = 1; n <= LEFT_OF_B; n++) {
      const found = rows.get(`b ${n}`);
      const allowed = isDone || said.includes(DONE) ? [undefined] : [WHOLE, "0", "1", undefined];
      if (!allowed.includes(found)) faults.push(`block b ${n}: events ${found ?? "none"}`);
    }
    return faults;
  },
};
