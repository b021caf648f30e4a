/** Every file call fails once, or for ever: what was acknowledged is delivered, and no reader gets anything twice. */
import { expect, test } from "vitest";
import { diskFiles, type Files } from "../../../src/lib/base/files.js";
import { newDelivery } from "../../../src/lib/event/delivery/delivery.js";
import { Journal } from "../../../src/lib/journal/journal.js";
import { failingFiles } from "../store/wal/faults.js";
import { afterDeath, drain, numbered, openJournal, READERS, take, temporaryDirectory } from "./support.js";

/** Two runs over the directory with these files; adds what was acknowledged, and what was done by each reader. */
async function use(directory: string, files: Files, acknowledged: number[], done: Map<string, number[]>) {
  for (const first of [0, 100]) {
    const journal = await Journal.open({
      directory,
      files,
      nowMs: Date.now,
      readers: READERS,
      segmentBytes: 24,
      signal: AbortSignal.abort(),
    });
    try {
      for (let n = first; n < first + 8; n++) {
        const block = numbered([n]);
        block.delivery = newDelivery(({ kind }) => void (kind === "stored" && acknowledged.push(n)));
        await journal.sink.write(block);
        if (n % 3 === 0) await journal.sink.flush();
        const a = done.get("a")!;
        if (n % 4 === 3) await take(journal.reader("a"), a.length + 2, true, a);
      }
      await journal.sink.flush();
      await take(journal.reader("b"), done.get("b")!.length + 5, true, done.get("b")!);
    } finally {
      await journal.close();
    }
  }
}

async function countCalls(): Promise<number> {
  const { files, calls } = failingFiles(Number.POSITIVE_INFINITY, "EIO");
  await use(temporaryDirectory(), files, [], new Map(READERS.map(({ name }) => [name, []])));
  return calls();
}

for (const code of ["EIO", "ENOSPC"])
  for (const isForever of [true, false])
    test(`${code} ${isForever ? "from some call on" : "once"}: nothing that was acknowledged is lost`, async () => {
      const all = await countCalls();
      for (let failAt = 1; failAt <= all; failAt += isForever ? 43 : 19) {
        const directory = temporaryDirectory();
        const acknowledged: number[] = [];
        const done = new Map(READERS.map(({ name }) => [name, [] as number[]]));
        await use(directory, failingFiles(failAt, code, isForever).files, acknowledged, done).catch((error) =>
          expect(error).toMatchObject({ code: expect.stringMatching(/^journal\./) }),
        );
        const next = await openJournal(afterDeath(directory), { files: diskFiles });
        await next.finish();
        for (const { name } of READERS) {
          const before = done.get(name)!;
          const got = await drain(next.reader(name));
          expect(new Set([...before, ...got]), `${name} after call ${failAt}`).toEqual(
            new Set([...new Set([...before, ...got, ...acknowledged])]),
          );
          // In order, and each once in a run.
          expect(got).toEqual([...new Set(got)].sort((a, b) => a - b));
        }
        await next.close();
      }
    });
