/** What a follower takes a file for: the decision rests on what both files hold, and in doubt the file is read. */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import type { Cursor } from "../../../../../src/lib/event/delivery/cursor.js";
import { type FollowOptions, openFollow } from "../../../../../src/lib/sources/follow/follow.js";
import { readUntil, temporaryDirectories, watch } from "../../support/harness.js";
import { fakeHost } from "../../support/host.js";

vi.setConfig({ testTimeout: 300_000 });
const directory = temporaryDirectories();
const lines = (name: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `2026-11-22 ${name} line ${from + i} of a log`);
const text = (name: string, from: number, to: number) => `${lines(name, from, to).join("\n")}\n`;

/** One run over what is there; `stored` is what the sink says it has, where it is a table. */
async function run(
  pattern: string,
  checkpoint: string,
  stored?: readonly Cursor[],
  options: FollowOptions = {},
) {
  const host = fakeHost();
  const all = {
    isFollowing: false,
    checkpoint,
    label: "path",
    blockBytes: 1024,
    pollMs: 20,
    ...options,
  } as const;
  const source = await openFollow([pattern], all, host);
  if (stored !== undefined) source.replay?.resume(stored);
  const { lines: read, blocks } = await readUntil(source, () => false, options.isFollowing !== false);
  return { read, cursors: blocks.flatMap(({ cursor }) => cursor ?? []), host };
}

/**
 * A run that is killed: the sink has its first `blocks` blocks, and the checkpoint no more than that the file was
 * there.
 */
async function killed(pattern: string, checkpoint: string, blocks: number) {
  const options = { isFollowing: false, checkpoint, label: "path", blockBytes: 1024, pollMs: 20 } as const;
  const source = await openFollow([pattern], options, fakeHost());
  const stored = new Map<string, Cursor>();
  const read: string[] = [];
  for (let n = 0; n < blocks; n++) {
    const block = await source.read();
    if (block === undefined) break;
    read.push(...block.bytes.toString().split("\n").slice(0, -1));
    stored.set(block.cursor!.stream, block.cursor!);
  }
  await source.close();
  return { read, stored: [...stored.values()] };
}

/** As gzip leaves it. */
function pack(path: string, packed = `${path}.gz`): void {
  const { atime, mtime } = statSync(path);
  writeFileSync(packed, gzipSync(readFileSync(path)));
  utimesSync(packed, atime, mtime);
  unlinkSync(path);
}

function copyTruncate(path: string): void {
  copyFileSync(path, `${path}.1`);
  truncateSync(path, 0);
}

function places() {
  const root = directory();
  return { root, path: join(root, "app.log"), checkpoint: join(root, "state", "check.json") };
}

