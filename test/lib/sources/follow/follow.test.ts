import { spawn } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import type { Source } from "../../../../src/lib/pipeline/contract/source.js";
import { type FollowOptions, openFollow } from "../../../../src/lib/sources/follow/follow.js";
import { countingOpens, readUntil, sleep, temporaryDirectories, watch } from "../support/harness.js";
import { fakeHost } from "../support/host.js";

vi.setConfig({ testTimeout: 300_000 });
const directory = temporaryDirectories();
const count = (n: number) => (lines: string[]) => lines.length >= n;
/** Never enough; but the source is stopped some looks at the file after the first line. */
const soonAfterFirst = (source: Source) => (lines: string[]) => {
  if (lines.length === 1) setTimeout(() => source.stop(), 500);
  return false;
};
const line = (name: string, n: number) =>
  `2026-11-22T10:00:00.${String(n).padStart(6, "0")}Z ${name} line number ${n}`;
const lines = (name: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${line(name, from + i)}\n`).join("");
const split = (text: string) => text.split("\n").slice(0, -1);

async function follow(patterns: string[], options: FollowOptions = {}) {
  const host = fakeHost();
  const source = await openFollow(patterns, { graceMs: 400, pollMs: 50, label: "path", ...options }, host);
  return { source, host };
}

/**
 * Appends numbered lines as fast as it can, rotating every now and then; the numbers tell what was lost or repeated.
 */
const WRITER = `
  import { openSync, writeSync, closeSync, renameSync, copyFileSync, ftruncateSync, existsSync } from "node:fs";
  const [path, how, rotations, perFile] = process.argv.slice(1);
  const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  let fd = openSync(path, "a"), n = 0;
  for (let rotation = 0; rotation <= Number(rotations); rotation++) {
    for (let i = 0; i < Number(perFile); i++) {
      const text = "line " + n++ + " " + "x".repeat(n % 300) + "\\n";
      const half = n % 7 === 0 ? n % text.length : 0;
      if (half > 0) writeSync(fd, text.slice(0, half));
      writeSync(fd, text.slice(half));
      if (i % 500 === 0) pause(5);
    }
    if (rotation === Number(rotations)) break;
    if (how === "rename") {
      for (let k = 9; k >= 1; k--) if (existsSync(path + "." + k)) renameSync(path + "." + k, path + "." + (k + 1));
      renameSync(path, path + ".1");
      for (let i = 0; i < 200; i++) writeSync(fd, "line " + n++ + " late\\n");
      closeSync(fd);
      fd = openSync(path, "a");
    } else {
      for (let k = 9; k >= 1; k--) if (existsSync(path + "." + k)) renameSync(path + "." + k, path + "." + (k + 1));
      copyFileSync(path, path + ".1");
      ftruncateSync(fd, 0);
    }
  }
`;

function startWriter(path: string, how: "rename" | "copytruncate", rotations: number, perFile: number) {
  const child = spawn(process.execPath, [
    "--input-type=module",
    "-e",
    WRITER,
    path,
    how,
    `${rotations}`,
    `${perFile}`,
  ]);
  child.stderr.pipe(process.stderr);
  return new Promise<void>((resolve, reject) =>
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`the writer ended with ${code}`)))),
  );
}

function numbersOf(found: readonly string[]): number[] {
  return found.map((text) => Number(/^line (\d+) (x*|late)$/.exec(text)?.[1] ?? Number.NaN));
}

describe("follow", () => {
  test.each([
    ["rename", "app.log", 5 * 4000 + 4 * 200],
    ["rename", "app.log*", 5 * 4000 + 4 * 200],
    ["copytruncate", "app.log", 5 * 4000],
    ["copytruncate", "app.log*", 5 * 4000],
  ] as const)(
    "rotation by %s under load, following %s: every line exactly once",
    async (how, pattern, total) => {
      const root = directory();
      // The writer may stand still for seconds on a busy machine, and then still write to the renamed file.
      const { source } = await follow([join(root, pattern)], { graceMs: 120_000 });
      const written = startWriter(join(root, "app.log"), how, 4, 4000);
      const { lines: found } = await readUntil(source, count(total));
      await written;
      const numbers = numbersOf(found).sort((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: total }, (_, i) => i));
    },
  );

  test("an unfinished line waits for its newline, and is not torn", async () => {
    const path = join(directory(), "a.log");
    writeFileSync(path, "one\ntw");
    const { source } = await follow([path]);
    const { result, seen } = watch(source, count(3));
    await seen(1);
    appendFileSync(path, "o\nthree\n");
    expect((await result).lines).toEqual(["one", "two", "three"]);
  });

  test("at a stop an unfinished line is handed over when there is no checkpoint, and kept for the next run when there is", async () => {
    const root = directory();
    const path = join(root, "a.log");
    writeFileSync(path, "one\ntw");
    const without = await follow([path]);
    expect((await readUntil(without.source, soonAfterFirst(without.source))).lines).toEqual(["one", "tw"]);

    const checkpoint = join(root, "state/check.json");
    const first = await follow([path], { checkpoint });
    expect((await readUntil(first.source, soonAfterFirst(first.source))).lines).toEqual(["one"]);
    appendFileSync(path, "o\n");
    const second = await follow([path], { checkpoint });
    expect((await readUntil(second.source, count(1))).lines).toEqual(["two"]);
  });

  test("files that come later and new files that match are read from their start", async () => {
    const root = directory();
    writeFileSync(join(root, "there.log"), "there\n");
    const patterns = ["later.log", "there.log", "deep/**/*.log"].map((pattern) => join(root, pattern));
    const { openCall, opened } = countingOpens();
    const { source, host } = await follow(patterns, { from: "end", openCall });
    const reading = readUntil(source, count(2));
    await opened(1);
    writeFileSync(join(root, "later.log"), "later\n");
    mkdirSync(join(root, "deep/er"), { recursive: true });
    writeFileSync(join(root, "deep/er/b.log"), "deeper\n");
    const { lines: found, blocks } = await reading;
    expect(found.sort()).toEqual(["deeper", "later"]);
    expect(blocks.map((block) => block.labels?.source?.replace(root, "")).sort()).toEqual([
      "/deep/er/b.log",
      "/later.log",
    ]);
    expect(host.complaints).toEqual([]);
  });

  test("from the end: what was there is passed over, the line being written is not", async () => {
    const path = join(directory(), "a.log");
    writeFileSync(path, "old\nhalf ");
    const { openCall, opened } = countingOpens();
    const { source } = await follow([path], { from: "end", openCall });
    const reading = readUntil(source, count(2));
    await opened(1);
    appendFileSync(path, "line\nnew\n");
    expect((await reading).lines).toEqual(["half line", "new"]);
  });

  test("truncated and grown again past the old size between two looks", async () => {
    const path = join(directory(), "a.log");
    writeFileSync(path, lines("before", 0, 50));
    const { source } = await follow([path], { pollMs: 10_000 });
    const { result, seen } = watch(source, count(150));
    await seen(50);
    truncateSync(path, 0);
    appendFileSync(path, lines("after", 0, 100));
    const { lines: found } = await result;
    expect(found).toEqual(split(lines("before", 0, 50) + lines("after", 0, 100)));
  });

  test("copytruncate between two looks: what had not been read yet comes from the copy", async () => {
    const path = join(directory(), "a.log");
    writeFileSync(path, lines("a", 0, 50));
    const { source } = await follow([path]);
    const { result, seen } = watch(source, count(150));
    await seen(50);
    appendFileSync(path, lines("a", 50, 100));
    copyFileSync(path, `${path}-20261122`);
    truncateSync(path, 0);
    appendFileSync(path, lines("b", 0, 50));
    expect((await result).lines).toEqual(split(lines("a", 0, 100) + lines("b", 0, 50)));
  });

  test("a switched symbolic link: the old target to its end, then the new one", async () => {
    const root = directory();
    writeFileSync(join(root, "1"), lines("one", 0, 10));
    writeFileSync(join(root, "2"), lines("two", 0, 10));
    symlinkSync("1", join(root, "current"));
    const { source } = await follow([join(root, "current")]);
    const { result, seen } = watch(source, count(21));
    await seen(10);
    appendFileSync(join(root, "1"), "late\n");
    symlinkSync("2", join(root, "next"));
    renameSync(join(root, "next"), join(root, "current"));
    expect((await result).lines).toEqual([
      ...split(lines("one", 0, 10)),
      "late",
      ...split(lines("two", 0, 10)),
    ]);
  });

  test("a deleted file is read while somebody still writes to it, and its unfinished line comes at the end", async () => {
    const root = directory();
    const path = join(root, "a.log");
    writeFileSync(path, "one\n");
    const { source } = await follow([path]);
    const { result, seen } = watch(source, count(3));
    await seen(1);
    const holder = spawn("sh", ["-c", "exec 3>>a.log; rm a.log; sleep 0.2; echo two >&3; printf three >&3"], {
      cwd: root,
    });
    await new Promise((resolve) => holder.on("exit", resolve));
    expect((await result).lines).toEqual(["one", "two", "three"]);
  });

  test("a rotated file that is then compressed is not read again; another archive is, once", async () => {
    const root = directory();
    const path = join(root, "a.log");
    writeFileSync(path, lines("a", 0, 100));
    const { source } = await follow([join(root, "a.log*")], { graceMs: 200 });
    const { result, seen } = watch(source, (found) => found.includes("the end"));
    await seen(100);
    writeFileSync(`${path}.1.gz`, gzipSync(lines("a", 0, 100)));
    unlinkSync(path);
    writeFileSync(path, lines("b", 0, 100));
    writeFileSync(`${path}.7.gz`, gzipSync(lines("c", 0, 10)));
    await seen(210);
    // Time for the copy to be read a second time, if it ever is.
    await sleep(1000);
    appendFileSync(path, "the end\n");
    const { lines: found } = await result;
    expect(found.toSorted()).toEqual(
      split(`${lines("a", 0, 100)}${lines("b", 0, 100)}${lines("c", 0, 10)}the end\n`).toSorted(),
    );
  });

  test("two logs that start alike are two logs", async () => {
    const root = directory();
    const path = join(root, "a.log");
    writeFileSync(path, "# log opened\n");
    const { source } = await follow([join(root, "a.log*")]);
    const { result, seen } = watch(source, count(3));
    await seen(1);
    renameSync(path, `${path}.1`);
    writeFileSync(path, "# log opened\nsecond\n");
    expect((await result).lines).toEqual(["# log opened", "# log opened", "second"]);
  });

  test("many more files than handles, and a system that gives out fewer still", async () => {
    const root = directory();
    for (let i = 0; i < 60; i++) writeFileSync(join(root, `${i}.log`), `first ${i}\n`);
    const { open } = await import("node:fs");
    const { promisify } = await import("node:util");
    let calls = 0;
    let failures = 0;
    const openCall = async (path: string, flags: number) => {
      if (calls++ % 3 === 1) {
        failures++;
        throw Object.assign(new Error("EMFILE"), { code: "EMFILE" });
      }
      return promisify(open)(path, flags);
    };
    const { source } = await follow([join(root, "*.log")], { mostOpenFiles: 8, openCall });
    const { result, seen } = watch(source, count(120));
    await seen(60);
    for (let i = 0; i < 60; i++) appendFileSync(join(root, `${i}.log`), `second ${i}\n`);
    const { lines: found } = await result;
    const wanted = Array.from({ length: 60 }, (_, i) => [`first ${i}`, `second ${i}`]).flat();
    expect(found.toSorted()).toEqual(wanted.toSorted());
    expect(failures).toBeGreaterThan(0);
  });

  test("a directory is named once, the others are followed", async () => {
    const root = directory();
    writeFileSync(join(root, "a.log"), "one\n");
    const { source, host } = await follow([root, join(root, "a.log")]);
    const { lines: found } = await readUntil(source, count(1));
    expect(found).toEqual(["one"]);
    expect(host.complaints).toEqual([`cannot read ${root}: it is a directory`]);
  });

  // An hour between two looks: a wake-up that is lost is missed.
  test.each([3_600_000, 100])(
    "an appended line is there soon: told by the system, or polled every %d ms",
    async (pollMs) => {
      const path = join(directory(), "a.log");
      writeFileSync(path, "0\n");
      const { source } = await follow([path], { pollMs });
      await source.read();
      for (let i = 1; i <= 5; i++) {
        const reading = source.read();
        await sleep(30);
        appendFileSync(path, `${i}\n`);
        expect((await reading)?.bytes.toString()).toBe(`${i}\n`);
      }
      await source.close();
    },
  );

  test("an overlong line goes to onOversized once, and following goes on behind it", async () => {
    const path = join(directory(), "a.log");
    const long = "y".repeat(5000);
    writeFileSync(path, `one\n${long}`);
    const pieces: string[] = [];
    const { source } = await follow([path], {
      maxLineBytes: 1000,
      onOversized: (piece) => pieces.push(piece.toString()),
    });
    const reading = readUntil(source, count(2));
    await sleep(200);
    appendFileSync(path, `${long}\n`);
    await sleep(200);
    appendFileSync(path, "two\n");
    expect((await reading).lines).toEqual(["one", "two"]);
    expect(pieces.join("")).toBe(long + long);
    rmSync(path);
  });
});
