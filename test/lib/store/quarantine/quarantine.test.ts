import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles, type Files } from "../../../../src/lib/base/files.js";
import { type DeadLetter, readLetter, writeLetter } from "../../../../src/lib/event/dead-letter.js";
import { EventWriter } from "../../../../src/lib/event/writer.js";
import { StoreSink } from "../../../../src/lib/sinks/store/store.js";
import { TableLog } from "../../../../src/lib/store/delta/snapshot.js";
import { discard, replay } from "../../../../src/lib/store/maintain/replay-quarantine.js";
import { letters, listEntries, summarize } from "../../../../src/lib/store/quarantine/entries.js";
import {
  blocksOf,
  OBSERVED_MS,
  readFacts,
  storeLines,
  storeOptions,
  temporaryDirectory,
} from "../support.js";
import { failingFiles } from "../wal/faults.js";

const letter = (raw: string): DeadLetter => ({
  time: "2026-11-21T12:00:00.000Z",
  stage: "check",
  reason: "malformed JSON",
  source: "a.log",
  line: 1,
  raw: Buffer.from(raw),
});

function recordOf(...raws: string[]): { bytes: Buffer; lines: number } {
  const writer = new EventWriter();
  for (const raw of raws) writeLetter(writer, letter(raw));
  return { bytes: Buffer.from(writer.take()), lines: raws.length };
}

const storing = (table: string, files: Files = diskFiles) => ({
  files,
  log: new TableLog(table, files),
  maxColumns: 100,
  nowMs: () => OBSERVED_MS,
});

async function heldIn(table: string): Promise<string[]> {
  const held: string[] = [];
  for (const entry of await listEntries(diskFiles, new TableLog(table)))
    for await (const { raw } of letters(diskFiles, entry, () => {})) held.push(raw.toString());
  return held;
}

/** A table with a row and these lines in quarantine. */
async function tableWith(...raws: string[]): Promise<string> {
  const table = join(temporaryDirectory(), "logs");
  const sink = await StoreSink.open(storeOptions(table));
  sink.setAside(recordOf(...raws));
  await sink.write(blocksOf(['{"n":0}'])[0]!);
  await sink.close();
  return table;
}

async function* given(...raws: string[]): AsyncGenerator<DeadLetter> {
  for (const raw of raws) yield letter(raw);
}

const all = <T>(entries: readonly T[]) => entries;
const EVENT = '{"timestamp":"2026-11-21T10:00:00Z","n":1}';

test("a letter comes back as it was, whatever the line held", () => {
  const raws = ["", 'é\u0000\\"', "x".repeat(100_000)].map((text) => Buffer.from(text));
  for (const raw of [...raws, Buffer.from([0xff, 0x00, 0x80])]) {
    const writer = new EventWriter();
    writeLetter(writer, { ...letter(""), raw, column: 3 });
    expect(readLetter(writer.take().trimEnd())).toEqual({ ...letter(""), raw, column: 3 });
  }
  expect(readLetter('{"a":1}')).toBeUndefined();
  expect(readLetter("torn {")).toBeUndefined();
});

test("lines are not listed before their segment is in the table, and are kept when no event is", async () => {
  const table = join(temporaryDirectory(), "logs");
  const sink = await StoreSink.open(storeOptions(table));
  sink.setAside(recordOf("bad"));
  await sink.flush();
  expect(await heldIn(table)).toEqual([]);
  await sink.close();
  expect(await heldIn(table)).toEqual(["bad"]);
  const [entry] = await listEntries(diskFiles, new TableLog(table));
  const summary = await summarize(diskFiles, entry!);
  expect(summary).toMatchObject({ lines: 1, firstTime: "2026-11-21T12:00:00.000Z" });
  expect([...summary!.reasons]).toEqual([["check: malformed JSON", 1]]);
});

test("replay stores what is valid, keeps the rest, and has nothing to do the second time", async () => {
  const table = await tableWith(EVENT, "bad", '{"n":2}', "", "two\nlines");
  expect(await replay(storing(table), all)).toEqual({ stored: 2, left: 3, entries: 1 });
  expect(await replay(storing(table), all)).toEqual({ stored: 0, left: 3, entries: 0 });
  expect(await heldIn(table)).toEqual(["bad", "", "two\nlines"]);
  expect(await readFacts(table)).toHaveLength(3);
});

