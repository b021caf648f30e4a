import { dirname, join } from "node:path";
import { diskFiles, type Files } from "../../../src/lib/base/files.js";
import { writeLetter } from "../../../src/lib/event/dead-letter.js";
import { newDelivery } from "../../../src/lib/event/delivery/delivery.js";
import { EventWriter } from "../../../src/lib/event/writer.js";
import { Journal } from "../../../src/lib/journal/journal.js";
import { FedTableSink } from "../../../src/lib/sinks/store/fed/fed-table-sink.js";
import { TableLog } from "../../../src/lib/store/delta/snapshot.js";
import { letters, listEntries } from "../../../src/lib/store/quarantine/entries.js";
import { runChild } from "../child.js";
import { blockFaults, blockOf, NOW_MS, newestOf } from "../events.js";
import type { Operation } from "./operation.js";

const BLOCKS = 6;
/** From this one on blocks for another reader lie between: its segments are copied before they are stored. */
const MIXED_FROM = 4;
const READERS = ["logs", "other"].map((name) => ({
  name,
  counts: name === "logs",
  onFull: "block" as const,
  asideName: name,
}));

/** A journal that feeds the table, from its start on an empty place to its end: several segments, two days. */
export const feed: Operation = {
  name: "feed",
  prepare: async () => [],
  run,
  faults: (rows, said, isDone) => [
    ...blockFaults(rows, "a", BLOCKS, isDone ? BLOCKS : newestOf(said, "a")),
    ...(rows.has("b 9") ? ["a block for another reader is in the table"] : []),
  ],
  leftovers: asideFaults,
};

/** Each line that was set aside before a block is in the quarantine once. */
async function asideFaults(table: string): Promise<readonly string[]> {
  const raws: string[] = [];
  for (const entry of await listEntries(diskFiles, new TableLog(table)))
    for await (const { raw } of letters(diskFiles, entry, () => raws.push("no record"))) raws.push(`${raw}`);
  const wanted = Array.from({ length: BLOCKS }, (_, i) => `bad ${i + 1}`);
  const isSame = raws.sort().join() === wanted.join();
  return isSame ? [] : [`the quarantine has ${raws.join(", ")} instead of ${wanted.join(", ")}`];
}

/** One that finds what two dead ones left: segments that no commit covers, and one that a commit covers. */
export const feedOn: Operation = {
  ...feed,
  name: "feedOn",
  prepare: async (table) => {
    const said: string[] = [];
    for (const name of ["link _delta_log/N.json", "remove _wal/ID/fed-N.tmp"])
      said.push(...(await runChild(["feed", table], { when: "before", name, count: 1 })).said);
    return said;
  },
};

async function run(table: string, files: Files, say: (fact: string) => void): Promise<void> {
  const directory = join(dirname(table), "journal");
  const nowMs = () => NOW_MS;
  const journal = await Journal.open({ directory, files, nowMs, readers: READERS, segmentBytes: 700 });
  const sink = await FedTableSink.open({
    ...{ tableDirectory: table, feed: journal.feed("logs"), files, nowMs },
    ...{ segmentBytes: 700, flushIntervalMs: 3_600_000, maxColumns: 1000 },
  }).catch(async (error) => {
    await journal.close();
    throw error;
  });
  const running = sink.run();
  running.catch(() => {});
  try {
    await write(journal, say);
    await journal.sink.close();
    await running;
  } finally {
    sink.stop();
    await running.catch(() => {});
    await sink.close();
    await journal.close();
  }
}

/** The blocks that the journal does not have yet, waiting for every second one. */
async function write(journal: Journal, say: (fact: string) => void): Promise<void> {
  const { cursors } = await journal.sink.checkpoints!.resume();
  const known = cursors.find(({ cursor }) => cursor.stream === "a")?.cursor;
  for (let n = (known?.offset ?? 0) + 1; n <= BLOCKS; n++) {
    const block = blockOf("a", n);
    block.exits = [0];
    block.delivery = newDelivery(({ kind }) => {
      if (kind === "stored") say(`a ${n}`);
    });
    const writer = new EventWriter();
    writeLetter(writer, { stage: "check", reason: "not a JSON object", raw: Buffer.from(`bad ${n}`) });
    journal.sink.setAside({ bytes: Buffer.from(writer.take()), lines: 1, exit: 0 });
    await journal.sink.write(block);
    if (n >= MIXED_FROM) {
      const other = blockOf("b", 9);
      other.cursor = undefined;
      other.exits = [1];
      await journal.sink.write(other);
    }
    if (n % 2 === 0) await journal.sink.flush();
  }
}
