import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { takeLock } from "../../../../src/lib/store/wal/lock.js";
import { MARK_FILE, MarkFile } from "../../../../src/lib/store/wal/mark.js";
import { adoptDead } from "../../../../src/lib/store/wal/recovery/recover.js";
import { removeDirectoryIfDone, removeSegment } from "../../../../src/lib/store/wal/remove.js";
import type { SealedSegment } from "../../../../src/lib/store/wal/segment-writer.js";
import { keepUncovered, listSegments } from "../../../../src/lib/store/wal/unflushed-segments.js";
import { Wal, type WalOptions } from "../../../../src/lib/store/wal/writer.js";
import { toldTo } from "../../../support/deliveries.js";
import { blocksOf, temporaryDirectory } from "../support.js";

interface Opened {
  readonly wal: Wal;
  readonly sealed: SealedSegment[];
  readonly durable: number[];
}

async function openWal(tableDirectory: string, more: Partial<WalOptions> = {}): Promise<Opened> {
  const sealed: SealedSegment[] = [];
  const durable: number[] = [];
  const wal = await Wal.open({
    files: diskFiles,
    tableDirectory,
    segmentBytes: 1_000_000,
    nowMs: () => 1_700_000_000_000,
    onSealed: async (segment) => void sealed.push(segment),
    ...more,
  });
  return { wal, sealed, durable };
}

async function appendNumbered(
  { wal, durable }: Pick<Opened, "wal" | "durable">,
  from: number,
  to: number,
): Promise<void> {
  for (let n = from; n <= to; n++) {
    const [block] = blocksOf([`{"n":${n}}`], { stream: "test", offset: n });
    await wal.append(toldTo(durable, block!));
  }
}

/** Ends the writer as a crash does: what it wrote stays as it is, and its lock is nobody's. */
async function abandon({ wal }: Opened): Promise<string> {
  await wal.close();
  await wal.release();
  return wal.directory;
}

test("segments roll at their size and hold every byte in order", async () => {
  const table = temporaryDirectory();
  const { wal, sealed, durable } = await openWal(table, { segmentBytes: 40 });
  await appendNumbered({ wal, durable }, 1, 20);
  await wal.flush();
  expect(durable.at(-1)).toBe(20);
  await wal.close();
  const text = sealed.map((segment) => readFileSync(segment.dataPath, "utf8")).join("");
  expect(text).toBe(Array.from({ length: 20 }, (_, i) => `{"n":${i + 1}}\n`).join(""));
  expect(sealed.every((segment) => segment.length <= 40)).toBe(true);
  expect(sealed.map((segment) => segment.sequence)).toEqual(sealed.map((_, i) => i + 1));
  for (const segment of sealed) await removeSegment(diskFiles, segment);
  await wal.release();
  expect(readdirSync(join(table, "_wal"))).toEqual([]);
});

test("a position without events is acknowledged after what came before it", async () => {
  const opened = await openWal(temporaryDirectory());
  await appendNumbered(opened, 1, 3);
  await opened.wal.append(toldTo(opened.durable, blocksOf([], { stream: "test", offset: 4 })[0]!));
  await opened.wal.flush();
  expect(opened.durable.at(-1)).toBe(4);
  await opened.wal.close();
});

/** The log of a writer that died with five blocks of 8 bytes in the data, and the first bytes of their index. */
async function diedAt(cut: number, acknowledged: "nothing" | "all" | "unknown") {
  const directory = await abandon(await openNumbered(temporaryDirectory(), 5));
  const name = "00000000000000000001";
  const index = readFileSync(join(directory, `${name}.commits`));
  const ends = [...index.keys()].filter((i) => index[i] === 10).map((i) => i + 1);
  writeFileSync(join(directory, `${name}.commits`), index.subarray(0, cut));
  if (acknowledged !== "all") rmSync(join(directory, MARK_FILE));
  if (acknowledged === "nothing") {
    const mark = await MarkFile.create(diskFiles, directory, basename(directory));
    await mark.close();
  }
  const { adopted } = await adoptDead(diskFiles, join(directory, "..", ".."));
  const kept = readdirSync(directory).filter(
    (file) => file === `${name}-${adopted[0]!.segments[0]!.length}.damaged`,
  );
  const text = kept.map((file) => readFileSync(join(directory, file), "utf8")).join("");
  return {
    adopted: adopted[0]!,
    whole: ends.filter((end) => end <= cut).length,
    text,
    indexBytes: index.length,
  };
}

