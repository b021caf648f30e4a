/** A journal at its limit, and on a full disk: who gives way, and what is counted. */
import { expect, test } from "vitest";
import { diskFiles, type Files } from "../../../src/lib/base/files.js";
import { STORED } from "../../../src/lib/event/delivery/delivery.js";
import type { ReaderOptions } from "../../../src/lib/journal/journal.js";
import { append, drain, openJournal, range, take, temporaryDirectory } from "./support.js";

const LIMIT_BYTES = 16_000;
/** The index of one round may lie above the limit. */
const MOST_BYTES = LIMIT_BYTES + 1000;

const reader = (name: string, onFull: ReaderOptions["onFull"], counts = true) => ({ name, counts, onFull });

/** Appends one after the other while the readers of these names take all that comes. */
async function appendWhileRead(
  readers: readonly ReaderOptions[],
  following: readonly string[],
  count: number,
) {
  const journal = await openJournal(temporaryDirectory(), { readers, limitBytes: LIMIT_BYTES });
  const got = new Map(following.map((name) => [name, [] as number[]]));
  const reading = following.map((name) => take(journal.reader(name), count, true, got.get(name)!));
  let mostBytes = 0;
  for (let n = 0; n < count; n++) {
    await append(journal, [n]);
    mostBytes = Math.max(mostBytes, journal.stats().bytes);
  }
  await Promise.all(reading);
  await journal.finish();
  return { journal, got, mostBytes };
}

test("drop-oldest: a reader that never comes skips, counted; others miss nothing", async () => {
  const { journal, got, mostBytes } = await appendWhileRead(
    [reader("follows", "block"), reader("away", "drop-oldest")],
    ["follows"],
    400,
  );
  expect(got.get("follows")).toEqual(range(0, 400));
  expect(mostBytes).toBeLessThanOrEqual(MOST_BYTES);
  const [, { droppedEvents, waitingEvents }] = journal.stats().readers as [
    unknown,
    { droppedEvents: number; waitingEvents: number },
  ];
  expect(droppedEvents).toBeGreaterThan(0);
  const left = await drain(journal.reader("away"));
  expect(left).toEqual(range(400 - left.length, 400));
  expect([left.length, droppedEvents + left.length]).toEqual([waitingEvents, 400]);
});

test("drop-newest: a reader that never comes keeps what is old, and no more than half of the room", async () => {
  const { journal, got, mostBytes } = await appendWhileRead(
    [reader("follows", "block"), reader("away", "drop-newest")],
    ["follows"],
    400,
  );
  expect(got.get("follows")).toEqual(range(0, 400));
  expect(mostBytes).toBeLessThanOrEqual(MOST_BYTES);
  const { droppedEvents } = journal.stats().readers[1]!;
  const left = await drain(journal.reader("away"));
  expect(left).toEqual(range(0, left.length));
  expect(droppedEvents + left.length).toBe(400);
});

test("a reader that does not count holds nothing, and is told what it has lost", async () => {
  const { journal, got } = await appendWhileRead(
    [reader("follows", "block"), reader("away", "block", false)],
    ["follows"],
    200,
  );
  expect(got.get("follows")).toEqual(range(0, 200));
  const left = await drain(journal.reader("away"));
  expect(journal.stats().readers[1]!.droppedEvents + left.length).toBe(200);
});

test("block: appends wait for the reader, and a stop ends the wait", async () => {
  const stop = new AbortController();
  const readers = [reader("slow", "block")];
  const directory = temporaryDirectory();
  const journal = await openJournal(directory, { readers, limitBytes: LIMIT_BYTES, signal: stop.signal });
  const done: number[] = [];
  const appending = (async () => {
    for (let n = 0; n < 400; n++) {
      await append(journal, [n]);
      done.push(n);
    }
  })();
  appending.catch(() => {});
  await expect.poll(() => journal.stats().bytes, { timeout: 20_000 }).toBeGreaterThan(LIMIT_BYTES * 0.8);
  const slow = journal.reader("slow");
  const got: number[] = [];
  // A reader that comes makes room.
  while (done.length < 200) await take(slow, got.length + 1, true, got);
  stop.abort();
  await expect(appending).rejects.toMatchObject({ code: "journal.full" });
  await journal.close().catch(() => {});
  const next = await openJournal(directory, { readers });
  await next.finish();
  got.push(...(await drain(next.reader("slow"))));
  expect(new Set(got)).toEqual(new Set([...got, ...done]));
});

test("a disk that is full for a while is waited for", async () => {
  let isFull = false;
  const refuse = () => {
    if (isFull) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  };
  const files: Files = {
    ...diskFiles,
    open: async (path, mode) => {
      const file = await diskFiles.open(path, mode);
      const write: typeof file.write = async (buffers, offset) => {
        if (/\.(ndjson|commits)$/.test(path)) refuse();
        await file.write(buffers, offset);
      };
      return { ...file, write };
    },
  };
  const warnings: string[] = [];
  const readers = [reader("a", "block")];
  const journal = await openJournal(temporaryDirectory(), {
    files,
    readers,
    onWarning: (text) => warnings.push(text),
  });
  await append(journal, range(0, 5));
  isFull = true;
  const waiting = append(journal, range(5, 10));
  await expect
    .poll(() => warnings.join(), { timeout: 20_000 })
    .toContain("waiting for room, nothing is lost");
  isFull = false;
  expect((await waiting).every(({ kind }) => kind === "stored")).toBe(true);
  await journal.finish();
  expect(await drain(journal.reader("a"))).toEqual(range(0, 10));
});

test("nothing goes by the clock: an hour back, and the order is what was appended", async () => {
  const directory = temporaryDirectory();
  const got: number[] = [];
  for (let run = 0; run < 4; run++) {
    const journal = await openJournal(directory, { nowMs: () => 1_700_000_000_000 - run * 3_600_000 });
    await append(journal, range(run * 10, run * 10 + 10));
    await journal.close();
  }
  const journal = await openJournal(directory);
  await journal.finish();
  const a = journal.reader("a");
  for (let block = await a.read(); block !== undefined; block = await a.read()) {
    got.push(
      ...block.bytes
        .toString()
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).n),
    );
    block.delivery!.settle(STORED);
  }
  expect(got).toEqual(range(0, 40));
});
