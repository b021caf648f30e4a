import { spawn } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { STORED } from "../../../../src/lib/event/delivery/delivery.js";
import type { Source } from "../../../../src/lib/pipeline/contract/source.js";
import { type FollowOptions, openFollow } from "../../../../src/lib/sources/follow/follow.js";
import { readUntil, sleep, temporaryDirectories } from "../support/harness.js";
import { fakeHost } from "../support/host.js";

vi.setConfig({ testTimeout: 300_000 });
const directory = temporaryDirectories();
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `2026-11-22 line ${from + i} of a log\n`).join("");
const split = (text: string) => text.split("\n").slice(0, -1);

/** One run over what is there, everything acknowledged. */
async function run(patterns: string[], checkpoint: string, options: FollowOptions = {}) {
  const host = fakeHost();
  const source = await openFollow(
    patterns,
    { isFollowing: false, checkpoint, label: "path", ...options },
    host,
  );
  const { lines, blocks } = await readUntil(source, () => false);
  return { lines, blocks, host };
}

describe("a later run goes on where the one before left off", () => {
  async function twice(change: (path: string) => void, pattern = "app.log") {
    const root = directory();
    const path = join(root, "app.log");
    writeFileSync(path, numbered(0, 100));
    const checkpoint = join(root, "state", "check.json");
    const first = await run([join(root, pattern)], checkpoint);
    expect(first.lines).toEqual(split(numbered(0, 100)));
    change(path);
    const second = await run([join(root, pattern)], checkpoint);
    const third = await run([join(root, pattern)], checkpoint);
    expect(third.lines).toEqual([]);
    return second.lines;
  }

  test("nothing new", async () => {
    expect(await twice(() => undefined)).toEqual([]);
  });

  test("appended", async () => {
    expect(await twice((path) => appendFileSync(path, numbered(100, 150)))).toEqual(
      split(numbered(100, 150)),
    );
  });

  test.each(["app.log", "app.log*"])(
    "renamed, and a new file in its place; following %s",
    async (pattern) => {
      const rotate = (path: string) => {
        appendFileSync(path, numbered(100, 150));
        renameSync(path, `${path}.1`);
        writeFileSync(path, numbered(150, 200));
      };
      expect((await twice(rotate, pattern)).toSorted()).toEqual(split(numbered(100, 200)));
    },
  );

  test.each(["app.log", "app.log*"])("copied and truncated; following %s", async (pattern) => {
    const rotate = (path: string) => {
      appendFileSync(path, numbered(100, 150));
      copyFileSync(path, `${path}.1`);
      truncateSync(path, 0);
      appendFileSync(path, numbered(150, 400));
    };
    expect((await twice(rotate, pattern)).toSorted()).toEqual(split(numbered(100, 400)));
  });

  test.each(["app.log", "app.log*"])("rotated and compressed; following %s", async (pattern) => {
    const rotate = (path: string) => {
      writeFileSync(`${path}.1.gz`, gzipSync(numbered(0, 150)));
      unlinkSync(path);
      writeFileSync(path, numbered(150, 200));
    };
    expect((await twice(rotate, pattern)).toSorted()).toEqual(split(numbered(100, 200)));
  });

  test("rotated several times: the files in between were never seen", async () => {
    const rotate = (path: string) => {
      appendFileSync(path, numbered(100, 150));
      renameSync(path, `${path}.3`);
      spin();
      writeFileSync(`${path}.2.gz`, gzipSync(numbered(150, 200)));
      spin();
      writeFileSync(`${path}.1`, numbered(200, 250));
      spin();
      writeFileSync(path, numbered(250, 300));
      writeFileSync(`${path}.notes`, "not a log\n");
    };
    expect(await twice(rotate)).toEqual(split(numbered(100, 300)));
  });

  test("deleted and rewritten", async () => {
    const recreate = (path: string) => {
      unlinkSync(path);
      writeFileSync(path, numbered(500, 520));
    };
    expect(await twice(recreate)).toEqual(split(numbered(500, 520)));
  });

  test("an archive is read once", async () => {
    const root = directory();
    writeFileSync(join(root, "old.gz"), gzipSync(numbered(0, 50)));
    const checkpoint = join(root, "check.json");
    expect((await run([join(root, "*.gz")], checkpoint)).lines).toEqual(split(numbered(0, 50)));
    expect((await run([join(root, "*.gz")], checkpoint)).lines).toEqual([]);
  });

  /** Long enough for another modification time. */
  function spin() {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 15);
  }
});

