import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { TableSource } from "../../../../../src/lib/sources/table/table-source.js";
import { append, lineOf, openFed, range, until } from "../../../sinks/store/fed/support.js";
import { temporaryDirectory } from "../../../store/support.js";
import { eventOf, liveSource, Memory, newTable, readLive, recover, Writer } from "./support.js";

async function openWriter(directory: string): Promise<Writer> {
  const writer = await Writer.open(directory);
  onTestFinished(() => writer.abandon().catch(() => {}));
  return writer;
}

const sorted = (lines: readonly string[]) => [...lines].sort();

test("events come while nothing makes Parquet of them, in the bytes of the log", async () => {
  const directory = temporaryDirectory();
  await newTable(directory, [eventOf(0)]);
  const writer = await openWriter(directory);
  const odd = '{"n": 1.50, "z":null,"timestamp":"2026-11-21T10:00:00+00:00"}';
  const source = liveSource(directory);
  const reading = readLive(source, { lines: 3 });
  await writer.append([eventOf(1)]);
  await writer.append([odd]);
  expect(await reading).toEqual([eventOf(0), eventOf(1), odd]);
  // Without a checkpoint nothing is held.
  expect(await readdir(directory)).not.toContain("_readers");
});

test("a reader that was killed within a segment reads its rest, Parquet by now, from the name of its own", async () => {
  const directory = temporaryDirectory();
  await newTable(directory, [eventOf(0)]);
  const writer = await openWriter(directory);
  const kept = new Memory();
  await writer.append([eventOf(1)]);
  expect(await readLive(liveSource(directory, kept), { lines: 2 })).toEqual([eventOf(0), eventOf(1)]);
  await writer.append([eventOf(2)]);
  await writer.roll();
  await writer.store();
  await writer.append([eventOf(3)]);
  await writer.roll();
  await writer.store();
  expect(sorted(await readLive(liveSource(directory, kept), { lines: 2 }))).toEqual([eventOf(2), eventOf(3)]);
  await writer.append([eventOf(4)]);
  expect(await readLive(liveSource(directory, kept), { lines: 1 })).toEqual([eventOf(4)]);
});

test("a segment that was read in part and is nowhere any more ends the reader", async () => {
  const directory = temporaryDirectory();
  await newTable(directory, [eventOf(0)]);
  const writer = await openWriter(directory);
  const kept = new Memory();
  await writer.append([eventOf(1)]);
  await readLive(liveSource(directory, kept), { lines: 2 });
  await writer.append([eventOf(2)]);
  await writer.roll();
  await writer.store();
  await rm(join(directory, "_readers"), { recursive: true });
  await expect(readLive(liveSource(directory, kept), { lines: 1 })).rejects.toMatchObject({
    code: "store.stream-gone",
  });
});

test("without --live a checkpoint that was begun with it repeats nothing, and takes the rest from the log", async () => {
  const directory = temporaryDirectory();
  await newTable(directory, [eventOf(0)]);
  const writer = await openWriter(directory);
  const kept = new Memory();
  await writer.append([eventOf(1)]);
  await readLive(liveSource(directory, kept), { lines: 2 });
  await writer.append([eventOf(2)]);
  await writer.roll();
  await writer.store();
  const plain = new TableSource({
    ...{ tableDirectory: directory, name: "logs", isFollowing: false, from: "start" as const, kept },
  });
  expect(await readLive(plain, { lines: 9 })).toEqual([eventOf(2)]);
});

test("from the end: behind what is acknowledged, though it is not Parquet", async () => {
  const directory = temporaryDirectory();
  await newTable(directory, [eventOf(0)]);
  const writer = await openWriter(directory);
  const kept = new Memory();
  await writer.append([eventOf(1)]);
  await readLive(liveSource(directory, kept, "end"), { lines: 1, blocks: 2 });
  await writer.append([eventOf(2)]);
  await writer.roll();
  await writer.store();
  expect(await readLive(liveSource(directory, kept, "end"), { lines: 1 })).toEqual([eventOf(2)]);
});

test("a table where nothing can be held gives its events from Parquet, and says so", async () => {
  const directory = temporaryDirectory();
  await newTable(directory, [eventOf(0)]);
  const writer = await openWriter(directory);
  // In the way of the directory.
  await writeFile(join(directory, "_readers"), "");
  const warnings: string[] = [];
  const source = new TableSource({
    ...{ tableDirectory: directory, name: "logs", isFollowing: true, isLive: true, from: "start" as const },
    ...{ kept: new Memory(), onWarning: (text: string) => warnings.push(text) },
  });
  const reading = readLive(source, { lines: 2 });
  await writer.append([eventOf(1)]);
  await until(async () => warnings.length > 0);
  await writer.roll();
  await writer.store();
  expect(await reading).toEqual([eventOf(0), eventOf(1)]);
  expect(warnings[0]).toMatch(/cannot hold segments of .*Parquet/);
});

test("a damaged block is left out, and said", async () => {
  const directory = temporaryDirectory();
  await newTable(directory, [eventOf(0)]);
  const writer = await openWriter(directory);
  await writer.append([eventOf(1)]);
  await writer.append([eventOf(2)]);
  const wal = join(directory, "_wal");
  const [name] = await readdir(wal);
  const path = join(wal, name!, "00000000000000000001.ndjson");
  await writeFile(path, `${eventOf(7)}\n${eventOf(2)}\n`, { flag: "r+" });
  const warnings: string[] = [];
  const source = new TableSource({
    ...{ tableDirectory: directory, name: "logs", isFollowing: true, isLive: true, from: "start" as const },
    onWarning: (text: string) => warnings.push(text),
  });
  expect(await readLive(source, { lines: 2 })).toEqual([eventOf(0), eventOf(2)]);
  expect(warnings).toEqual([expect.stringMatching(/^1 events .*CRC-32C/)]);
});

test("what a journal has for the table comes from the journal, however many segments make one commit", async () => {
  const { journal, sink, tableOf } = await openFed(["logs"], { segmentBytes: 400 });
  const table = tableOf("logs");
  await newTable(table, [eventOf(0)]);
  const fed = await sink("logs");
  const kept = new Memory();
  await append(journal, range(1, 4));
  const first = await readLive(liveSource(table, kept), { lines: 4 });
  expect(first).toEqual([eventOf(0), ...range(1, 4).map(lineOf)]);
  // Nobody reads: these are Parquet before the reader comes back.
  await append(journal, range(4, 40));
  await journal.finish();
  await fed.run();
  await fed.close();
  const kind = (lines: readonly string[]) =>
    lines.map((line) => Number(/"n":(\d+)/.exec(line)![1])).sort((a, b) => a - b);
  expect(kind(await readLive(liveSource(table, kept), { lines: 36 }))).toEqual(range(4, 40));
  await recover(table);
  const writer = await openWriter(table);
  await writer.append([eventOf(99)]);
  expect(await readLive(liveSource(table, kept), { lines: 1 })).toEqual([eventOf(99)]);
});
