/** Damage to the write-ahead log of a writer that died, and to what stands beside the table's log. */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { StoreSink } from "../../../../../src/lib/sinks/store/store.js";
import { checkpoint } from "../../../../../src/lib/store/delta/checkpoints/checkpoint.js";
import { TableLog } from "../../../../../src/lib/store/delta/snapshot.js";
import { Session } from "../../../../../src/lib/store/duckdb/duckdb.js";
import { blocksOf, storeOptions, temporaryDirectory } from "../../support.js";
import { commitFile, kindsOf, linesOf, makeTable, NOW_MS, readFacts, repair } from "../support.js";

/**
 * A table whose writer was killed after it had acknowledged `blocks` blocks of 10 events. Returns the segment's base
 * path.
 */
async function withDeadWriter(blocks: number): Promise<{ directory: string; base: string }> {
  const directory = await makeTable(1);
  const sink = await StoreSink.open(storeOptions(directory));
  for (let n = 0; n < blocks; n++) {
    for (const block of blocksOf(linesOf(1000 + n * 10, 1010 + n * 10))) await sink.write(block);
    await sink.flush();
  }
  const copy = join(temporaryDirectory(), "logs");
  execFileSync("cp", ["-a", directory, copy]);
  await sink.close();
  const [writer] = readdirSync(join(copy, "_wal"));
  const own = join(copy, "_wal", writer!);
  // The process that made it lives: to the copy its owner is one that does not.
  for (const name of readdirSync(own).filter((one) => one.startsWith("lock-"))) {
    const { crc32c: _, ...owner } = JSON.parse(readFileSync(join(own, name), "utf8"));
    writeFileSync(join(own, name), JSON.stringify({ ...owner, pid: 2 ** 22 + 1 }));
  }
  return { directory: copy, base: join(own, `${"0".repeat(19)}1`) };
}

describe("the log of a writer that died", () => {
  it("is no damage; a repair stores it once", async () => {
    const { directory } = await withDeadWriter(4);
    expect(await kindsOf(directory)).toEqual(["(wal-dead)"]);
    const before = await readFacts(directory);
    expect(before).toHaveLength(140);
    expect(await repair(directory, { isDryRun: true })).toMatchObject({ steps: [{ rows: 40 }] });
    expect(await repair(directory)).toMatchObject({ steps: [{ rows: 40 }], left: [] });
    expect(await readFacts(directory)).toEqual(before);
    expect(await kindsOf(directory, true)).toEqual([]);
    expect(await repair(directory)).toEqual({ steps: [], left: [] });
  });

  it("a torn end was not acknowledged, and is cut", async () => {
    const { directory, base } = await withDeadWriter(2);
    writeFileSync(`${base}.ndjson`, '{"half', { flag: "a" });
    writeFileSync(`${base}.commits`, "0123", { flag: "a" });
    expect(await kindsOf(directory)).toEqual(["(wal-torn)", "(wal-dead)"]);
    expect(await repair(directory)).toMatchObject({ steps: [{ rows: 20 }], left: [] });
    expect(await readFacts(directory)).toHaveLength(120);
  });

  it("a flipped byte costs its block and no other, and the bytes are kept", async () => {
    const { directory, base } = await withDeadWriter(4);
    const data = readFileSync(`${base}.ndjson`);
    data[Math.floor(data.length / 3)]! ^= 2;
    writeFileSync(`${base}.ndjson`, data);
    expect(await kindsOf(directory)).toEqual(["wal-checksum", "(wal-dead)"]);
    expect(await repair(directory)).toMatchObject({ steps: [{ rows: 30 }], left: ["wal-damaged-kept"] });
    expect(await readFacts(directory)).toHaveLength(130);
    expect(await kindsOf(directory)).toEqual(["wal-damaged-kept"]);
  });

  it.each([
    ["gone", (path: string) => rmSync(path), 0],
    ["broken in the middle", (path: string) => flipAt(path, readFileSync(path).indexOf(10) + 30), 30],
  ])("an index that is %s loses no line", async (_, damage, stored) => {
    const { directory, base } = await withDeadWriter(4);
    const lines = readFileSync(`${base}.ndjson`, "utf8");
    damage(`${base}.commits`);
    expect((await kindsOf(directory))[0]).toBe("wal-index");
    await repair(directory);
    expect(await readFacts(directory)).toHaveLength(100 + stored);
    const own = join(base, "..");
    const kept = readdirSync(own).filter((name) => name.endsWith(".damaged"));
    const text = readFileSync(join(own, kept[0]!), "utf8");
    expect(lines).toContain(text);
    expect(text.split("\n")).toHaveLength(41 - stored);
  });

  it("its directory without segments is removed", async () => {
    const directory = await makeTable(1);
    const own = join(directory, "_wal", "0b6d0a4e-0000-4000-8000-000000000000");
    mkdirSync(own, { recursive: true });
    utimesSync(own, NOW_MS / 1000 - 3600, NOW_MS / 1000 - 3600);
    expect(await kindsOf(directory)).toEqual(["(wal-empty)"]);
    await repair(directory);
    expect(await kindsOf(directory)).toEqual([]);
  });
});

