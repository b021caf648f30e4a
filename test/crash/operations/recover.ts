import { appendFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { runChild } from "../child.js";
import { blockFaults, newestOf, writeBlocks } from "../events.js";
import type { Operation } from "./operation.js";

const BLOCKS = 6;
/** Where the writers before died: with segments that no commit covers, and with one that a commit covers. */
const DEATHS = [
  { when: "before", name: "link _delta_log/N.json", count: 1 },
  { when: "before", name: "remove _wal/ID/N.ndjson", count: 1 },
] as const;

/**
 * A writer that finds what two dead ones left: whole segments, a torn tail, a segment that the table already covers.
 */
export const recover: Operation = {
  name: "recover",
  prepare: async (table) => {
    const said: string[] = [];
    for (const death of DEATHS) said.push(...(await runChild(["write", table], death)).said);
    const torn = Buffer.from('{"timestamp":"2026-11-21T00:00:00Z","source":"a","block":99,"n":0}\n');
    for (const writer of await readdir(join(table, "_wal"))) {
      const directory = join(table, "_wal", writer);
      const segments = (await readdir(directory)).filter((name) => name.endsWith(".ndjson"));
      await appendFile(join(directory, segments.sort().at(-1)!), torn);
    }
    return said;
  },
  run: (table, files, say) => writeBlocks({ table, files, source: "b", blocks: BLOCKS, say }),
  faults: (rows, said, isDone) => [
    ...blockFaults(rows, "b", BLOCKS, isDone ? BLOCKS : newestOf(said, "b")),
    ...blockFaults(rows, "a", newestOf(said, "a"), newestOf(said, "a")),
    ...(rows.has("a 99") ? ["the torn tail of a segment is read"] : []),
  ],
};