describe("archives", () => {
  test.each([
    ["shorter than one that was read", text("b", 0, 5)],
    ["as long, and another", text("b", 0, 100)],
    ["of one short line", "x\n"],
    ["that begin as it does, and go on otherwise", `${text("a", 0, 50)}${text("b", 0, 10)}`],
    ["that end as it does", `${text("b", 0, 10)}${text("a", 90, 100)}`],
  ])("%s are read", async (_, content) => {
    const { root, checkpoint } = places();
    writeFileSync(join(root, "a.gz"), gzipSync(text("a", 0, 100)));
    expect((await run(join(root, "*.gz"), checkpoint)).read).toEqual(lines("a", 0, 100));
    writeFileSync(join(root, "b.gz"), gzipSync(content));
    expect((await run(join(root, "*.gz"), checkpoint)).read).toEqual(content.split("\n").slice(0, -1));
    expect((await run(join(root, "*.gz"), checkpoint)).read).toEqual([]);
  });

  test("a copy of one that was read is not read, and of one that has more only that", async () => {
    const { root, checkpoint } = places();
    writeFileSync(join(root, "a.gz"), gzipSync(text("a", 0, 100)));
    await run(join(root, "*.gz"), checkpoint);
    copyFileSync(join(root, "a.gz"), join(root, "b.gz"));
    writeFileSync(join(root, "c.gz"), gzipSync(text("a", 0, 120), { level: 1 }));
    expect((await run(join(root, "*.gz"), checkpoint)).read).toEqual(lines("a", 100, 120));
  });

  test("a new one in the inode of one that was read and deleted is read", async () => {
    const { root, checkpoint } = places();
    const path = join(root, "a.gz");
    writeFileSync(path, gzipSync(text("a", 0, 100)));
    await run(path, checkpoint);
    // The same inode on every file system: written over in place.
    truncateSync(path, 0);
    appendFileSync(path, gzipSync(text("b", 0, 30)));
    expect((await run(path, checkpoint)).read).toEqual(lines("b", 0, 30));
  });

  test("one that is killed half read goes on where the sink has it", async () => {
    const { root, checkpoint } = places();
    writeFileSync(join(root, "a.gz"), gzipSync(text("a", 0, 200)));
    const first = await killed(join(root, "a.gz"), checkpoint, 3);
    const second = await run(join(root, "a.gz"), checkpoint, first.stored);
    expect([...first.read, ...second.read]).toEqual(lines("a", 0, 200));
  });

  test("one that is cut off now and whole later is read to its end, each line once", async () => {
    const { root, checkpoint } = places();
    const path = join(root, "a.gz");
    const whole = gzipSync(text("a", 0, 5000), { level: 0 });
    writeFileSync(path, whole.subarray(0, 100_000));
    const first = await run(path, checkpoint);
    expect(first.host.complaints).toHaveLength(1);
    writeFileSync(path, whole);
    const second = await run(path, checkpoint);
    // The last line of the first run is the torn one: it was all there was.
    const torn = first.read.length - 1;
    expect(first.read.slice(0, torn)).toEqual(lines("a", 0, torn));
    expect(second.read.slice(1)).toEqual(lines("a", torn + 1, 5000));
  });

  test("more of them than are remembered when they are gone", async () => {
    const { root, checkpoint } = places();
    for (let n = 0; n < 1100; n++)
      writeFileSync(join(root, `${n}.gz`), gzipSync(`${lines("a", n, n + 1)}\n`));
    expect((await run(join(root, "*.gz"), checkpoint, undefined, { pollMs: 60_000 })).read).toHaveLength(
      1100,
    );
    expect((await run(join(root, "*.gz"), checkpoint, undefined, { pollMs: 60_000 })).read).toEqual([]);
  });
});

describe("after a crash, with the sink ahead of the checkpoint", () => {
  const rotations: readonly (readonly [string, (path: string) => void])[] = [
    ["renamed", (path) => renameSync(path, `${path}.1`)],
    ["renamed twice", (path) => renameSync(path, `${path}.2`)],
    ["renamed and packed", (path) => pack(path, `${path}.1.gz`)],
    ["packed under a date", (path) => pack(path, `${path}-20261122.gz`)],
    ["copied and truncated", copyTruncate],
    [
      "copied, truncated and packed",
      (path) => {
        copyTruncate(path);
        pack(`${path}.1`);
      },
    ],
    ["moved behind its stem", (path) => renameSync(path, path.replace(".log", "-2026-11-22.log"))],
  ];
  const patterns = ["app.log", "app*"];
  const moments = [0, 1, 3];

  test.each(
    rotations.flatMap(([how, rotate]) =>
      patterns.flatMap((pattern) => moments.map((blocks) => ({ how, rotate, pattern, blocks }))),
    ),
  )("$how, following $pattern, $blocks blocks stored", async ({ rotate, pattern, blocks }) => {
    const { root, path, checkpoint } = places();
    writeFileSync(path, text("a", 0, 200));
    const first = await killed(join(root, pattern), checkpoint, blocks);
    appendFileSync(path, text("a", 200, 210));
    rotate(path);
    appendFileSync(path, text("b", 0, 400));
    const second = await run(join(root, pattern), checkpoint, first.stored);
    const wanted = [...lines("a", 0, 210), ...lines("b", 0, 400)];
    if (blocks > 0) expect([...first.read, ...second.read].toSorted()).toEqual(wanted.toSorted());
    // Nothing was read: a name that was only looked at is where its new content begins.
    else expect(second.read.filter((line) => line.includes("b line"))).toEqual(lines("b", 0, 400));
  });

  test("lives that begin with the same line are told apart", async () => {
    const { path, checkpoint } = places();
    const header = "# a log, opened\n";
    writeFileSync(path, header + text("a", 0, 200));
    const first = await killed(path, checkpoint, 3);
    copyFileSync(path, `${path}.1`);
    truncateSync(path, 0);
    appendFileSync(path, header + text("b", 0, 400));
    const second = await run(path, checkpoint, first.stored);
    const wanted = ["# a log, opened", "# a log, opened", ...lines("a", 0, 200), ...lines("b", 0, 400)];
    expect([...first.read, ...second.read].toSorted()).toEqual(wanted.toSorted());
  });

  test("what the sink has is compared with what is there, not only counted", async () => {
    const { path, checkpoint } = places();
    const header = `${"# the same for every life of this log ".repeat(40)}\n`;
    writeFileSync(path, header + text("a", 0, 200));
    const first = await killed(path, checkpoint, 4);
    truncateSync(path, 0);
    appendFileSync(path, header + text("b", 0, 400));
    const second = await run(path, checkpoint, first.stored);
    expect(second.read.slice(1)).toEqual(lines("b", 0, 400));
  });
});