function flipAt(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at]! ^= 1;
  writeFileSync(path, bytes);
}

describe("checkpoints", () => {
  const withCheckpoint = async () => {
    const directory = await makeTable(3);
    const session = await Session.open({
      memoryBytes: 256 * 1024 * 1024,
      threads: 1,
      tempDirectory: join(temporaryDirectory(), "spill"),
    });
    const log = new TableLog(directory);
    await checkpoint({ session, log, nowMs: NOW_MS });
    session.close();
    return { directory, path: commitFile(directory, 2).replace(".json", ".checkpoint.parquet") };
  };

  it("one that cannot be read is set aside, and a new one is written", async () => {
    const { directory, path } = await withCheckpoint();
    const before = await readFacts(directory);
    truncateSync(path, 300);
    expect(await kindsOf(directory)).toEqual(["log-checkpoint-broken", "log-last-checkpoint-wrong"]);
    expect(await repair(directory)).toMatchObject({ steps: [{}, {}], left: [] });
    expect(await readFacts(directory)).toEqual(before);
    expect(await kindsOf(directory, true)).toEqual([]);
    expect(readdirSync(join(directory, "_delta_log")).some((name) => name.startsWith(".damaged-"))).toBe(
      true,
    );
  });

  it.each([
    ["names a version that is not there", '{"version":7,"size":3}'],
    ["is no JSON", "{"],
    ["says no version", "{}"],
  ])("a _last_checkpoint that %s is rewritten", async (_, text) => {
    const { directory } = await withCheckpoint();
    writeFileSync(join(directory, "_delta_log", "_last_checkpoint"), text);
    expect(await kindsOf(directory)).toEqual(["log-last-checkpoint-wrong"]);
    expect(await repair(directory)).toMatchObject({ left: [] });
    expect(await kindsOf(directory)).toEqual([]);
  });

  it("a commit before it is not needed, and is not missed", async () => {
    const { directory } = await withCheckpoint();
    const before = await readFacts(directory);
    rmSync(join(directory, "_index"), { recursive: true, force: true });
    rmSync(commitFile(directory, 1));
    expect((await kindsOf(directory)).filter((kind) => !kind.startsWith("("))).toEqual([]);
    expect(await readFacts(directory)).toEqual(before);
  });

  it("what only the snapshot cache knows any more becomes a checkpoint", async () => {
    const { directory, path } = await withCheckpoint();
    const before = await readFacts(directory);
    rmSync(path);
    rmSync(commitFile(directory, 1));
    expect(await kindsOf(directory)).toEqual(["log-commit-missing", "log-last-checkpoint-wrong"]);
    expect(await repair(directory)).toMatchObject({ left: [] });
    rmSync(join(directory, "_index"), { recursive: true, force: true });
    expect(await readFacts(directory)).toEqual(before);
  });

  it("a broken snapshot cache harms nobody", async () => {
    const { directory } = await withCheckpoint();
    const cache = join(directory, "_index", "_snapshots");
    expect(existsSync(cache)).toBe(true);
    for (const name of readdirSync(cache)) truncateSync(join(cache, name), 100);
    expect(await readFacts(directory)).toHaveLength(300);
    expect(await kindsOf(directory, true)).toEqual([]);
  });
});
