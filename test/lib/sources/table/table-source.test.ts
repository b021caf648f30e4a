import { rm } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import type { Cursor } from "../../../../src/lib/event/delivery/cursor.js";
import { STORED } from "../../../../src/lib/event/delivery/delivery.js";
import { StoreSink } from "../../../../src/lib/sinks/store/store.js";
import { type Kept, TableSource } from "../../../../src/lib/sources/table/table-source.js";
import { compactFiles } from "../../../../src/lib/store/maintain/compact.js";
import { deleteEvents } from "../../../../src/lib/store/maintain/delete.js";
import { vacuumTable } from "../../../../src/lib/store/maintain/vacuum.js";
import { openBench, storeBatches } from "../../store/maintain/support.js";
import { blocksOf, storeOptions, temporaryDirectory } from "../../store/support.js";

/** Each of its own moment, the later ones of lower numbers earlier: stored out of order. */
function events(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const n = first + i;
    const timestamp = new Date(Date.UTC(2026, 10, 20, 23) + ((n * 7919) % 9973) * 1000).toISOString();
    return JSON.stringify({ timestamp: timestamp.replace(".000Z", "Z"), service: `s${n % 3}`, n });
  });
}

/** Cursors in memory, as a sink would know them. */
class Memory implements Kept {
  readonly id = "memory";
  readonly byName = new Map<string, Cursor>();

  get cursors(): readonly Cursor[] {
    return [...this.byName.values()];
  }

  readonly held = new Map<string, Buffer>();
  readonly starts: readonly Cursor[] = [];

  begin(): void {}

  async ready(): Promise<void> {}

  keep(cursor: Cursor): void {
    this.byName.set(cursor.stream, cursor);
  }

  async close(): Promise<void> {}
}

interface Reading {
  readonly kept?: Kept;
  readonly from?: "start" | "end";
  /** Acknowledges, and stops, after so many blocks. */
  readonly mostBlocks?: number;
}

async function read(tableDirectory: string, { kept, from = "start", mostBlocks = 1e9 }: Reading = {}) {
  const source = new TableSource({ tableDirectory, name: "logs", isFollowing: false, from, kept });
  const lines = (source.replay?.waiting(undefined) ?? []).flatMap(({ bytes }) =>
    bytes.toString().split("\n").slice(0, -1),
  );
  try {
    for (let blocks = 0; blocks < mostBlocks; blocks++) {
      const block = await source.read();
      if (block === undefined) break;
      lines.push(...block.bytes.toString().split("\n").slice(0, -1));
      block.delivery?.settle(STORED);
    }
  } finally {
    await source.close();
  }
  return lines;
}

function inTime(lines: readonly string[]): string[] {
  return [...lines].sort();
}

async function maintained(directory: string) {
  const bench = await openBench(directory);
  return {
    compact: () => compactFiles({ ...bench, targetBytes: 1 << 20 }),
    remove: (condition: string) => deleteEvents({ ...bench, condition }),
    vacuum: () => vacuumTable({ ...bench, nowMs: () => Date.now() + 1e9, graceMs: 0 }),
  };
}

test("what a table has comes in order of time, whatever the order it was stored in", async () => {
  const directory = temporaryDirectory();
  await storeBatches(directory, [events(0, 50), events(50, 70)]);
  expect(await read(directory)).toEqual(inTime(events(0, 120)));
  await (await maintained(directory)).compact();
  expect(await read(directory)).toEqual(inTime(events(0, 120)));
});

test("what comes later comes in the order of commits, each event once", async () => {
  const directory = temporaryDirectory();
  await storeBatches(directory, [events(0, 20)]);
  const kept = new Memory();
  expect(await read(directory, { kept })).toHaveLength(20);
  expect(await read(directory, { kept })).toEqual([]);
  await storeBatches(directory, [events(40, 20), events(20, 20)]);
  await (await maintained(directory)).compact();
  const later = await read(directory, { kept });
  // A commit has a file a day.
  expect(inTime(later.slice(0, 20))).toEqual(inTime(events(40, 20)));
  expect(inTime(later.slice(20))).toEqual(inTime(events(20, 20)));
  expect(await read(directory, { kept })).toEqual([]);
});

test("keys may be called like anything the reader uses", async () => {
  const directory = temporaryDirectory();
  const lines = [3, 1, 2].map((n) =>
    JSON.stringify({
      timestamp: `2026-11-20T10:00:0${n}Z`,
      _row: -n,
      _ROW_: n,
      "physical ": { timestamp: -n },
    }),
  );
  await storeBatches(directory, [lines]);
  expect(await read(directory)).toEqual(inTime(lines));
});

test("from the end only what is new", async () => {
  const directory = temporaryDirectory();
  await storeBatches(directory, [events(0, 20)]);
  const kept = new Memory();
  expect(await read(directory, { kept, from: "end" })).toEqual([]);
  await storeBatches(directory, [events(20, 5)]);
  expect(inTime(await read(directory, { kept, from: "end" }))).toEqual(inTime(events(20, 5)));
});

