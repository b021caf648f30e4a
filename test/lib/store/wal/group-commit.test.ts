import { expect, test } from "vitest";
import { diskFiles, type Files } from "../../../../src/lib/base/files.js";
import { Wal, type WalOptions } from "../../../../src/lib/store/wal/writer.js";
import { blocksOf, temporaryDirectory } from "../support.js";

/** A disk that counts its syncs and takes `syncMs` for each. */
function countingFiles(syncMs: number): { files: Files; syncs: () => number } {
  let syncs = 0;
  const files: Files = {
    ...diskFiles,
    open: async (path, mode) => {
      const file = await diskFiles.open(path, mode);
      return {
        write: (buffers, offset) => file.write(buffers, offset),
        read: (offset, length) => file.read(offset, length),
        truncate: (length) => file.truncate(length),
        size: () => file.size(),
        close: () => file.close(),
        sync: async () => {
          if (path.endsWith(".ndjson")) syncs++;
          await new Promise((resolve) => setTimeout(resolve, syncMs));
        },
      };
    },
  };
  return { files, syncs: () => syncs };
}

const open = (files: Files, more: Partial<WalOptions> = {}) =>
  Wal.open({
    files,
    tableDirectory: temporaryDirectory(),
    segmentBytes: 1_000_000,
    nowMs: Date.now,
    onSealed: () => {},
    ...more,
  });

const block = (n: number) => blocksOf([`{"n":${n}}`])[0]!;

test("callers that append at the same time share a sync", async () => {
  const { files, syncs } = countingFiles(5);
  const wal = await open(files);
  const appender = async () => {
    for (let n = 0; n < 20; n++) {
      await wal.append(block(n));
      await wal.flush();
    }
  };
  await Promise.all(Array.from({ length: 16 }, appender));
  // Each caller waits for 20 rounds of its own; alone they would be 320.
  expect(syncs()).toBeGreaterThanOrEqual(20);
  expect(syncs()).toBeLessThanOrEqual(45);
  await wal.close();
  await wal.release();
});

test("a flush and a roll do not wait for what others append later", async () => {
  const { files } = countingFiles(2);
  const sealed: number[] = [];
  const wal = await open(files, { onSealed: ({ events }) => void sealed.push(events) });
  let isEnding = false;
  let others = 0;
  const endless = (async () => {
    while (!isEnding) {
      await wal.append(block(others++));
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  await wal.append(block(-1));
  await wal.flush();
  await wal.roll();
  expect(sealed).toHaveLength(1);
  isEnding = true;
  await endless;
  await wal.close();
  expect(sealed.reduce((sum, events) => sum + events, 0)).toBe(others + 1);
});

test("with a delay a busy log syncs less often, an idle one at once", async () => {
  const { files, syncs } = countingFiles(0);
  const wal = await open(files, { syncDelayMs: 400 });
  const start = performance.now();
  await wal.append(block(0));
  await wal.flush();
  expect(performance.now() - start).toBeLessThan(350);
  for (let n = 1; n <= 20; n++) {
    await wal.append(block(n));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await wal.flush();
  expect(syncs()).toBeLessThanOrEqual(3);
  await wal.close();
});
