/**
 * A backup with plain `cp` while writers run: docs/store.md, "Backup". The order of the three steps is what it rests
 * on.
 */
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { StoreSink } from "../../../../src/lib/sinks/store/store.js";
import { repairTable } from "../../../../src/lib/store/inspect/repair.js";
import { verifyTable } from "../../../../src/lib/store/inspect/verify.js";
import { blocksOf, storeOptions, temporaryDirectory } from "../support.js";
import { linesOf, readFacts } from "./support.js";

const run = promisify(execFile);

/** Files come and go while they are copied: `cp` says so and copies the others. */
async function copy(script: string): Promise<void> {
  await run("sh", ["-c", script]).catch((error: { stderr: string }) => {
    const complaints = error.stderr.split("\n").filter((line) => line !== "");
    for (const line of complaints) expect(line).toMatch(/No such file or directory/);
  });
}

/** With a pause between the steps, in which the writer stores and removes segments. */
async function backUp(table: string, target: string): Promise<void> {
  mkdirSync(target);
  await copy(`cp -a '${table}/_wal' '${target}/'; sleep 0.2`);
  await copy(`cp -a '${table}/_delta_log' '${target}/'; sleep 0.2`);
  await copy(`cp -a '${table}'/date=* '${target}/'`);
}

/** As on another machine, where the processes that held the locks cannot be seen. */
function removeLocks(table: string): void {
  const wal = join(table, "_wal");
  for (const writer of readdirSync(wal))
    for (const name of readdirSync(join(wal, writer)))
      if (name.startsWith("lock-")) rmSync(join(wal, writer, name));
}

it("write-ahead log, then table log, then data: all that was acknowledged before is in the copy, once", async () => {
  const table = join(temporaryDirectory(), "logs");
  const copies = temporaryDirectory();
  const sink = await StoreSink.open(storeOptions(table, { segmentBytes: 20_000 }));
  let acknowledged = 0;
  let isOver = false;
  const writing = (async () => {
    while (!isOver) {
      const lines = linesOf(acknowledged, acknowledged + 10);
      for (const block of blocksOf(lines)) await sink.write(block);
      await sink.flush();
      acknowledged += 10;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  const taken: { path: string; atLeast: number }[] = [];
  for (let n = 0; n < 2; n++) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const atLeast = acknowledged;
    const path = join(copies, `copy-${n}`);
    await backUp(table, path);
    taken.push({ path, atLeast });
  }
  isOver = true;
  await writing;
  await sink.close();
  for (const { path, atLeast } of taken) {
    removeLocks(path);
    const options = { files: diskFiles, directory: path, nowMs: Date.now, isDeep: true };
    await repairTable({ ...options, isDryRun: false, mayDrop: false });
    const { findings } = await verifyTable(options);
    expect(findings.filter((finding) => finding.isDamage)).toEqual([]);
    const facts = await readFacts(path);
    expect(facts.length).toBeGreaterThanOrEqual(atLeast);
    expect(new Set(facts).size).toBe(facts.length);
  }
}, 300_000);