describe("lines that a pipeline of an older version held back", () => {
  test("come first, as lines of their file, and are let go once they are stored", async () => {
    const root = directory();
    const path = join(root, "app.log");
    const checkpoint = join(root, "check.json");
    writeFileSync(path, "one\ntwo\n");
    expect((await run([path], checkpoint)).lines).toEqual(["one", "two"]);
    const { crc32c: _, ...saved } = JSON.parse(readFileSync(checkpoint, "utf8"));
    saved.files[0].held = Buffer.from("two\n").toString("base64");
    saved.files[0].labels = { source: path };
    writeFileSync(checkpoint, JSON.stringify(saved));
    appendFileSync(path, "three\n");
    const opened = () => openFollow([path], { isFollowing: false, checkpoint, label: "path" }, fakeHost());
    const waitingIn = (source: Source) =>
      source.replay!.waiting(undefined).map(({ bytes }) => bytes.toString());

    const first = await opened();
    const [held] = first.replay!.waiting(undefined);
    const next = (await first.read())!;
    expect([held!, next].map(({ bytes }) => bytes.toString())).toEqual(["two\n", "three\n"]);
    expect(held!.labels).toEqual({ source: path });
    expect(held!.cursor!.stream).toBe(next.cursor!.stream);
    next.delivery!.settle(STORED);
    await first.close();
    const second = await opened();
    expect(waitingIn(second)).toEqual(["two\n"]);
    expect((await second.read())!.bytes.toString()).toBe("three\n");
    await second.close();

    const third = await opened();
    third.replay!.waiting(undefined)[0]!.delivery!.settle(STORED);
    (await third.read())!.delivery!.settle(STORED);
    await third.close();
    const last = await opened();
    expect(waitingIn(last)).toEqual([]);
    expect(await last.read()).toBeUndefined();
    await last.close();
  });
});

describe("killed at any moment", () => {
  const root = join(import.meta.dirname, "../../../..");
  const module = join(root, "dist/lib/sources/follow/follow.js");

  beforeAll(() => {
    if (!existsSync(module)) throw new Error("build first: node tools/build.mjs");
  });

  interface Seen {
    readonly cursor: { readonly stream: string; readonly offset: number };
    readonly text: string;
  }

  /**
   * Runs the driver, acknowledges `acknowledged` blocks or until it `isOver`, lets the checkpoint be written or not,
   * and kills it.
   */
  async function driven(
    checkpoint: string,
    patterns: string[],
    acknowledged: number,
    waitMs: number,
    isOver: (seen: readonly Seen[]) => boolean,
  ): Promise<Seen[]> {
    const driver = join(import.meta.dirname, "resume-driver.mjs");
    const options = JSON.stringify({ isFollowing: true, blockBytes: 2000, pollMs: 20, graceMs: 200 });
    const child = spawn(process.execPath, [driver, module, checkpoint, options, ...patterns]);
    child.stderr.pipe(process.stderr);
    const ended = new Promise((resolve) => child.on("exit", resolve));
    const seen: Seen[] = [];
    let count = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      seen.push(JSON.parse(line));
      if (count++ >= acknowledged) break;
      child.stdin.write(".");
      if (isOver(seen)) break;
    }
    await sleep(waitMs);
    child.kill("SIGKILL");
    await ended;
    return seen;
  }

  test("no line is lost, none is repeated that the checkpoint holds, while the log is rotated", async () => {
    const work = directory();
    const path = join(work, "app.log");
    const checkpoint = join(work, "state/check.json");
    mkdirSync(join(work, "state"));
    const all = new Map<string, string>();
    let next = 0;
    const append = (n: number) => {
      appendFileSync(path, numbered(next, next + n));
      next += n;
    };
    append(300);
    const positions = new Map<string, number>();
    for (let round = 0; round < 6; round++) {
      const kept = existsSync(checkpoint)
        ? (JSON.parse(readFileSync(checkpoint, "utf8")).files as { id: string; offset: number }[])
        : [];
      const found = () => new Set([...all.values()].flatMap(split));
      const isOver = (seen: readonly Seen[]) =>
        new Set([...found(), ...seen.flatMap(({ text }) => split(text))]).size === next;
      const most = round === 5 ? Number.POSITIVE_INFINITY : 2 + round;
      const seen = await driven(checkpoint, [path], most, round % 2 === 0 ? 700 : 0, isOver);
      for (const { cursor, text } of seen) {
        const durable = kept.find((file) => file.id === cursor.stream)?.offset ?? 0;
        expect(cursor.offset).toBeGreaterThan(durable);
        const key = `${cursor.stream} ${cursor.offset}`;
        expect(all.get(key) ?? text).toBe(text);
        all.set(key, text);
        positions.set(cursor.stream, Math.max(positions.get(cursor.stream) ?? 0, cursor.offset));
      }
      // Something new for every run, so that each has a line to see.
      if (round < 5) append(50);
      if (round >= 4) continue;
      if (round % 2 === 0) {
        for (let k = 8; k >= 1; k--)
          if (existsSync(`${path}.${k}`)) renameSync(`${path}.${k}`, `${path}.${k + 1}`);
        renameSync(path, `${path}.1`);
        append(100);
      }
    }
    const found = new Set([...all.values()].flatMap(split));
    expect([...found].toSorted()).toEqual(split(numbered(0, next)).toSorted());
  });
});
