/** Input of any shape in bounded memory: docs/inputs.md has the figures, the limits here are generous. */
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createGzip } from "node:zlib";
import { expect, test, vi } from "vitest";
import { BIN, finished, start, temporaryDirectory } from "../support/logpipe.js";

vi.setConfig({ testTimeout: 300_000 });
const MB = 1e6;

/** A member of `length` times the letter, and a line end. */
async function packed(letter: string, length: number): Promise<Buffer> {
  const gzip = createGzip({ level: 1 });
  const parts: Buffer[] = [];
  gzip.on("data", (part: Buffer) => parts.push(part));
  const piece = Buffer.alloc(1 << 20, letter);
  for (let left = length; left > 0; left -= piece.length)
    if (!gzip.write(piece.subarray(0, left))) await new Promise((resolve) => gzip.once("drain", resolve));
  gzip.end("\n");
  await once(gzip, "end");
  return Buffer.concat(parts);
}

/** The most memory that the command had, in bytes, as Linux tells of a process that still runs. */
async function peakOf(words: readonly string[], cwd: string) {
  const child = start([BIN, ...words], { cwd });
  let peak = 0;
  const look = () => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "latin1");
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024);
    } catch {
      // It has ended.
    }
  };
  const timer = setInterval(look, 20);
  const ran = await finished(child, "");
  clearInterval(timer);
  return { ...ran, peak };
}

test.skipIf(process.platform !== "linux")("an endless line unpacked from a small file", async () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "z.gz"), await packed("x", 300 * MB));
  const words = ["run", "--dead-letters", "dead", "ingest --max-line-size 8MiB z.gz | parse"];
  const { code, peak, stderr } = await peakOf(words, cwd);
  expect(code, stderr).toBe(0);
  expect(stderr).toContain("piece of a line longer than the limit: 1 line set aside, first at z.gz");
  expect(peak).toBeGreaterThan(20 * MB);
  expect(peak).toBeLessThan(500 * MB);
});

test.skipIf(process.platform !== "linux")(
  "long lines one after the other, each below the limit",
  async () => {
    const cwd = temporaryDirectory();
    const line = Buffer.from(`{"message":"${"word ".repeat(6_000_000)}"}\n`);
    writeFileSync(join(cwd, "long"), Buffer.concat(Array.from({ length: 8 }, () => line)));
    const { code, peak, stdout } = await peakOf(["parse", "long", "-o", "out"], cwd);
    expect([code, stdout]).toEqual([0, ""]);
    expect(peak).toBeLessThan(800 * MB);
  },
);

test.skipIf(process.platform !== "linux")(
  "events of many keys whose values are of several types",
  async () => {
    const cwd = temporaryDirectory();
    const names = Array.from({ length: 600 }, (_, n) => `key${n}`);
    const eventOf = (isOdd: boolean) =>
      JSON.stringify(Object.fromEntries(names.map((name, n) => [name, isOdd && n % 2 === 0 ? "odd" : n])));
    writeFileSync(join(cwd, "wide.ndjson"), `${eventOf(false)}\n${eventOf(true)}\n${eventOf(false)}\n`);
    const stored = await peakOf(["run", "-q", "ingest wide.ndjson | parse | sink store"], cwd);
    expect(stored.code, stored.stderr).toBe(0);
    // Twice the keys must not take four times the memory: with a filter of its own for each count it was 1.5 GB.
    expect(stored.peak).toBeLessThan(700 * MB);
    const asked = await peakOf(["query", "--store", "store", "SELECT sum(key2) AS n FROM logs"], cwd);
    expect([asked.code, asked.stdout]).toEqual([0, '{"n":4}\n']);
    expect(asked.peak).toBeLessThan(700 * MB);
  },
);
