/** Checkpoints that were changed are not believed, though DuckDB reads most of them without an error. */
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles as files } from "../../../../../src/lib/base/files.js";
import { writeCheckpoint } from "../../../../../src/lib/store/delta/checkpoints/checkpoint-write.js";
import { checkpointSealFault } from "../../../../../src/lib/store/delta/guard/checkpoint-seal.js";
import { checkpointKey, commitPath } from "../../../../../src/lib/store/delta/listing.js";
import { readSnapshot } from "../../../../../src/lib/store/delta/snapshot.js";
import { localTable } from "../../../../../src/lib/store/storage/local.js";
import { kindsOf } from "../../inspect/support.js";
import { makeTable, NOW_MS, openSession, plain } from "../support.js";

async function withCheckpoints(...versions: number[]): Promise<string> {
  const session = await openSession();
  const table = makeTable(12);
  for (const version of versions)
    await writeCheckpoint({
      table: localTable(table, files),
      session,
      snapshot: await readSnapshot(table, files, { version }),
      nowMs: NOW_MS,
    });
  return table;
}

test("every flipped bit, cut, and longer end of a checkpoint is found", { timeout: 300_000 }, async () => {
  const table = await withCheckpoints(8);
  const path = join(table, checkpointKey(8));
  const whole = readFileSync(path);
  expect(checkpointSealFault(readFileSync(path), 8)).toBeUndefined();
  for (let at = 0; at < whole.length - 8; at += 7) {
    const bad = Buffer.from(whole);
    bad[at]! ^= 1 << (at % 8);
    writeFileSync(path, bad);
    expect(checkpointSealFault(readFileSync(path), 8), `byte ${at}`).toBeDefined();
  }
  writeFileSync(path, whole);
  expect(checkpointSealFault(readFileSync(path), 9)).toBe("it is that of version 8");
});

test("a changed checkpoint, or that of another version, is passed over for the commits", {
  timeout: 300_000,
}, async () => {
  const table = await withCheckpoints(4, 8);
  const wanted = plain(await readSnapshot(table));
  const path = join(table, checkpointKey(8));
  const whole = readFileSync(path);
  const damages = [
    () => copyFileSync(join(table, checkpointKey(4)), path),
    () => writeFileSync(path, whole.with(whole.length >> 2, 0xff)),
    () => writeFileSync(path, whole.subarray(0, whole.length / 2)),
  ];
  for (const damage of damages) {
    damage();
    rmSync(join(table, "_index"), { recursive: true, force: true });
    expect(plain(await readSnapshot(table))).toEqual(wanted);
    expect(await kindsOf(table)).toContain("log-checkpoint-broken");
  }
  for (let version = 0; version <= 4; version++) rmSync(commitPath(table, version));
  rmSync(join(table, checkpointKey(4)));
  rmSync(join(table, "_index"), { recursive: true, force: true });
  await expect(readSnapshot(table)).rejects.toThrow("begins with a checkpoint that cannot be read");
});

test.each([
  ["not there", (path: string) => rmSync(path), "(log-last-checkpoint-wrong)"],
  [
    "of a version without one",
    (path: string) => edit(path, '"version":8', '"version":9'),
    "log-last-checkpoint-wrong",
  ],
  [
    "wrong about its size",
    (path: string) => edit(path, /"size":\d+/, '"size":1'),
    "(log-last-checkpoint-wrong)",
  ],
  [
    "without a member",
    (path: string) => edit(path, '"numOfAddFiles"', '"numOfAddFilez"'),
    "(log-last-checkpoint-wrong)",
  ],
  ["empty", (path: string) => writeFileSync(path, ""), "log-last-checkpoint-wrong"],
])("_last_checkpoint that is %s is found", async (_, damage, kind) => {
  const table = await withCheckpoints(8);
  const others = (await kindsOf(table)).filter((one) => one.includes("last-checkpoint"));
  expect(others).toEqual([]);
  damage(join(table, "_delta_log", "_last_checkpoint"));
  expect(await kindsOf(table)).toContain(kind);
});

function edit(path: string, from: string | RegExp, to: string): void {
  writeFileSync(path, readFileSync(path, "utf8").replace(from, to));
}
