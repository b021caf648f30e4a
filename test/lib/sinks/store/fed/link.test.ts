/** Where the journal is not what the link says: copies, moves, damage, and links that somebody else has made. */
import { chmod, cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles } from "../../../../../src/lib/base/files.js";
import { repairTable } from "../../../../../src/lib/store/inspect/repair.js";
import { listSegments } from "../../../../../src/lib/store/wal/unflushed-segments.js";
import { complaints, repair } from "../../../../support/maintenance.js";
import { temporaryDirectory } from "../../../store/support.js";
import { append, numbersIn, openFed, range } from "./support.js";

/** A store with a table of which the journal has all, whose pipeline has ended. */
async function waiting(): Promise<{ root: string; table: string }> {
  const { directory, journal, sink, tableOf } = await openFed(["logs"]);
  const fed = await sink("logs");
  await append(journal, range(0, 5));
  fed.stop();
  await fed.run();
  await fed.close();
  await journal.close();
  return { root: directory, table: tableOf("logs") };
}

async function problemsOf(table: string): Promise<string[]> {
  const segments = await listSegments(table);
  await Promise.all(segments.map((one) => one.close()));
  return segments.flatMap(({ problems }) => problems.map(({ what }) => what));
}

const verify = (table: string) => complaints({ table, files: diskFiles, nowMs: Date.now() });

async function linkOf(table: string): Promise<string> {
  const names = await readdir(join(table, "_wal"));
  return join(table, "_wal", names.find((name) => name.endsWith(".journal"))!);
}

test("events that wait in a journal whose pipeline does not run are seen; verify names them, and no damage", async () => {
  const { table } = await waiting();
  expect(await numbersIn(table)).toEqual(range(0, 5));
  expect(await problemsOf(table)).toEqual([]);
  await repair({ table, files: diskFiles, nowMs: Date.now() });
  expect(await numbersIn(table)).toEqual(range(0, 5));
});

test("a journal that is gone is said, until repair may drop the link", async () => {
  const { root, table } = await waiting();
  await rename(join(root, "journal"), join(root, "away"));
  expect(await numbersIn(table)).toEqual([]);
  expect(await problemsOf(table)).toEqual([expect.stringContaining("which is gone")]);
  expect(await verify(table)).not.toEqual([]);
  await rename(join(root, "away"), join(root, "journal"));
  expect(await numbersIn(table)).toEqual(range(0, 5));
  expect(await problemsOf(table)).toEqual([]);
});

test("repair removes the link to a journal that is gone when it may drop, and not before", async () => {
  const { root, table } = await waiting();
  await rm(join(root, "journal"), { recursive: true });
  await repair({ table, files: diskFiles, nowMs: Date.now() });
  expect(await problemsOf(table)).toHaveLength(1);
  const options = { files: diskFiles, directory: table, isDryRun: false, isDeep: false, nowMs: Date.now };
  await repairTable({ ...options, mayDrop: true });
  expect(await problemsOf(table)).toEqual([]);
  expect(await verify(table)).toEqual([]);
});

test("store and journal that are moved, or copied, together are as they were", async () => {
  const { root, table } = await waiting();
  const other = temporaryDirectory();
  await cp(root, join(other, "copy"), { recursive: true });
  expect(await numbersIn(join(other, "copy/store/logs"))).toEqual(range(0, 5));
  // Of its own journal: the first one may go.
  await rm(join(root, "journal"), { recursive: true });
  expect(await numbersIn(join(other, "copy/store/logs"))).toEqual(range(0, 5));
  expect(await numbersIn(table)).toEqual([]);
});

test("the pipeline of a copy leaves the original alone", async () => {
  const { root, table } = await waiting();
  const copy = join(temporaryDirectory(), "copy");
  await cp(root, copy, { recursive: true });
  const second = await openFed(["logs"], { directory: copy });
  const fed = await second.sink("logs");
  await append(second.journal, range(5, 8));
  await second.journal.finish();
  await fed.run();
  await fed.close();
  expect(await numbersIn(second.tableOf("logs"))).toEqual(range(0, 8));
  expect(await numbersIn(table)).toEqual(range(0, 5));
});

