import { expect, onTestFinished, test } from "vitest";
import { diskFiles, type Files } from "../../../../../src/lib/base/files.js";
import { LiveEnd } from "../../../../../src/lib/sources/table/live/live-end.js";
import { temporaryDirectory } from "../../../store/support.js";
import { eventOf, linesOf, liveSource, Memory, newTable, readLive, Writer } from "./support.js";

/** Fails the call of this number among those that change something. */
function failing(number: number): { readonly files: Files; readonly hasFailed: () => boolean } {
  let calls = 0;
  const checked =
    <A extends unknown[], T>(call: (...given: A) => Promise<T>) =>
    async (...given: A): Promise<T> => {
      if (++calls === number)
        throw Object.assign(new Error("EIO: i/o error"), { code: "EIO", syscall: "link" });
      return call(...given);
    };
  const { link, remove, makeDirectory, syncDirectory, open } = diskFiles;
  const files: Files = {
    ...diskFiles,
    ...{ link: checked(link), remove: checked(remove), makeDirectory: checked(makeDirectory) },
    ...{ syncDirectory: checked(syncDirectory), open: checked(open) },
  };
  return { files, hasFailed: () => calls >= number };
}

test("whichever call fails while a segment is claimed: nothing is given of it, and all of it by the next run", async () => {
  let isDone = false;
  for (let number = 1; !isDone; number++) {
    const directory = temporaryDirectory();
    await newTable(directory, [eventOf(0)]);
    const writer = await Writer.open(directory);
    onTestFinished(() => writer.abandon().catch(() => {}));
    await writer.append([eventOf(1), eventOf(2)]);
    const { files, hasFailed } = failing(number);
    const warnings: string[] = [];
    const live = new LiveEnd({
      ...{ files, tableDirectory: directory, id: "memory", places: new Map(), nowMs: Date.now },
      onWarning: (text) => warnings.push(text),
    });
    const given: string[] = [];
    for await (const part of live.read(new Map(), async () => true)) given.push(...linesOf(part));
    await live.close();
    isDone = !hasFailed();
    expect(given, `call ${number}`).toEqual(isDone ? [eventOf(1), eventOf(2)] : []);
    expect(warnings.length, `call ${number}`).toBe(isDone ? 0 : 1);
    // Half of a claim is in the way of nobody.
    const all = await readLive(liveSource(directory, new Memory()), { lines: 3 });
    expect(all, `call ${number}`).toEqual([0, 1, 2].map(eventOf));
  }
});
