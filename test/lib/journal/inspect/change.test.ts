/** A reader is given another name, or forgotten: whatever fails on the way, nothing is lost or comes twice. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles, type Files } from "../../../../src/lib/base/files.js";
import { removeFromJournal, renameInJournal } from "../../../../src/lib/journal/inspect/change.js";
import { lookAtJournal } from "../../../../src/lib/journal/inspect/look.js";
import { tableInfo } from "../../../../src/lib/store/inspect/info.js";
import { append as appendFed, openFed } from "../../sinks/store/fed/support.js";
import { failingFiles } from "../../store/wal/faults.js";
import {
  afterDeath,
  append,
  drain,
  openJournal,
  READERS,
  range,
  take,
  temporaryDirectory,
} from "../support.js";

const tell = () => {};
const RENAMED = [{ ...READERS[0]!, name: "new", exits: [0] }, READERS[1]!];

/** `a` has stored 0 and 1; 2 to 5 are for both, 6 to 9 for `a`, 10 and 11 for `b`; in several segments. */
async function filled(isClosed = true): Promise<string> {
  const directory = temporaryDirectory();
  const journal = await openJournal(directory, { segmentBytes: 24 });
  await append(journal, range(0, 6));
  await append(journal, range(6, 10), () => [0]);
  await append(journal, range(10, 12), () => [1]);
  const reader = journal.reader("a");
  await take(reader, 2);
  await reader.close();
  if (!isClosed) return afterDeath(directory);
  await journal.close();
  return directory;
}

const rename = (directory: string, files: Files = diskFiles) =>
  renameInJournal({ files, directory, tell }, { from: "a", to: "new" });

async function expectRenamed(directory: string): Promise<void> {
  const journal = await openJournal(directory, { readers: RENAMED });
  await journal.finish();
  expect(await drain(journal.reader("new"))).toEqual(range(2, 10));
  expect(await drain(journal.reader("b"))).toEqual([...range(0, 6), 10, 11]);
  expect(journal.stats().losses).toMatchObject({ damagedBytes: 0, damagedEvents: 0, missingBytes: 0 });
  await journal.close();
}

for (const isClosed of [true, false])
  test(`what waits for a reader waits for it under its new name (${isClosed ? "closed" : "killed"})`, async () => {
    const directory = await filled(isClosed);
    const done = await rename(directory);
    expect(done).toMatchObject({ directory, isClosed });
    const { readers } = await lookAtJournal(diskFiles, directory);
    expect(readers.map(({ name }) => name)).toEqual(["new", "b"]);
    expect(readers.map(({ waitingEvents }) => waitingEvents)).toEqual([8, 8]);
    await expectRenamed(directory);
  });

test("whichever call fails, the next run or the same command ends it", async () => {
  const { files, calls } = failingFiles(Number.POSITIVE_INFINITY, "EIO");
  await rename(await filled(), files);
  const all = calls();
  expect(all).toBeGreaterThan(30);
  for (let failAt = 1; failAt <= all; failAt++) {
    const directory = await filled();
    const hasEnded = await rename(directory, failingFiles(failAt, "EIO").files).then(
      () => true,
      () => false,
    );
    const copy = afterDeath(directory);
    const { header } = await lookAtJournal(diskFiles, copy);
    // Nothing was begun, or it was: then half of it go under the one name, and half under the other.
    const isToBeAsked = header?.renaming === undefined && header?.readers.includes("a");
    if (isToBeAsked || (!hasEnded && failAt % 2 === 0))
      await rename(copy).catch((error) => {
        // Only the end could not be told.
        expect([failAt, error.code]).toEqual([failAt, "journal.no-reader"]);
      });
    await expectRenamed(copy);
    rmSync(directory, { recursive: true });
    rmSync(copy, { recursive: true });
  }
}, 120_000);

test("queries see what waits for a table under its new name, once", async () => {
  const fed = await openFed(["a", "b"]);
  for (const name of ["a", "b"]) await fed.sink(name);
  await appendFed(fed.journal, range(0, 6), (n) => (n % 2 === 0 ? [0] : undefined));
  await fed.journal.close();
  const journal = join(fed.directory, "journal");
  expect((await tableInfo(fed.tableOf("a"))).liveEvents).toBe(6);
  await rename(journal);
  expect((await tableInfo(fed.tableOf("a"))).liveEvents).toBe(6);
  await removeFromJournal({ files: diskFiles, directory: journal, tell }, "new");
  expect((await tableInfo(fed.tableOf("a"))).liveEvents).toBe(0);
  expect((await tableInfo(fed.tableOf("b"))).liveEvents).toBe(3);
});

test("a reader that is removed holds nothing, and begins with what comes where it is named again", async () => {
  const directory = await filled();
  await removeFromJournal({ files: diskFiles, directory, tell }, "a");
  const next = await openJournal(directory);
  await append(next, range(20, 22));
  await next.finish();
  expect(await drain(next.reader("a"))).toEqual([20, 21]);
  expect(await drain(next.reader("b"))).toEqual([...range(0, 6), 10, 11, 20, 21]);
});

test("what is open, missing, taken or damaged is left as it is", async () => {
  const directory = temporaryDirectory();
  const journal = await openJournal(directory);
  await expect(rename(directory)).rejects.toMatchObject({ code: "journal.locked" });
  await expect(removeFromJournal({ files: diskFiles, directory, tell }, "a")).rejects.toMatchObject({
    code: "journal.locked",
  });
  await journal.close();
  const to = (from: string, name: string) =>
    renameInJournal({ files: diskFiles, directory, tell }, { from, to: name });
  await expect(to("a", "b")).rejects.toMatchObject({ code: "journal.has-reader" });
  await expect(to("x", "y")).rejects.toMatchObject({ code: "journal.no-reader" });
  await expect(rename(join(directory, "none"))).rejects.toMatchObject({ code: "journal.missing" });
  await diskFiles.remove(join(directory, "journal.json"));
  await diskFiles.remove(join(directory, "journal.copy.json"));
  await expect(rename(directory)).rejects.toMatchObject({ code: "journal.missing" });
});