const numbered = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => `{"n":${from + i}}\n`).join("");

test("recovery cuts what was being written and keeps every commit, wherever the end was torn", async () => {
  const { indexBytes } = await diedAt(0, "nothing");
  for (let cut = 0; cut <= indexBytes; cut += 13) {
    const { adopted, whole, text } = await diedAt(cut, "nothing");
    expect(adopted.segments[0]!.events, `index cut at ${cut}`).toBe(whole);
    expect(adopted.tornBytes - (5 - whole) * 8, "and the bytes of the index").toBeGreaterThanOrEqual(0);
    expect([text, adopted.damagedBytes]).toEqual(["", 0]);
  }
});

test.each(["all", "unknown"] as const)(
  "an index that is cut off where %s was acknowledged costs no line",
  async (acknowledged) => {
    const { indexBytes } = await diedAt(0, "nothing");
    for (let cut = 0; cut <= indexBytes; cut += 13) {
      const { adopted, whole, text } = await diedAt(cut, acknowledged);
      expect(adopted.segments[0]!.events, `index cut at ${cut}`).toBe(whole);
      expect(text).toBe(numbered(whole + 1, 5));
      expect(adopted.damagedBytes).toBe((5 - whole) * 8);
    }
  },
);

test("recovery drops a commit that was not acknowledged and whose data did not arrive", async () => {
  const table = temporaryDirectory();
  const directory = await abandon(await openNumbered(table, 5));
  const path = join(directory, "00000000000000000001.ndjson");
  rmSync(join(directory, MARK_FILE));
  writeFileSync(path, readFileSync(path).subarray(0, 4 * 8 + 3));
  const [adopted] = (await adoptDead(diskFiles, table)).adopted;
  expect(adopted!.segments[0]!.events).toBe(4);
  expect(readFileSync(path, "utf8")).toBe('{"n":1}\n{"n":2}\n{"n":3}\n{"n":4}\n');
});

test("bytes that the disk changed are set aside, and all else is kept", async () => {
  const table = temporaryDirectory();
  const directory = await abandon(await openNumbered(table, 5));
  const path = join(directory, "00000000000000000001.ndjson");
  const data = readFileSync(path);
  data[8 + 5] = 0x39;
  writeFileSync(path, data);
  const [adopted] = (await adoptDead(diskFiles, table)).adopted;
  expect(adopted!.damagedBytes).toBe(8);
  expect(adopted!.segments[0]!.events).toBe(4);
  expect(readFileSync(join(directory, "00000000000000000001-8.damaged"), "utf8")).toBe('{"n":9}\n');
  await removeSegment(diskFiles, adopted!.segments[0]!);
  await removeDirectoryIfDone(diskFiles, directory);
  expect(readdirSync(directory)).toContain("00000000000000000001-8.damaged");
});

test("a live writer's directory is left alone; of many who want a dead one, one gets it", async () => {
  const table = temporaryDirectory();
  const opened = await openNumbered(table, 2);
  await opened.wal.flush();
  expect(await adoptDead(diskFiles, table)).toEqual({ adopted: [], failures: [] });
  expect(await takeLock(diskFiles, opened.wal.directory)).toBeUndefined();
  const directory = await abandon(opened);
  const locks = await Promise.all(Array.from({ length: 8 }, () => takeLock(diskFiles, directory)));
  expect(locks.filter((lock) => lock !== undefined).length).toBe(1);
});

test("the live end shows what is committed and no more, and not what a table covers", async () => {
  const table = temporaryDirectory();
  const opened = await openNumbered(table, 3);
  await opened.wal.flush();
  appendFileSync(join(opened.wal.directory, "00000000000000000001.ndjson"), '{"n":');
  const live = await listSegments(table);
  expect(live.map((segment) => segment.events)).toEqual([3]);
  expect(readFileSync(await live[0]!.readable(temporaryDirectory()), "utf8")).toBe(
    '{"n":1}\n{"n":2}\n{"n":3}\n',
  );
  expect(await keepUncovered(live, new Map([[`wal:${opened.wal.writer}`, 1]]))).toEqual([]);
  await opened.wal.close();
});

async function openNumbered(table: string, count: number): Promise<Opened> {
  const opened = await openWal(table);
  await appendNumbered(opened, 1, count);
  return opened;
}
