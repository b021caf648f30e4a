import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DescriptorOutput } from "../../../../src/lib/terminal/output/descriptor.js";
import { temporaryDirectory } from "../../../support/logpipe.js";

const looks = { isTerminal: false, hasColour: false, columns: () => 80 };

describe("an output on a descriptor", () => {
  it("writes in the order of the calls, awaited or not", async () => {
    const path = join(temporaryDirectory(), "out");
    const descriptor = openSync(path, "w");
    const output = new DescriptorOutput(descriptor, path, looks);
    const parts = Array.from({ length: 200 }, (_, n) => `${n}:${"x".repeat((n * 37) % 1000)}\n`);
    for (const [n, part] of parts.entries()) void output.write(n % 2 === 0 ? part : Buffer.from(part));
    await output.drained();
    closeSync(descriptor);
    expect(readFileSync(path, "utf8")).toBe(parts.join(""));
  });

  it("says output.unwritable with the reason on a full disk", async () => {
    const descriptor = openSync("/dev/full", "w");
    const output = new DescriptorOutput(descriptor, "the disk", looks);
    await expect(output.write("x")).rejects.toMatchObject({ code: "output.unwritable", exitCode: 1 });
    await expect(output.write("x")).rejects.toThrow("cannot write the disk: no space left on the device");
    closeSync(descriptor);
  });

  it("answers false when the reader has gone, and goes on answering so", async () => {
    const fifo = await brokenPipe();
    const output = new DescriptorOutput(fifo, "pipe", looks);
    expect(await output.write("x".repeat(1 << 20))).toBe(false);
    expect(await output.write("y")).toBe(false);
    await output.drained();
    closeSync(fifo);
  });
});

/** The writing end of a pipe that nobody reads any more. */
async function brokenPipe(): Promise<number> {
  const path = join(temporaryDirectory(), "fifo");
  const run = (...words: string[]) =>
    new Promise((resolve) => spawn(words[0]!, words.slice(1), { stdio: "ignore" }).on("close", resolve));
  await run("mkfifo", path);
  const reader = run("head", "-c", "1", path); // opens, takes one byte, goes
  const descriptor = openSync(path, "w");
  await new DescriptorOutput(descriptor, "pipe", looks).write("1");
  await reader;
  return descriptor;
}
