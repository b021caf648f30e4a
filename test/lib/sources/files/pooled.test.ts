import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FilePool } from "../../../../src/lib/sources/files/pooled.js";
import { withoutRepeats } from "../../../../src/lib/sources/files/repeats.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pooled-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function fileOf(name: string, bytes: Buffer | string): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

describe("files read side by side", () => {
  it("give all their bytes with fewer descriptors than files, packed ones too", async () => {
    const pool = new FilePool(3);
    const texts = Array.from({ length: 20 }, (_, n) => `file ${n}\n`.repeat(20_000));
    const inputs = await Promise.all(
      texts.map((text, n) => pool.open(fileOf(`${n}.log`, n % 4 === 0 ? gzipSync(text) : text))),
    );
    const read = await Promise.all(
      inputs.map(async ({ bytes }) => {
        const pieces: Buffer[] = [];
        for (;;) {
          const into = Buffer.alloc(7_000);
          const byteCount = await bytes.read(into);
          if (byteCount === 0) break;
          pieces.push(into.subarray(0, byteCount));
        }
        await bytes.close();
        return Buffer.concat(pieces).toString();
      }),
    );
    expect(read).toEqual(texts);
  });

  it("never go on in another file", async () => {
    const pool = new FilePool(1);
    const path = fileOf("a.log", "a\n".repeat(50_000));
    const { bytes } = await pool.open(path);
    await bytes.read(Buffer.alloc(1_000));
    await pool.open(fileOf("b.log", "b\n"));
    renameSync(path, `${path}.1`);
    writeFileSync(path, "c\n".repeat(50_000));
    const rest = async () => {
      for (let n = 1; n > 0; ) n = await bytes.read(Buffer.alloc(65_536));
    };
    await expect(rest()).rejects.toThrow("moved while it was read");
  });
});

describe("names of one file", () => {
  it("are one, and what is not there stays to be complained of", async () => {
    const path = fileOf("a.log", "a\n");
    const other = fileOf("b.log", "a\n");
    const said: string[] = [];
    const named = [path, join(directory, ".", "a.log"), other, join(directory, "none"), "-", path];
    const kept = await withoutRepeats(
      named.map((path) => ({ path })),
      (text) => said.push(text),
    );
    expect(kept.map((file) => file.path)).toEqual([path, other, join(directory, "none"), "-"]);
    expect(said).toHaveLength(1);
  });
});
