import { blockFaults, newestOf, writeBlocks } from "../events.js";
import type { Operation } from "./operation.js";

const BLOCKS = 7;

/** A writer from its start on an empty place to its end: several segments, two days, a column of two types. */
export const write: Operation = {
  name: "write",
  prepare: async () => [],
  run: (table, files, say) => writeBlocks({ table, files, source: "a", blocks: BLOCKS, say }),
  faults: (rows, said, isDone) => blockFaults(rows, "a", BLOCKS, isDone ? BLOCKS : newestOf(said, "a")),
};
