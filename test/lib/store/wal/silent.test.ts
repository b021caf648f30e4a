/** Positions of blocks of which nothing came out: nobody is told of them before they are in the log. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { Block } from "../../../../src/lib/event/block.js";
import { newDelivery } from "../../../../src/lib/event/delivery/delivery.js";
import { decodeCommits } from "../../../../src/lib/store/wal/segment.js";
import { Wal } from "../../../../src/lib/store/wal/writer.js";
import { blocksOf, temporaryDirectory } from "../support.js";

async function opened() {
  const table = temporaryDirectory();
  const told: { source: string; offset: number; isInLog: boolean }[] = [];
  const tell = (block: Block) => {
    const { stream: source, offset } = block.cursor!;
    block.delivery = newDelivery(
      () => void told.push({ source, offset, isInLog: (inLog(table).get(source) ?? -1) >= offset }),
    );
    return block;
  };
  const wal = await Wal.open({
    files: diskFiles,
    tableDirectory: table,
    segmentBytes: 400,
    nowMs: () => 1_700_000_000_000,
    onSealed: () => {},
  });
  return { wal, table, told, tell };
}

/** What the indexes of the log say of each source. */
function inLog(table: string): Map<string, number> {
  const newest = new Map<string, number>();
  for (const name of readdirSync(table, { recursive: true, encoding: "utf8" }).sort()) {
    if (!name.endsWith(".commits")) continue;
    for (const { position, positions = [] } of decodeCommits(readFileSync(join(table, name))).commits)
      for (const { source, offset } of position === undefined ? positions : [position, ...positions])
        newest.set(source, Math.max(offset, newest.get(source) ?? -1));
  }
  return newest;
}

function nothing(stream: string, offset: number): Block {
  const block = new Block(Buffer.alloc(0));
  block.cursor = { stream, offset };
  return block;
}

test("a flush writes them, and tells of them once they are there", async () => {
  const { wal, table, told, tell } = await opened();
  await wal.append(tell(nothing("a", 10)));
  await wal.append(tell(nothing("a", 20)));
  await wal.flush();
  expect(told.at(-1)).toEqual({ source: "a", offset: 20, isInLog: true });
  expect(inLog(table)).toEqual(new Map([["a", 20]]));
  await wal.flush();
  await wal.close();
  await wal.release();
});

test("whatever comes in between, what is told is in the log, in order, and all of it after a flush", async () => {
  const step = fc.record({
    source: fc.constantFrom("a", "b"),
    isEmpty: fc.boolean(),
    next: fc.constantFrom("go on", "go on", "flush", "wait", "roll"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
      const { wal, table, told, tell } = await opened();
      const last = new Map<string, number>();
      for (const [n, { source, isEmpty, next }] of steps.entries()) {
        const cursor = { stream: source, offset: n };
        await wal.append(tell(isEmpty ? nothing(source, n) : blocksOf([`{"n":${n}}`], cursor)[0]!));
        last.set(source, n);
        if (next === "flush") await wal.flush();
        else if (next === "roll") await wal.roll();
        else if (next === "wait") await new Promise((resolve) => setImmediate(resolve));
      }
      await wal.flush();
      expect(inLog(table)).toEqual(last);
      expect(told.filter(({ isInLog }) => !isInLog)).toEqual([]);
      const offsets = told.map(({ offset }) => offset);
      for (const source of ["a", "b"]) {
        const own = told.filter((one) => one.source === source).map(({ offset }) => offset);
        expect(own).toEqual(own.toSorted((a, b) => a - b));
      }
      expect(offsets.toSorted((a, b) => a - b)).toEqual(steps.map((_, n) => n));
      await wal.close();
      await wal.release();
    }),
    { numRuns: 40 },
  );
});
