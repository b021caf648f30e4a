/**
 * What is written between two commits counts together or not at all: for readers, for recovery, wherever segments end.
 */
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles, type Files } from "../../../../src/lib/base/files.js";
import { adoptDead } from "../../../../src/lib/store/wal/recovery/recover.js";
import type { SealedSegment } from "../../../../src/lib/store/wal/segment-writer.js";
import { listSegments } from "../../../../src/lib/store/wal/unflushed-segments.js";
import { type Room, type RoomVerdict, Wal } from "../../../../src/lib/store/wal/writer.js";
import { blocksOf, temporaryDirectory } from "../support.js";
import { failingFiles } from "./faults.js";

const LETTER = { bytes: Buffer.from('{"raw":"x"}\n'), lines: 1 };

/** Waits for nobody: what failed is tried again. `verdicts` are given to the first calls of `admit`. */
function roomOf(verdicts: RoomVerdict[] = []): Room {
  return {
    admit: async () => verdicts.shift() ?? "write",
    refused: async () => "write",
    written: () => {},
    dropped: () => {},
  };
}

async function open(table: string, room: Room, files: Files = diskFiles) {
  const sealed: SealedSegment[] = [];
  const wal = await Wal.open({
    files,
    tableDirectory: table,
    segmentBytes: 1_000_000,
    nowMs: () => 1_700_000_000_000,
    onSealed: (segment) => void sealed.push(segment),
    room,
  });
  wal.beginTransaction();
  return { wal, sealed };
}

async function append(wal: Wal, ...numbers: readonly number[]): Promise<void> {
  for (const n of numbers) {
    await wal.append(blocksOf([`{"n":${n}}`])[0]!, n % 2 === 0 ? LETTER : undefined);
    await wal.flush();
  }
}

const commit = (wal: Wal, offset: number) => wal.commit([{ source: "a", offset }]);
const linesOf = (segments: readonly SealedSegment[]) =>
  segments.map(({ dataPath }) => readFileSync(dataPath, "utf8")).join("");
const lines = (...numbers: readonly number[]) => numbers.map((n) => `{"n":${n}}\n`).join("");

/** What another process finds when this one dies now. */
async function recovered(table: string): Promise<{ text: string; letters: number; positions: number[] }> {
  const copy = temporaryDirectory();
  cpSync(table, copy, { recursive: true });
  // The lock names this process, which lives: as if it were another.
  const [writer] = await diskFiles.list(join(copy, "_wal"));
  await diskFiles.remove(join(copy, "_wal", writer!, "lock-1"));
  const { adopted } = await adoptDead(diskFiles, copy);
  const segments = adopted.flatMap((one) => one.segments);
  return {
    text: linesOf(segments),
    letters: segments.reduce((sum, { asideLines }) => sum + asideLines, 0),
    positions: segments.flatMap(({ commits }) =>
      commits.flatMap(({ positions = [] }) => positions.map((p) => p.offset)),
    ),
  };
}

test("what no commit has come for is not seen, neither by queries nor by recovery", async () => {
  const table = temporaryDirectory();
  const { wal, sealed } = await open(table, roomOf());
  const seen = async () => {
    const segments = await listSegments(table);
    for (const segment of segments) await segment.close();
    return segments.reduce((sum, { events }) => sum + events, 0);
  };
  await append(wal, 1, 2);
  expect(await seen()).toBe(0);
  expect(await recovered(table)).toEqual({ text: "", letters: 0, positions: [] });
  expect(await commit(wal, 7)).toBe(true);
  await append(wal, 3, 4);
  expect(await seen()).toBe(2);
  expect(await recovered(table)).toEqual({ text: lines(1, 2), letters: 1, positions: [7] });
  await wal.close();
  expect(linesOf(sealed)).toBe(lines(1, 2));
  await wal.release();
});

test("a commit without events is something to keep", async () => {
  const table = temporaryDirectory();
  const { wal, sealed } = await open(table, roomOf());
  expect(await commit(wal, 3)).toBe(true);
  expect(await recovered(table)).toEqual({ text: "", letters: 0, positions: [3] });
  await wal.close();
  expect(sealed).toHaveLength(1);
  await wal.release();
});

test("a roll waits for the end of the transaction", async () => {
  const { wal, sealed } = await open(temporaryDirectory(), roomOf());
  await append(wal, 1);
  const rolled = wal.roll();
  await append(wal, 2);
  expect(sealed).toEqual([]);
  await commit(wal, 2);
  await rolled;
  expect(linesOf(sealed)).toBe(lines(1, 2));
  await append(wal, 3);
  await commit(wal, 3);
  await wal.close();
  expect(linesOf(sealed)).toBe(lines(1, 2, 3));
  await wal.release();
});

test("a segment that must end earlier hands what is open on to the next", async () => {
  const table = temporaryDirectory();
  const verdicts: RoomVerdict[] = ["write", "write", "write", "write", "write", "seal"];
  const { wal, sealed } = await open(table, roomOf(verdicts));
  await append(wal, 1, 2);
  await commit(wal, 2);
  await append(wal, 3, 4);
  await append(wal, 5);
  expect(sealed).toHaveLength(1);
  expect(linesOf(sealed)).toBe(lines(1, 2));
  expect(await recovered(table)).toEqual({ text: lines(1, 2), letters: 1, positions: [2] });
  await commit(wal, 5);
  expect(await recovered(table)).toEqual({ text: lines(1, 2, 3, 4, 5), letters: 2, positions: [2, 5] });
  await wal.close();
  expect(linesOf(sealed)).toBe(lines(1, 2, 3, 4, 5));
  await wal.release();
});

test("a full disk at any call: what is committed counts once, in order", async () => {
  for (let failAt = 1; ; failAt++) {
    const table = temporaryDirectory();
    const { files, calls } = failingFiles(failAt, "ENOSPC", false);
    let opened: Awaited<ReturnType<typeof open>>;
    try {
      opened = await open(table, roomOf(), files);
    } catch {
      continue;
    }
    const { wal, sealed } = opened;
    let committed = 0;
    try {
      for (let n = 1; n <= 4; n++) {
        await append(wal, 2 * n - 1, 2 * n);
        if (await commit(wal, n)) committed = n;
      }
      await wal.close();
    } catch {
      await wal.close().catch(() => {});
    }
    const text = linesOf(sealed);
    const [all] = [lines(1, 2, 3, 4, 5, 6, 7, 8)];
    expect(all.startsWith(text), `call ${failAt}: ${text}`).toBe(true);
    const found = await recovered(table);
    expect(found.text, `call ${failAt}`).toBe(
      lines(...Array.from({ length: 2 * committed }, (_, i) => i + 1)),
    );
    expect(found.positions.at(-1) ?? 0, `call ${failAt}`).toBe(committed);
    await wal.release().catch(() => {});
    if (calls() < failAt) break;
  }
});
