/** Lines that are no events, on the way to a table that a journal feeds: in its quarantine, once. */
import { expect, test } from "vitest";
import { diskFiles } from "../../../../../src/lib/base/files.js";
import { writeLetter } from "../../../../../src/lib/event/dead-letter.js";
import { EventWriter } from "../../../../../src/lib/event/writer.js";
import type { Journal } from "../../../../../src/lib/journal/journal.js";
import { TableLog } from "../../../../../src/lib/store/delta/snapshot.js";
import { letters, listEntries } from "../../../../../src/lib/store/quarantine/entries.js";
import { afterDeath, numbered } from "../../../journal/support.js";
import { eventOf, liveSource, newTable, readLive } from "../../../sources/table/live/support.js";
import { numbersIn, openFed } from "./support.js";

const READERS = ["plain", "logs", "more"].map((name) => ({
  name,
  counts: true,
  onFull: "block" as const,
  ...(name !== "plain" && { asideName: `the quarantine of ${name}` }),
}));
const open = (directory?: string) =>
  openFed([], { readers: READERS, segmentBytes: 600, ...(directory !== undefined && { directory }) });

function setAside(journal: Journal, raw: string, exits: readonly number[]): void {
  const writer = new EventWriter();
  writeLetter(writer, { stage: "check", reason: "not a JSON object", raw: Buffer.from(raw) });
  const { exit } = journal.sink.asideAt(exits)!;
  journal.sink.setAside({ bytes: Buffer.from(writer.take()), lines: 1, exit });
}

async function quarantined(table: string): Promise<string[]> {
  const raws: string[] = [];
  for (const entry of await listEntries(diskFiles, new TableLog(table)))
    for await (const { raw } of letters(diskFiles, entry, () => raws.push("no record"))) raws.push(`${raw}`);
  return raws.sort();
}

/** What the table and its quarantine have once the journal is stored, by a process that finds it as it is now. */
async function inTheEnd(directory: string, table: string) {
  const { journal, sink, tableOf } = await open(directory);
  const fed = await sink(table);
  await journal.finish();
  await fed.run();
  await fed.close();
  const { given, stored, left } = fed.report;
  expect({ ...left, bytes: 0 }).toEqual({ events: 0, asideLines: 0, bytes: 0 });
  expect([stored.events, stored.asideLines]).toEqual([given.events, given.asideLines]);
  await journal.close();
  return { rows: stored.events, lines: await quarantined(tableOf(table)) };
}

const NOTHING = { rows: 0, lines: [] };

test("each goes to the first table that it was on the way to, and to no other", async () => {
  const { directory, journal, sink } = await open();
  for (const name of ["logs", "more"]) await (await sink(name)).close();
  expect(journal.sink.asideAt([0])).toBeUndefined();
  expect(journal.sink.asideAt([2, 1])).toEqual({ exit: 1, reader: "logs", name: "the quarantine of logs" });
  setAside(journal, "for both", [1, 2]);
  setAside(journal, "for one", [0, 2]);
  await journal.sink.write(numbered([1], [1, 2]));
  await journal.sink.flush();
  const dead = afterDeath(directory);
  expect(await inTheEnd(dead, "logs")).toEqual({ rows: 1, lines: ["for both"] });
  expect(await inTheEnd(dead, "more")).toEqual({ rows: 1, lines: ["for one"] });
});

test("they are durable in one with the block behind them, whichever part of it that is", async () => {
  const { directory, journal, sink } = await open();
  await (await sink("logs")).close();
  setAside(journal, "a", [1]);
  await journal.sink.write(Object.assign(numbered([1], [1]), { isPart: true }));
  await journal.sink.flush();
  expect(await inTheEnd(afterDeath(directory), "logs")).toEqual(NOTHING);
  setAside(journal, "b", [1]);
  // Between the parts of a block a flush has nothing to make durable of it.
  await journal.sink.flush();
  await journal.sink.write(Object.assign(numbered([], []), { isPart: true }));
  await journal.sink.flush();
  expect(await inTheEnd(afterDeath(directory), "logs")).toEqual(NOTHING);
  setAside(journal, "c", [1]);
  await journal.sink.write(numbered([2], [1]));
  await journal.sink.flush();
  expect(await inTheEnd(afterDeath(directory), "logs")).toEqual({ rows: 2, lines: ["a", "b", "c"] });
});

test("of a block that has nothing else they take the cursor along, and are told with it", async () => {
  const { directory, journal, sink } = await open();
  await (await sink("logs")).close();
  const block = numbered([], []);
  block.cursor = { stream: "source", offset: 7 };
  const outcome = new Promise((resolve) => {
    block.delivery = { settle: resolve, share: () => block.delivery! };
  });
  setAside(journal, "alone", [1]);
  await journal.sink.write(block);
  expect(await outcome).toMatchObject({ kind: "stored" });
  const dead = afterDeath(directory);
  const again = await open(dead);
  const known = await again.journal.sink.checkpoints.resume();
  expect(known.cursors.map(({ cursor }) => cursor.offset)).toEqual([7]);
  await again.journal.close();
  expect(await inTheEnd(dead, "logs")).toEqual({ rows: 0, lines: ["alone"] });
});

test("what comes at the end, without a block behind it, is durable with the flush", async () => {
  const { directory, journal, sink } = await open();
  await (await sink("logs")).close();
  await journal.sink.write(numbered([1], [1]));
  setAside(journal, "last", [1]);
  await journal.sink.close();
  expect(await inTheEnd(afterDeath(directory), "logs")).toEqual({ rows: 1, lines: ["last"] });
});

test("in a transaction they count with its commit", async () => {
  const { directory, journal, sink } = await open();
  await (await sink("logs")).close();
  journal.sink.checkpoints.begin();
  setAside(journal, "a", [1]);
  await journal.sink.write(numbered([1], [1]));
  setAside(journal, "b", [1]);
  await journal.sink.flush();
  expect(await inTheEnd(afterDeath(directory), "logs")).toEqual(NOTHING);
  setAside(journal, "c", [1]);
  await journal.sink.checkpoints.commit({ cursors: [], state: { id: "s", number: 1 } });
  expect(await inTheEnd(afterDeath(directory), "logs")).toEqual({ rows: 1, lines: ["a", "b", "c"] });
});

test("nobody sees them as events: not a query, not another reader, not the live end", async () => {
  const { journal, sink, tableOf } = await open();
  await newTable(tableOf("logs"), [eventOf(0)]);
  const fed = await sink("logs");
  setAside(journal, "bad", [1]);
  await journal.sink.write(numbered([1], [0, 1]));
  await journal.sink.flush();
  expect(await numbersIn(tableOf("logs"))).toEqual([0, 1]);
  expect(await readLive(liveSource(tableOf("logs")), { lines: 2 })).toEqual([eventOf(0), '{"n":1}']);
  const block = await journal.reader("plain").read();
  expect(`${block!.bytes}`).toBe('{"n":1}\n');
  await fed.close();
  // A sink that reads block by block gets them in the place of a block.
  const reader = journal.reader("logs");
  const first = await reader.read();
  expect([first!.bytes.length, first!.aside?.lines]).toEqual([0, 1]);
  expect(`${(await reader.read())!.bytes}`).toBe('{"n":1}\n');
});
