/** Last lines without a newline: when they come, and that they come whole, and once. */
import {
  appendFileSync,
  mkdirSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test, vi } from "vitest";
import { STORED } from "../../../../src/lib/event/delivery/delivery.js";
import type { Source } from "../../../../src/lib/pipeline/contract/source.js";
import { type FollowOptions, openFollow } from "../../../../src/lib/sources/follow/follow.js";
import { readUntil, temporaryDirectories } from "../support/harness.js";
import { fakeHost } from "../support/host.js";

vi.setConfig({ testTimeout: 60_000 });
const made = temporaryDirectories();
const HOUR_MS = 3600_000;
const began = new Map<string, number>();

/**
 * From here on a run goes by the time at which its directory was made: however long a test takes, its files are new.
 */
function directory(): string {
  const root = made();
  began.set(root, Date.now());
  return root;
}

/** One run that reads what is there and remembers it; `laterMs`: so long after now. */
async function run(pattern: string, root: string, laterMs = 0, options: FollowOptions = {}) {
  const host = fakeHost({ nowMs: () => began.get(root)! + laterMs });
  const all = { isFollowing: false, checkpoint: join(root, "check.json"), pollMs: 20, ...options };
  const { lines } = await readUntil(await openFollow([pattern], all, host), () => false);
  expect(host.complaints).toEqual([]);
  return { lines, notices: host.notices };
}

// vectordotdev/vector#2992, fluent/fluent-bit#5382
test("half a line is left for the next run, and it is said once", async () => {
  const root = directory();
  const path = join(root, "app.log");
  writeFileSync(path, "one\nfirst ");
  const { lines, notices } = await run(path, root);
  expect(lines).toEqual(["one"]);
  expect(notices).toEqual([`the last line of ${path} has no newline yet: left for the next run`]);
  expect((await run(path, root)).lines).toEqual([]);
  appendFileSync(path, "half\nthree\n");
  expect(await run(path, root)).toEqual({ lines: ["first half", "three"], notices: [] });
});

test.each([
  ["UTF-16", Buffer.from("\ufeffone\nfirst half\nthree\n", "utf16le"), 30],
  ["a byte within a character", Buffer.from("one\nfirst hälf\nthree\n"), 12],
  ["a line end of two bytes", Buffer.from("one\r\nfirst half\r\nthree\r\n"), 16],
])("cut within %s", async (_what, bytes, at) => {
  const root = directory();
  const path = join(root, "app.log");
  writeFileSync(path, bytes.subarray(0, at));
  expect((await run(path, root)).lines).toEqual(["one"]);
  appendFileSync(path, bytes.subarray(at));
  expect((await run(path, root)).lines.map((line) => line.replace("ä", "a"))).toEqual([
    "first half",
    "three",
  ]);
});

test("a file of half a line is known by it, and found when it is rotated before the next run", async () => {
  const root = directory();
  const path = join(root, "app.log");
  writeFileSync(path, "fir");
  expect((await run(path, root)).lines).toEqual([]);
  appendFileSync(path, "st\nsecond\n");
  renameSync(path, `${path}.1`);
  writeFileSync(path, "third\n");
  expect((await run(path, root)).lines.toSorted()).toEqual(["first", "second", "third"]);
});

// vectordotdev/vector#11284, #18341
test("the last line of a file that is not written to for an hour comes, once", async () => {
  const root = directory();
  const path = join(root, "app.log");
  writeFileSync(path, "one\ntwo");
  expect((await run(path, root, HOUR_MS / 2)).lines).toEqual(["one"]);
  expect((await run(path, root, HOUR_MS + 100_000)).lines).toEqual(["two"]);
  expect((await run(path, root, HOUR_MS + 200_000)).lines).toEqual([]);
  const other = join(root, "old.log");
  writeFileSync(other, "three\nfour");
  utimesSync(other, 1_700_000_000, 1_700_000_000);
  expect((await run(other, directory())).lines).toEqual(["three", "four"]);
});

test("a time in the future does not keep it for ever", async () => {
  const root = directory();
  const path = join(root, "app.log");
  writeFileSync(path, "one\ntwo");
  utimesSync(path, 4_000_000_000, 4_000_000_000);
  expect((await run(path, root)).lines).toEqual(["one"]);
  expect((await run(path, root, HOUR_MS + 100_000)).lines).toEqual(["two"]);
});