test("resumes at every row of the start and of a commit, over days and compaction", async () => {
  const directory = temporaryDirectory();
  await storeBatches(directory, [events(0, 25), events(25, 15)]);
  const first = await read(directory);
  const kept = new Memory();
  await read(directory, { kept, from: "end" });
  const [{ stream, offset }] = [...kept.cursors] as [Cursor];
  const version = offset / 2 ** 26 - 1;
  await storeBatches(directory, [events(40, 25)]);
  const added = await read(directory, { kept });
  await (await maintained(directory)).compact();
  for (let row = 0; row <= 40; row++) {
    const memory = new Memory();
    memory.keep({ stream: stream.replace(/log$/, `start@${version}`), offset: row });
    expect(await read(directory, { kept: memory }), `row ${row}`).toEqual([...first, ...added].slice(row));
  }
  for (let row = 0; row <= 25; row++) {
    const memory = new Memory();
    memory.keep({ stream, offset: offset + row });
    expect(await read(directory, { kept: memory }), `row ${row}`).toEqual(added.slice(row));
  }
});

test("lines that were held come first", async () => {
  const directory = temporaryDirectory();
  await storeBatches(directory, [events(0, 3)]);
  const kept = new Memory();
  await read(directory, { kept });
  kept.held.set(kept.cursors.at(-1)!.stream, Buffer.from('{"held":1}\n'));
  expect(await read(directory, { kept })).toEqual(['{"held":1}']);
});

test("a version whose files were vacuumed before it was read is a failure that says so", async () => {
  const directory = temporaryDirectory();
  await storeBatches(directory, [events(0, 5)]);
  const kept = new Memory();
  await read(directory, { kept });
  await storeBatches(directory, [events(5, 5)]);
  const { compact, vacuum } = await maintained(directory);
  await compact();
  await vacuum();
  await expect(read(directory, { kept })).rejects.toMatchObject({ code: "store.stream-gone" });
});

test("a table recreated in the place of the one that was read is refused", async () => {
  const directory = temporaryDirectory();
  await storeBatches(directory, [events(0, 5)]);
  const kept = new Memory();
  await read(directory, { kept });
  for (const part of ["_delta_log", "_log_copies"]) await rm(join(directory, part), { recursive: true });
  await storeBatches(directory, [events(0, 5)]);
  await expect(read(directory, { kept })).rejects.toMatchObject({ code: "store.stream-other" });
});

test("a log that was put back is a failure, not silence", async () => {
  const directory = temporaryDirectory();
  await storeBatches(directory, [events(0, 5)]);
  const kept = new Memory();
  await read(directory, { kept });
  const cursor = kept.cursors.at(-1);
  kept.keep({ ...cursor!, offset: cursor!.offset + 5 * 2 ** 26 });
  await expect(read(directory, { kept })).rejects.toMatchObject({ code: "store.stream-gone" });
});

test("following gives what is added, and stops when asked", { timeout: 300_000 }, async () => {
  const directory = temporaryDirectory();
  const sink = await StoreSink.open(storeOptions(directory, { segmentBytes: 400 }));
  const source = new TableSource({
    tableDirectory: directory,
    name: "logs",
    isFollowing: true,
    from: "start",
    kept: new Memory(),
  });
  onTestFinished(() => source.close());
  const lines: string[] = [];
  const reading = (async () => {
    for (let block = await source.read(); block !== undefined; block = await source.read())
      lines.push(...block.bytes.toString().split("\n").slice(0, -1));
  })();
  for (let n = 0; n < 30; n += 3) for (const block of blocksOf(events(n, 3))) await sink.write(block);
  await sink.close();
  await expect.poll(() => lines.length, { timeout: 300_000 }).toBe(30);
  source.stop();
  await reading;
  expect(inTime(lines)).toEqual(inTime(events(0, 30)));
});

type Step = "append" | "compact" | "delete" | "read" | "read a little";

test("whatever happens between two reads, each event comes once, in order", {
  timeout: 300_000,
}, async () => {
  const steps = fc.array(
    fc.constantFrom<Step>("append", "append", "compact", "delete", "read", "read a little"),
    { minLength: 3, maxLength: 9 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      const directory = temporaryDirectory();
      const kept = new Memory();
      const { compact, remove } = await maintained(directory);
      let count = 7;
      let expected: string[][] | undefined;
      let gone: number[] = [];
      const found: string[] = [];
      await storeBatches(directory, [events(0, count)]);
      for (const step of [...script, "read" as const]) {
        if (step === "append") {
          await storeBatches(directory, [events(count, 6)]);
          expected?.push(events(count, 6));
          count += 6;
        } else if (step === "compact") await compact();
        else if (step === "delete") {
          await remove(`n = ${count - 2}`);
          gone = [...gone, count - 2];
        } else {
          expected ??= [events(0, count).filter((_, n) => !gone.includes(n))];
          found.push(...(await read(directory, { kept, mostBlocks: step === "read" ? 1e9 : 1 })));
        }
      }
      let at = 0;
      for (const batch of expected ?? []) {
        expect(inTime(found.slice(at, at + batch.length))).toEqual(inTime(batch));
        at += batch.length;
      }
      expect(found).toHaveLength(at);
    }),
    { numRuns: 8 },
  );
});