describe("rotated several times while nobody looked", () => {
  test("the one that was known is gone: what came after it is told by its time", async () => {
    const { path, checkpoint } = places();
    writeFileSync(path, text("a", 0, 50));
    await run(path, checkpoint);
    unlinkSync(path);
    writeFileSync(`${path}.2`, text("b", 0, 30));
    writeFileSync(`${path}.1`, text("c", 0, 30));
    writeFileSync(path, text("d", 0, 30));
    const at = Date.now() / 1000;
    for (const [n, name] of [`${path}.2`, `${path}.1`, path].entries()) utimesSync(name, at, at + n);
    const { read } = await run(path, checkpoint);
    const wanted = [...lines("b", 0, 30), ...lines("c", 0, 30), ...lines("d", 0, 30)];
    expect(read.toSorted()).toEqual(wanted.toSorted());
  });

  test("rotated files from before the first run are nobody's", async () => {
    const { path, checkpoint } = places();
    writeFileSync(`${path}.1`, text("old", 0, 50));
    utimesSync(`${path}.1`, 1_000_000_000, 1_000_000_000);
    writeFileSync(path, text("a", 0, 50));
    expect((await run(path, checkpoint)).read).toEqual(lines("a", 0, 50));
    renameSync(`${path}.1`, `${path}.2`);
    renameSync(path, `${path}.1`);
    writeFileSync(path, text("b", 0, 50));
    expect((await run(path, checkpoint)).read).toEqual(lines("b", 0, 50));
  });

  test("twice between two looks of a follower: the file in between is read, too", async () => {
    const { root, path } = places();
    writeFileSync(path, text("a", 0, 50));
    const options = { pollMs: 20_000, graceMs: 200, label: "path" } as const;
    const source = await openFollow([path], options, fakeHost());
    let count = 0;
    const reading = readUntil(source, (found) => {
      count = found.length;
      return count >= 130;
    });
    // All of it in one turn: no look comes between.
    const rotate = (name: string) => {
      if (existsSync(`${path}.1`)) renameSync(`${path}.1`, `${path}.2`);
      renameSync(path, `${path}.1`);
      writeFileSync(path, text(name, 0, 40));
    };
    await vi.waitUntil(() => count === 50, { timeout: 300_000 });
    rotate("b");
    rotate("c");
    expect((await reading).lines.toSorted()).toEqual(
      [...lines("a", 0, 50), ...lines("b", 0, 40), ...lines("c", 0, 40)].toSorted(),
    );
    expect(statSync(root).isDirectory()).toBe(true);
  });
});