test("of a rotated file it comes at once where only the log is read, and soon where both are", async () => {
  const root = directory();
  const path = join(root, "app.log");
  writeFileSync(path, "one\ntwo");
  expect((await run(path, root)).lines).toEqual(["one"]);
  renameSync(path, `${path}.1`);
  writeFileSync(path, "three\n");
  expect((await run(path, root)).lines.toSorted()).toEqual(["three", "two"]);
  const both = directory();
  writeFileSync(join(both, "app.log.1"), "one\ntwo");
  writeFileSync(join(both, "app.log"), "three\n");
  expect((await run(join(both, "app.log*"), both)).lines.toSorted()).toEqual(["one", "three"]);
  expect((await run(join(both, "app.log*"), both, 110_000)).lines).toEqual(["two"]);
});

test("of an archive it comes at once, and so does that of any file where nothing is remembered", async () => {
  const root = directory();
  writeFileSync(join(root, "app.log.1.gz"), gzipSync("one\ntwo"));
  expect((await run(join(root, "app.log.1.gz"), root)).lines).toEqual(["one", "two"]);
  writeFileSync(join(root, "b.log"), "one\ntwo");
  const { lines, notices } = await run(join(root, "b.log"), root, 0, { checkpoint: undefined });
  expect(lines).toEqual(["one", "two"]);
  expect(notices).toEqual([]);
});

// fluent/fluent-bit#11265
/**
 * Follows `path`, does something once its first line was read and it is at its end, and gives what comes until the end.
 */
async function stopped(
  path: string,
  root: string,
  change: () => void,
  isNoticed: () => Promise<void>,
): Promise<string[]> {
  const checkpoint = join(root, "check.json");
  const options = { checkpoint, pollMs: 20 };
  const source: Source = await openFollow([path], options, fakeHost());
  const lines: string[] = [];
  const take = async () => {
    const block = await source.read();
    if (block === undefined) return false;
    lines.push(...block.bytes.toString().split("\n").slice(0, -1));
    block.delivery?.settle(STORED);
    return true;
  };
  await take();
  const reading = take();
  change();
  await isNoticed();
  source.stop();
  if (await reading) while (await take());
  await source.close();
  return lines;
}

const looks = () => new Promise((resolve) => setTimeout(resolve, 200));

test.each([
  ["at once", async () => {}],
  ["after a while", async () => void (await looks())],
])(
  "a file deleted under a follower that is stopped %s gives its unfinished last line",
  async (_when, wait) => {
    const root = directory();
    const path = join(root, "app.log");
    writeFileSync(path, "one\nhalf");
    expect(await stopped(path, root, () => unlinkSync(path), wait)).toEqual(["one", "half"]);
    writeFileSync(path, "three\n");
    expect((await run(path, root)).lines).toEqual(["three"]);
  },
);

test("so does one that is moved to where nobody looks for it", async () => {
  const root = directory();
  const path = join(root, "app.log");
  mkdirSync(join(root, "old"));
  writeFileSync(path, "one\nhalf");
  const move = () => renameSync(path, join(root, "old", "app.log"));
  expect(await stopped(path, root, move, async () => {})).toEqual(["one", "half"]);
});

test("lines that were written before the deletion and not read by then come as well", async () => {
  const root = directory();
  const path = join(root, "app.log");
  writeFileSync(path, "one\n");
  const change = () => {
    appendFileSync(path, "two\nthree\nhalf");
    unlinkSync(path);
  };
  expect(await stopped(path, root, change, async () => {})).toEqual(["one", "two", "three", "half"]);
});

test("one that is renamed beside is left for the next run, which finds it whole", async () => {
  const root = directory();
  const path = join(root, "app.log");
  writeFileSync(path, "one\nfirst ");
  expect(
    await stopped(
      path,
      root,
      () => renameSync(path, `${path}.1`),
      async () => {},
    ),
  ).toEqual(["one"]);
  appendFileSync(`${path}.1`, "half\n");
  writeFileSync(path, "");
  expect((await run(path, root)).lines).toEqual(["first half"]);
});

test("one that is packed and deleted is not read again from its archive", async () => {
  const root = directory();
  const path = join(root, "app.log");
  const text = `${"one ".repeat(100)}\nhalf`;
  writeFileSync(path, text);
  const change = () => {
    writeFileSync(`${path}.1.gz`, gzipSync(text));
    unlinkSync(path);
  };
  expect(await stopped(`${path}*`, root, change, async () => {})).toHaveLength(2);
  expect((await run(`${path}*`, root)).lines).toEqual([]);
  expect(statSync(`${path}.1.gz`).size).toBeGreaterThan(0);
});
