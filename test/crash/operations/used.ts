/** The table that maintenance finds: small files of two days, an orphan, and what a dead writer left in its log. */
import { diskFiles } from "../../../src/lib/base/files.js";
import { compact, erase, type Place } from "../../support/maintenance.js";
import { runChild } from "../child.js";
import { NOW_MS, writeBlocks } from "../events.js";

/** Blocks of the source "a" that are stored in files, and blocks of "b" in files that were compacted. */
export const BLOCKS = 7;

/** Resolves with what was promised: all blocks of "b" and those that a killed writer had acknowledged of "a". */
export async function prepareUsed(table: string): Promise<readonly string[]> {
  const place: Place = { table, files: diskFiles, nowMs: NOW_MS };
  const said: string[] = [];
  const say = (fact: string) => said.push(fact);
  await writeBlocks({ table, files: diskFiles, source: "b", blocks: BLOCKS, say });
  await compact(place);
  await erase(place, "source = 'b' AND block > 5");
  // One dies with a file in its place that nobody committed, and one just before it was told that its last blocks are
  // durable.
  for (const name of ["link _delta_log/N.json", "remove _wal/ID/N.ndjson"]) {
    said.push(...(await runChild(["write", table], { when: "before", name, count: 2 })).said);
  }
  return said;
}

/** The blocks of "b" that are left after `prepareUsed`. */
export const LEFT_OF_B = 5;