describe("a file that was empty at the last look", () => {
  test.each([true, false])(
    "is written, copied, truncated and written again before the next; checkpoint: %s",
    async (isKept) => {
      const { root, path, checkpoint } = places();
      writeFileSync(path, "");
      writeFileSync(join(root, "other.log"), "other\n");
      const options = { pollMs: 3_600_000, graceMs: 200, ...(isKept ? { checkpoint } : {}) };
      const source = await openFollow([path, join(root, "other.log")], options, fakeHost());
      const { result, seen } = watch(source, (found) => found.length >= 61);
      await seen(1);
      appendFileSync(path, text("a", 0, 40));
      copyTruncate(path);
      appendFileSync(path, text("b", 0, 20));
      expect((await result).lines.toSorted()).toEqual(
        [...lines("a", 0, 40), ...lines("b", 0, 20), "other"].toSorted(),
      );
    },
  );
});

test.each(["copied and truncated", "renamed"])(
  "a name that is waited for is written and %s before the next look",
  async (how) => {
    const { root, path } = places();
    writeFileSync(join(root, "other.log"), "other\n");
    writeFileSync(`${path}.1`, text("old", 0, 30));
    utimesSync(`${path}.1`, 1_700_000_000, 1_700_000_000);
    const options = { pollMs: 3_600_000, graceMs: 200, label: "path" } as const;
    const source = await openFollow([path, join(root, "other.log")], options, fakeHost());
    const { result, seen } = watch(source, (found) => found.length >= 61);
    await seen(1);
    writeFileSync(path, text("a", 0, 40));
    renameSync(`${path}.1`, `${path}.2`);
    if (how === "renamed") renameSync(path, `${path}.1`);
    else copyTruncate(path);
    appendFileSync(path, text("b", 0, 20));
    const { lines: found, blocks } = await result;
    expect(found.toSorted()).toEqual([...lines("a", 0, 40), ...lines("b", 0, 20), "other"].toSorted());
    expect(new Set(blocks.map(({ labels }) => labels?.source))).toEqual(
      new Set([path, join(root, "other.log")]),
    );
  },
);

describe("packed copies of kinds that are not read", () => {
  const kinds: readonly (readonly [string, string])[] = [
    ["bz2", "425a68393141592653590a0b0c0d"],
    ["xz", "fd377a585a000004e6d6b446"],
    ["lz4", "04224d1864404000"],
    ["zip", "504b03041400000008000a"],
    ["Z", "1f9d900a0a"],
    ["7z", "377abcaf271c00040a"],
  ];

  test.each(kinds)("%s: left out, named once, whatever bytes it has", async (extension, bytes) => {
    const { root, path, checkpoint } = places();
    writeFileSync(path, text("a", 0, 20));
    const packed = Buffer.concat([Buffer.from(bytes, "hex"), Buffer.from("\nno line\n")]);
    writeFileSync(join(root, `app.log.1.${extension}`), packed);
    const { read, host } = await run(join(root, "app.log*"), checkpoint);
    expect(read).toEqual(lines("a", 0, 20));
    expect(host.complaints).toHaveLength(1);
    expect(host.complaints[0]).toContain(`app.log.1.${extension}`);
  });

  test("one that was empty when it was seen first is none, either", async () => {
    const { root, path } = places();
    writeFileSync(path, text("a", 0, 20));
    writeFileSync(`${path}.1.bz2`, "");
    const source = await openFollow([join(root, "app.log*")], { pollMs: 20 }, fakeHost());
    const reading = readUntil(source, (found) => found.includes("the end"));
    await vi.waitUntil(() => existsSync(`${path}.1.bz2`));
    appendFileSync(
      `${path}.1.bz2`,
      Buffer.concat([Buffer.from(kinds[0]![1], "hex"), Buffer.from("\nno line\n")]),
    );
    appendFileSync(path, "the end\n");
    expect((await reading).lines).toEqual([...lines("a", 0, 20), "the end"]);
  });
});
