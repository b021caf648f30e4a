import fs, { mkdtempSync, promises, readFileSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { diskFiles } from "../../../src/lib/base/files.js";

const LARGE = "x".repeat(100_000);

/** Files whose writev(2) takes at most so many bytes at a time, and in the end refuses any. */
function takeAtMost(bytes: readonly number[], thenCode?: string): void {
  let calls = 0;
  const taken = (buffers: readonly Uint8Array[]) => {
    const most = bytes[calls++];
    if (most === undefined && thenCode !== undefined)
      throw Object.assign(new Error(thenCode), { code: thenCode });
    const all = Buffer.concat(buffers);
    return [all.subarray(0, most ?? all.length)];
  };
  const open = promises.open.bind(promises);
  const spy = vi.spyOn(promises, "open").mockImplementation(async (...args: Parameters<typeof open>) => {
    const handle = await open(...args);
    const writev = handle.writev.bind(handle);
    handle.writev = (async (buffers: readonly Uint8Array[], at?: number) =>
      writev(taken(buffers), at)) as typeof handle.writev;
    return handle;
  });
  const { writevSync } = fs;
  const atOnce = vi
    .spyOn(fs, "writevSync")
    .mockImplementation((fd, buffers, at) => writevSync(fd, taken(buffers as Uint8Array[]), at));
  syncBuiltinESMExports();
  onTestFinished(() => {
    spy.mockRestore();
    atOnce.mockRestore();
    syncBuiltinESMExports();
  });
}

function newPath(): string {
  const directory = mkdtempSync(join(tmpdir(), "logpipe-short-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, "file");
}

test("whatever part of the bytes the system takes at a time, all arrive in order", async () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 12 });
  const some = fc.array(fc.string({ maxLength: 12 }), { minLength: 1, maxLength: 8 });
  // What is small is written at once.
  const texts = fc.tuple(fc.constantFrom("", LARGE), some).map(([first, others]) => [first, ...others]);
  await fc.assert(
    fc.asyncProperty(cuts, texts, async (most, buffers) => {
      takeAtMost(most);
      const path = newPath();
      const file = await diskFiles.open(path, "create");
      await file.write(
        buffers.map((text) => Buffer.from(text)),
        0,
      );
      await file.close();
      vi.restoreAllMocks();
      expect(readFileSync(path, "utf8")).toBe(buffers.join(""));
    }),
    { numRuns: 40 },
  );
});

test.each(["", LARGE])("a disk that fills up in the middle of a write fails it", async (rest) => {
  takeAtMost([3, 2], "ENOSPC");
  const path = newPath();
  const file = await diskFiles.open(path, "create");
  await expect(file.write([Buffer.from("abcd"), Buffer.from(`efgh${rest}`)], 0)).rejects.toThrow("ENOSPC");
  await file.close();
  expect(readFileSync(path, "utf8")).toBe("abcde");
});
