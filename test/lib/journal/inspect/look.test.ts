/** A journal is looked at and read from outside, whoever writes it, and nothing changes by that. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { type HeldWanted, heldEvents } from "../../../../src/lib/journal/inspect/held-events.js";
import { checkLeftBehind } from "../../../../src/lib/journal/inspect/left-behind.js";
import { journalsIn, lookAtJournal } from "../../../../src/lib/journal/inspect/look.js";
import { afterDeath, append, drain, openJournal, range, take, temporaryDirectory } from "../support.js";

function filesIn(directory: string): [string, string][] {
  const names = (readdirSync(directory, { recursive: true }) as string[]).sort();
  return names.flatMap((name) => {
    const path = join(directory, name);
    return statSync(path).isDirectory() ? [] : [[name, readFileSync(path).toString("latin1")]];
  });
}

async function held(directory: string, wanted: HeldWanted, told: string[] = []): Promise<number[]> {
  const look = await lookAtJournal(diskFiles, directory);
  const numbers: number[] = [];
  for await (const bytes of heldEvents(diskFiles, look, wanted, (text) => told.push(text)))
    for (const line of bytes.toString().trimEnd().split("\n"))
      numbers.push((JSON.parse(line) as { n: number }).n);
  return numbers;
}

/** The newest file of a kind in the log of the only writer, or the first. */
function segmentFile(directory: string, ending: string, which: "first" | "last" = "first"): string {
  const wal = join(directory, "_wal");
  const writer = readdirSync(wal)[0]!;
  const names = readdirSync(join(wal, writer))
    .filter((name) => /^\d{20}/.test(name) && name.endsWith(ending))
    .sort();
  return join(wal, writer, (which === "first" ? names[0] : names.at(-1))!);
}

test("says what waits for whom while it is written, and prints it; nothing changes", async () => {
  const directory = temporaryDirectory();
  const journal = await openJournal(directory, { segmentBytes: 40, nowMs: () => 1_800_000_000_000 });
  await append(journal, range(0, 6));
  await append(journal, range(6, 8), () => [1]);
  const reader = journal.reader("a");
  await take(reader, 2);
  await reader.close();
  const before = filesIn(directory);
  const look = await lookAtJournal(diskFiles, directory);
  expect(look).toMatchObject({ isOpen: true, events: 8, problems: [], version: 1 });
  expect(look.segments.length).toBeGreaterThan(1);
  const [a, b] = look.readers;
  expect(a).toMatchObject({ name: "a", place: 16, waitingEvents: 4, waitingBytes: 32 });
  expect(b).toMatchObject({ name: "b", place: 0, waitingEvents: 8, oldestMs: 1_800_000_000_000 });
  expect(await held(directory, { from: 0 })).toEqual(range(0, 8));
  expect(await held(directory, { from: 16, reader: "a" })).toEqual(range(2, 6));
  expect(filesIn(directory)).toEqual(before);
  await journal.close();
  expect(await lookAtJournal(diskFiles, directory)).toMatchObject({
    isOpen: false,
    header: { isClosed: true },
  });
});

test("goes on beside a run that delivers and removes", async () => {
  const directory = temporaryDirectory();
  const journal = await openJournal(directory, { segmentBytes: 40 });
  await append(journal, range(0, 60));
  const look = await lookAtJournal(diskFiles, directory);
  const lines: string[] = [];
  const told: string[] = [];
  for await (const bytes of heldEvents(diskFiles, look, { from: 0 }, (text) => told.push(text))) {
    lines.push(...bytes.toString().trimEnd().split("\n"));
    if (lines.length !== 10) continue;
    await journal.finish();
    for (const name of ["a", "b"]) await drain(journal.reader(name));
    await expect.poll(() => journal.stats().segments).toBeLessThan(3);
  }
  expect(lines.slice(0, 10)).toEqual(range(0, 10).map((n) => `{"n":${n}}`));
  expect(lines.length).toBeLessThan(60);
  expect(told).toEqual([]);
});

