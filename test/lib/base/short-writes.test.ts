import { promises as fs, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { diskFiles } from "../../../src/lib/base/files.js";

/** Files whose writev(2) takes at most so many bytes at a time, and in the end refuses any. */
function takeAtMost(bytes: readonly number[], thenCode?: string): void {
  const open = fs.open.bind(fs);
  const spy = vi.spyOn(fs, "open").mockImplementation(async (...args: Parameters<typeof open>) => {
    const handle = await open(...args);
    let calls = 0;
    const writev = handle.writev.bind(handle);
    handle.writev = (async (buffers: readonly Uint8Array[], at?: number) => {
      const most = bytes[calls++];
      if (most === undefined && thenCode !== undefined)
        throw Object.assign(new Error(thenCode), { code: thenCode });
      const all = Buffer.concat(buffers);
      return writev([all.subarray(0, most ?? all.length)], at);
    }) as typeof handle.writev;
    return handle;
  });
  onTestFinished(() => spy.mockRestore());
}

function newPath(): string {
  const directory = mkdtempSync(join(tmpdir(), "logpipe-short-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, "file");
}

test("whatever part of the bytes the system takes at a time, all arrive in order", async () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 12 });
  const texts = fc.array(fc.string({ maxLength: 12 }), { minLength: 1, maxLength: 8 });
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

test("a disk that fills up in the middle of a write fails it", async () => {
  takeAtMost([3, 2], "ENOSPC");
  const path = newPath();
  const file = await diskFiles.open(path, "create");
  await expect(file.write([Buffer.from("abcd"), Buffer.from("efgh")], 0)).rejects.toThrow("ENOSPC");
  await file.close();
  expect(readFileSync(path, "utf8")).toBe("abcde");
});
