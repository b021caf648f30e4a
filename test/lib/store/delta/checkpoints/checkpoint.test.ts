import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { diskFiles } from "../../../../../src/lib/base/files.js";
import { writeSnapshotCache } from "../../../../../src/lib/store/delta/cache/cache-write.js";
import { writeCheckpoint } from "../../../../../src/lib/store/delta/checkpoints/checkpoint-write.js";
import { commitPath } from "../../../../../src/lib/store/delta/listing.js";
import { readSnapshot } from "../../../../../src/lib/store/delta/snapshot.js";
import { localTable } from "../../../../../src/lib/store/storage/local.js";
import { temporaryDirectory } from "../../support.js";
import { commits, firstCommit, NOW_MS, openSession, plain, writeCommit } from "../support.js";

test("a checkpoint, or a cache, and the commits after it say what all commits say, at any cut", {
  timeout: 300_000,
}, async () => {
  const session = await openSession();
  const root = temporaryDirectory();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(commits, fc.nat(), fc.nat(), async (list, a, b) => {
      const table = join(root, `t${run++}`);
      for (const [version, actions] of [firstCommit(), ...list].entries())
        writeCommit(table, version, actions);
      const whole = plain(await readSnapshot(table));
      const cuts = [a % (list.length + 1), b % (list.length + 1)].sort((x, y) => x - y);
      for (const cut of cuts) {
        // The second one is made from what the first one says.
        const snapshot = await readSnapshot(table, diskFiles, { version: cut });
        const cached = `${table}-cached`;
        cpSync(table, cached, { recursive: true });
        await writeSnapshotCache(localTable(table, diskFiles), snapshot);
        for (let version = 0; version < cut; version++) rmSync(commitPath(cached, version), { force: true });
        cpSync(join(table, "_index"), join(cached, "_index"), { recursive: true });
        expect(plain(await readSnapshot(cached))).toEqual(whole);
        rmSync(join(table, "_index"), { recursive: true });
        rmSync(cached, { recursive: true });
        await writeCheckpoint({ table: localTable(table), session, snapshot, nowMs: NOW_MS });
        for (let version = 0; version < cut; version++) rmSync(commitPath(table, version), { force: true });
        expect(plain(await readSnapshot(table))).toEqual(whole);
        rmSync(join(table, "_index"), { recursive: true, force: true });
      }
      rmSync(table, { recursive: true });
    }),
    { numRuns: 20, endOnFailure: true },
  );
});