test("a store that is copied alone has nothing of the journal, says so, and repair ends that", async () => {
  const { root, table } = await waiting();
  const copy = join(temporaryDirectory(), "logs");
  await cp(table, copy, { recursive: true });
  expect(await numbersIn(copy)).toEqual([]);
  expect(await problemsOf(copy)).toEqual([expect.stringContaining("is the link of another table")]);
  await repair({ table: copy, files: diskFiles, nowMs: Date.now() });
  expect(await problemsOf(copy)).toEqual([]);
  expect(await numbersIn(table)).toEqual(range(0, 5));
  expect(root).not.toBe(copy);
});

test("a table that is seen by way of a symbolic link is the same table", async () => {
  const { root } = await waiting();
  const other = temporaryDirectory();
  await symlink(join(root, "store"), join(other, "mounted"));
  expect(await numbersIn(join(other, "mounted/logs"))).toEqual(range(0, 5));
});

test("a link that somebody has made opens no journal that does not name the table", async () => {
  const { table: secret } = await waiting();
  const link = await linkOf(secret);
  const mine = join(temporaryDirectory(), "mine");
  await mkdir(join(mine, "_wal"), { recursive: true });
  const bytes = await readFile(link, "utf8");
  await writeFile(join(mine, "_wal", "logs.x.journal"), bytes);
  expect(await numbersIn(mine)).toEqual([]);
  const forged = { ...(JSON.parse(bytes) as object), id: "another", reader: "../../logs" };
  await writeFile(join(mine, "_wal", "logs.x.journal"), JSON.stringify(forged));
  expect(await numbersIn(mine)).toEqual([]);
  for (const text of [
    "",
    "{",
    "null",
    "[]",
    '{"version":1}',
    '{"version":2,"journal":"/"}',
    "\0".repeat(99),
  ]) {
    await writeFile(join(mine, "_wal", "logs.x.journal"), text);
    expect(await problemsOf(mine), text).toEqual(["the link to a journal is not what was written"]);
  }
  // Nor does one that is no file.
  await rm(join(mine, "_wal", "logs.x.journal"));
  await symlink(link, join(mine, "_wal", "logs.x.journal"));
  expect(await problemsOf(mine)).toEqual(["the link to a journal is not what was written"]);
  await rm(join(mine, "_wal", "logs.x.journal"));
  await mkdir(join(mine, "_wal", "logs.x.journal"));
  expect(await problemsOf(mine)).toEqual(["the link to a journal is not what was written"]);
});

test("a journal of which one of two headers is damaged is read all the same; one that may not be read is said", async () => {
  const { root, table } = await waiting();
  await writeFile(join(root, "journal/journal.json"), "?");
  expect(await numbersIn(table)).toEqual(range(0, 5));
  if (process.getuid?.() === 0) return;
  await chmod(join(root, "journal"), 0);
  try {
    expect(await problemsOf(table)).toEqual([expect.stringContaining("cannot be read")]);
  } finally {
    await chmod(join(root, "journal"), 0o700);
  }
});

test("a reader that feeds another table from now on leaves the first one without a link", async () => {
  const { root, table } = await waiting();
  const second = await openFed(["logs"], { directory: root });
  const tableDirectory = join(root, "store", "elsewhere");
  const fed = await second.sink("logs", { tableDirectory });
  expect(await numbersIn(table)).toEqual([]);
  expect(await problemsOf(table)).toEqual([]);
  expect(await numbersIn(tableDirectory)).toEqual(range(0, 5));
  await second.journal.finish();
  await fed.run();
  await fed.close();
  expect(await numbersIn(tableDirectory)).toEqual(range(0, 5));
});

test("a reader that has passed a part of a segment, and feeds a table now, gives it the rest alone", async () => {
  const first = await openFed(["logs"]);
  await append(first.journal, range(0, 10));
  const reader = first.journal.reader("logs");
  for (let seen = 0; seen < 4; ) {
    const block = await reader.read();
    seen += block!.summary!.events;
    block!.delivery!.settle({ kind: "stored" });
  }
  await reader.close();
  await first.journal.close();
  const second = await openFed(["logs"], { directory: first.directory });
  const fed = await second.sink("logs");
  const left = await numbersIn(second.tableOf("logs"));
  expect(left).toEqual(range(10 - left.length, 10));
  await second.journal.finish();
  await fed.run();
  await fed.close();
  expect(await numbersIn(second.tableOf("logs"))).toEqual(left);
});