test("after a kill the end that was not acknowledged is no damage; in an older segment it is", async () => {
  const directory = temporaryDirectory();
  const journal = await openJournal(directory, { segmentBytes: 40 });
  await append(journal, range(0, 12));
  const [torn, damaged, cut, index] = [0, 1, 2, 3].map(() => afterDeath(directory)) as [
    string,
    string,
    string,
    string,
  ];
  const newest = segmentFile(torn, ".ndjson", "last");
  writeFileSync(newest, readFileSync(newest).subarray(0, -3));
  expect((await lookAtJournal(diskFiles, torn)).problems).toEqual([]);
  expect(await held(torn, { from: 0 })).toEqual(range(0, 11));

  const first = segmentFile(damaged, ".ndjson");
  writeFileSync(first, readFileSync(first).toString().replace('"n":1', '"n":7'));
  const told: string[] = [];
  expect(await held(damaged, { from: 0 }, told)).toEqual([0, ...range(2, 12)]);
  expect(told).toEqual([`${first} is not what was written: 8 bytes at 8 are left out`]);

  const short = segmentFile(cut, ".ndjson");
  writeFileSync(short, readFileSync(short).subarray(0, -3));
  const { problems } = await lookAtJournal(diskFiles, cut);
  expect(problems).toEqual([expect.stringContaining(`${short} is cut`)]);

  const lines = segmentFile(index, ".commits");
  writeFileSync(lines, readFileSync(lines).toString().replace('"events":1', '"events":9'));
  expect((await lookAtJournal(diskFiles, index)).problems).toEqual([expect.stringContaining(lines)]);
});

test("what readers lost for want of room is known when it is closed, and adds up", async () => {
  const directory = temporaryDirectory();
  const readers = [
    { name: "a", counts: false, onFull: "block" as const },
    { name: "b", counts: true, onFull: "drop-newest" as const },
  ];
  let lost = 0;
  for (let i = 0; i < 2; i++) {
    const journal = await openJournal(directory, { readers, limitBytes: 4000 });
    await append(journal, range(0, 200));
    await journal.finish();
    lost += journal.stats().readers[1]!.droppedEvents;
    await journal.close();
    const look = await lookAtJournal(diskFiles, directory);
    expect(look.readers.find(({ name }) => name === "b")?.droppedEvents).toBe(lost);
  }
  expect(lost).toBeGreaterThan(100);
});

test("headers that are damaged, and those of another version", async () => {
  const directory = temporaryDirectory();
  const journal = await openJournal(directory);
  await append(journal, range(0, 3));
  await journal.close();
  for (const name of ["journal.json", "journal.copy.json"]) {
    writeFileSync(join(directory, name), "x");
    const { problems, readers } = await lookAtJournal(diskFiles, directory);
    expect(problems).toContain(`${join(directory, name)} is not what was written`);
    expect(readers.map(({ waitingEvents }) => waitingEvents)).toEqual([3, 3]);
  }
  const json = '{"version":2}';
  const { crc32c, hex8 } = await import("../../../../src/lib/base/hash/crc32c.js");
  writeFileSync(join(directory, "journal.json"), `${hex8(crc32c(Buffer.from(json)))} ${json}\n`);
  await expect(lookAtJournal(diskFiles, directory)).rejects.toMatchObject({ code: "journal.version" });
});

test("a journal that a pipeline does not read any more: only where nothing waits is it let be", async () => {
  const root = temporaryDirectory();
  const old = join(root, "first-a");
  const journal = await openJournal(old);
  await append(journal, range(0, 3), () => [0]);
  expect(await journalsIn(diskFiles, root)).toEqual([old]);
  const named = [{ directory: join(root, "first"), readers: ["a", "b"] }];
  await expect(checkLeftBehind(diskFiles, root, named)).rejects.toMatchObject({ code: "journal.locked" });
  await journal.finish();
  await journal.close();
  await expect(checkLeftBehind(diskFiles, root, named)).rejects.toMatchObject({
    code: "journal.left-behind",
    exitCode: 2,
    message: expect.stringContaining("3 events (24 B) wait for a in the journal"),
    help: expect.stringContaining(`mv ${old} ${join(root, "first")}`),
  });
  await checkLeftBehind(diskFiles, root, [{ directory: old, readers: ["a", "b"] }]);
  const again = await openJournal(old);
  await again.finish();
  await drain(again.reader("a"));
  await again.close();
  await checkLeftBehind(diskFiles, root, named);
});