test("lines put right take the place of those held; another number of them is refused", async () => {
  const table = await tableWith("bad", "worse");
  const fixed = { lines: given(EVENT), isAnyNumber: false };
  await expect(replay(storing(table), all, fixed)).rejects.toMatchObject({ code: "store.quarantine-count" });
  expect(await heldIn(table)).toEqual(["bad", "worse"]);
  const both = { lines: given(EVENT, "still bad"), isAnyNumber: false };
  expect(await replay(storing(table), all, both)).toMatchObject({ stored: 1, left: 1 });
  expect(await heldIn(table)).toEqual(["still bad"]);
  expect(await discard(storing(table), all)).toBe(1);
  expect(await heldIn(table)).toEqual([]);
  expect(await readFacts(table)).toHaveLength(2);
});

test("two replays at once store each line once", async () => {
  const table = await tableWith(EVENT, "bad");
  const done = await Promise.allSettled([replay(storing(table), all), replay(storing(table), all)]);
  for (const one of done)
    if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "store.quarantine-busy" });
  expect(await readFacts(table)).toHaveLength(2);
  expect(await heldIn(table)).toEqual(["bad"]);
});

test("wherever a replay breaks off, doing it again stores each line once", { timeout: 300_000 }, async () => {
  for (let failAt = 1; ; failAt++) {
    const table = await tableWith(EVENT, "bad");
    const { files, calls } = failingFiles(failAt, "EIO");
    await replay(storing(table, files), all).catch(() => {});
    const [held, rows] = [await heldIn(table), await readFacts(table)];
    expect(held.length + rows.length, `call ${failAt}`).toBe(3);
    await replay(storing(table), all);
    expect(await heldIn(table), `call ${failAt}`).toEqual(["bad"]);
    expect(await readFacts(table), `call ${failAt}`).toHaveLength(2);
    if (calls() < failAt) return;
  }
});

test("wherever a sink breaks off, its bad lines are held as often as its rows are there", {
  timeout: 300_000,
}, async () => {
  for (let failAt = 1; ; failAt++) {
    const table = join(temporaryDirectory(), "logs");
    const { files, calls } = failingFiles(failAt, "EIO");
    const run = async () => {
      const sink = await StoreSink.open(storeOptions(table, { files }));
      sink.setAside(recordOf("bad"));
      await sink.write(blocksOf([EVENT], { stream: "a.log", offset: 7 })[0]!);
      await sink.close();
    };
    await run().catch(() => {});
    await storeLines(storeOptions(table), []);
    const rows = await readFacts(table);
    expect(await heldIn(table), `call ${failAt}`).toEqual(rows.map(() => "bad"));
    if (calls() < failAt) return expect(rows).toHaveLength(1);
  }
});

test("a segment that cannot be stored goes to the quarantine with its reason; the others are stored", async () => {
  const table = join(temporaryDirectory(), "logs");
  const sink = await StoreSink.open(storeOptions(table, { segmentBytes: 60 }));
  sink.setAside(recordOf("bad"));
  const [block] = blocksOf(['{"timestamp":"2026-11-21T10:00:00Z","n":-1}']);
  // A summary that claims one event more than there is: no way of reading can give it.
  await sink.write({ ...block!, summary: { ...block!.summary!, events: 2 } });
  await sink.write(blocksOf([EVENT])[0]!);
  await sink.close();
  expect(await readFacts(table)).toHaveLength(1);
  expect(sink.report.stored).toMatchObject({ events: 1, asideLines: 1 });
  expect(sink.report.stored.unstorable).toHaveLength(1);
  expect(await heldIn(table)).toHaveLength(2);
  expect(await replay(storing(table), all)).toMatchObject({ stored: 1, left: 1 });
  expect(await readFacts(table)).toHaveLength(2);
  expect(existsSync(join(table, "_wal"))).toBe(true);
  expect(await diskFiles.list(join(table, "_wal"))).toEqual([]);
});
