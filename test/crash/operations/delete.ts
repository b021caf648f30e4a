import { erase } from "../../support/maintenance.js";
import { NOW_MS, newestOf, type Rows, WHOLE } from "../events.js";
import type { Operation } from "./operation.js";
import { LEFT_OF_B, prepareUsed } from "./used.js";

const DONE = "deleted";

/** Deletes every second block, in files and in a dead writer's log; the others must never be seen to change. */
export const deletion: Operation = {
  name: "delete",
  prepare: prepareUsed,
  run: async (table, files, say) => {
    await erase({ table, files, nowMs: NOW_MS }, "block % 2 = 0 AND source <> 'next'");
    say(DONE);
  },
  faults: (rows, said, isDone) => {
    const isGone = isDone || said.includes(DONE);
    return [...faultsOf(rows, "a", newestOf(said, "a"), isGone), ...faultsOf(rows, "b", LEFT_OF_B, isGone)];
  },
};

/** Until it is done, a file of a block's may be without it and that of another day not yet. */
function faultsOf(rows: Rows, source: string, blocks: number, isGone: boolean): string[] {
  const faults: string[] = [];
  for (let n = 1; n <= blocks; n++) {
    const found = rows.get(`${source} ${n}`);
    const allowed = n % 2 === 1 ? [WHOLE] : isGone ? [undefined] : [WHOLE, "0", "1", undefined];
    if (!allowed.includes(found)) faults.push(`block ${source} ${n}: events ${found ?? "none"}`);
  }
  return faults;
}
