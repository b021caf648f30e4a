import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import type { Block } from "../../../src/lib/event/block.js";
import type { Source } from "../../../src/lib/stage/source.js";

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

/** As `readUntil`, and a way to wait until so many lines have been read. */
export function reading(source: Source, isEnough: (lines: string[]) => boolean) {
  let count = 0;
  const waiting: { readonly wanted: number; readonly resolve: () => void }[] = [];
  const look = () => {
    for (const { wanted, resolve } of waiting) if (count >= wanted) resolve();
  };
  const done = readUntil(source, (lines) => {
    count = lines.length;
    look();
    return isEnough(lines);
  });
  const saw = (wanted: number) => {
    const seen = new Promise<void>((resolve) => waiting.push({ wanted, resolve }));
    look();
    return Promise.race([seen, done.then(() => {})]);
  };
  return { done, saw };
}

/** Reads until `isEnough` of the lines so far, then stops the source and reads the rest. */
export async function readUntil(source: Source, isEnough: (lines: string[]) => boolean, acknowledges = true) {
  const blocks: Block[] = [];
  const lines: string[] = [];
  let isStopped = false;
  for (let block = await source.read(); block !== undefined; block = await source.read()) {
    blocks.push(block);
    lines.push(...block.bytes.toString().split("\n").slice(0, -1));
    if (acknowledges && block.position !== undefined) source.acknowledge?.(block.position);
    if (!isStopped && isEnough(lines)) {
      isStopped = true;
      source.stop();
    }
  }
  await source.close();
  return { blocks, lines };
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
