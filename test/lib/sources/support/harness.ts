import { spawn } from "node:child_process";
import { mkdtempSync, open, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, vi } from "vitest";
import type { Block } from "../../../../src/lib/event/block.js";
import { STORED } from "../../../../src/lib/event/delivery/delivery.js";
import type { Source } from "../../../../src/lib/pipeline/contract/source.js";

/** A directory for one test, removed after it. */
export function temporaryDirectories(): () => string {
  const made: string[] = [];
  afterEach(() => {
    for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
  });
  return () => {
    made.push(mkdtempSync(join(tmpdir(), "logpipe-source-")));
    return made.at(-1)!;
  };
}

export async function readAll(source: Source): Promise<Block[]> {
  const blocks: Block[] = [];
  for (let block = await source.read(); block !== undefined; block = await source.read()) blocks.push(block);
  await source.close();
  return blocks;
}

export function textOf(blocks: readonly Block[]): string {
  return Buffer.concat(blocks.map((block) => block.bytes)).toString("latin1");
}

/** Reads until `isEnough` of the lines so far, then stops the source and reads the rest. */
export async function readUntil(source: Source, isEnough: (lines: string[]) => boolean, acknowledges = true) {
  const blocks: Block[] = [];
  const lines: string[] = [];
  let isStopped = false;
  for (let block = await source.read(); block !== undefined; block = await source.read()) {
    blocks.push(block);
    lines.push(...block.bytes.toString().split("\n").slice(0, -1));
    if (acknowledges) block.delivery?.settle(STORED);
    if (!isStopped && isEnough(lines)) {
      isStopped = true;
      source.stop();
    }
  }
  await source.close();
  return { blocks, lines };
}

/** As `readUntil`, and tells when so many lines have come: what a test does next waits for that, and for no time. */
export function watch(source: Source, isEnough: (lines: string[]) => boolean) {
  let count = 0;
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const result = readUntil(source, (lines) => {
    count = lines.length;
    for (const { resolve } of waiting.filter((one) => one.count <= count)) resolve();
    return isEnough(lines);
  });
  const seen = (wanted: number) =>
    new Promise<void>((resolve) => {
      waiting.push({ count: wanted, resolve });
      if (count >= wanted) resolve();
    });
  return { result, seen };
}

/** Counts the files that a source has opened, in the place of its open(2). */
export function countingOpens() {
  let opens = 0;
  const openCall = async (path: string, flags: number) => {
    const fd = await promisify(open)(path, flags);
    opens++;
    return fd;
  };
  return { openCall, opened: (count: number) => vi.waitUntil(() => opens >= count, { timeout: 60_000 }) };
}

/** Runs a shell script; resolves when it has ended well. */
export function shell(script: string, cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("sh", ["-ec", script], { cwd, stdio: ["ignore", "inherit", "inherit"] });
    child.on("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`script ended with ${code}: ${script}`)),
    );
  });
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
