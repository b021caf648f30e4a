import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { encodeOwner, newOwner, type Owner } from "../../../../src/lib/base/process/owner.js";
import { Checkpoint } from "../../../../src/lib/sources/checkpoint/checkpoint.js";
import { lockCheckpoint } from "../../../../src/lib/sources/checkpoint/checkpoint-lock.js";
import { EMPTY_PRINT } from "../../../../src/lib/sources/identity/fingerprint.js";
import type { Track } from "../../../../src/lib/sources/identity/tracked-file.js";
import { temporaryDirectories } from "../support/harness.js";

const directory = temporaryDirectories();
vi.setConfig({ testTimeout: 120_000 });

// elastic/beats#31670, #34194, elastic/elastic-agent#997: locks that outlive their process, numbers that are another
// container's.
/** A lock held by an owner that differs from this process in `more`, last heard of so long ago. */
function held(
  more: Partial<Owner>,
  secondsAgo: number,
  bytes?: Buffer,
): { checkpoint: string; file: string } {
  const checkpoint = join(directory(), "check.json");
  mkdirSync(`${checkpoint}.lock`);
  const file = join(`${checkpoint}.lock`, "0a1b");
  writeFileSync(file, bytes ?? encodeOwner({ ...newOwner(), heartbeatMs: 2000, ...more }));
  beat(file, secondsAgo);
  return { checkpoint, file };
}

function beat(file: string, secondsAgo = 0): void {
  const then = Date.now() / 1000 - secondsAgo;
  utimesSync(file, then, then);
}

async function takeAndGive(checkpoint: string, tell?: (text: string) => void): Promise<void> {
  await (await lockCheckpoint(checkpoint, tell)).release();
  expect(readdirSync(join(checkpoint, "..")).filter((name) => name !== "check.json")).toEqual([]);
}

const ELSEWHERE = [
  ["another host", { host: "elsewhere" }],
  ["the same host before it was started again", { boot: "earlier" }],
  ["another container of this machine", { namespace: "pid:[1]" }],
] as const;

test.each(ELSEWHERE)("an owner in %s has it as long as it gives signs of life", async (_where, more) => {
  const { checkpoint, file } = held(more, 1);
  const told: string[] = [];
  const taking = lockCheckpoint(checkpoint, (text) => {
    told.push(text);
    beat(file);
  });
  await expect(taking).rejects.toMatchObject({ code: "checkpoint.locked", exitCode: 1 });
  expect(told).toEqual([expect.stringMatching(/waiting for a sign of life, at most \d+ s$/)]);
  expect(existsSync(file)).toBe(true);
});

test.each(ELSEWHERE)("an owner in %s is dead a minute after its last sign", async (_where, more) => {
  await takeAndGive(held(more, 61).checkpoint);
  // Nearly: then it is waited for.
  await takeAndGive(held(more, 58).checkpoint);
});

test("a stop ends the waiting, and leaves the lock to its owner", async () => {
  const { checkpoint, file } = held({ host: "elsewhere" }, 1);
  const stop = new AbortController();
  const taking = lockCheckpoint(checkpoint, () => stop.abort(), stop.signal);
  await expect(taking).rejects.toMatchObject({ name: "AbortError" });
  expect(existsSync(file)).toBe(true);
});

test("an owner here is dead with its process, however fresh its lock", async () => {
  await takeAndGive(held({ pid: 2 ** 22 - 3 }, 0).checkpoint);
  await takeAndGive(held({}, 0).checkpoint);
});

test.each([
  ["is empty", ""],
  ["is cut", '{"pid":12'],
  [
    "has a changed byte",
    encodeOwner(newOwner())
      .toString()
      .replace(/"pid":(\d)/, (_, d) => `"pid":${9 - d}`),
  ],
])("a lock that %s is its owner's while that gives signs of life, and nobody's then", async (_what, text) => {
  const fresh = held({}, 1, Buffer.from(text));
  await expect(lockCheckpoint(fresh.checkpoint, () => beat(fresh.file))).rejects.toMatchObject({
    message: expect.stringContaining("in use by another process"),
  });
  await takeAndGive(held({}, 61, Buffer.from(text)).checkpoint);
});

test.each(["", "garbage", "{}"])(
  "a lock file of older versions that says %j is taken, and it is said",
  async (text) => {
    const checkpoint = join(directory(), "check.json");
    writeFileSync(`${checkpoint}.lock`, text);
    const told: string[] = [];
    await takeAndGive(checkpoint, (line) => told.push(line));
    expect(told).toEqual([expect.stringContaining("does not say whose lock it is")]);
  },
);

test("what an empty directory is left of is nobody's lock", async () => {
  const checkpoint = join(directory(), "check.json");
  mkdirSync(`${checkpoint}.lock`);
  await takeAndGive(checkpoint);
});

test("of many that find a stale lock one gets it, and it is never there without its owner", async () => {
  const checkpoint = join(directory(), "check.json");
  const path = `${checkpoint}.lock`;
  for (let round = 0; round < 30; round++) {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "stale"), encodeOwner({ ...newOwner(), pid: 2 ** 22 - 3 }));
    let isOver = false;
    const seen = (async () => {
      while (!isOver) {
        for (const name of await readdir(path).catch(() => [])) {
          const text = await readFile(join(path, name), "utf8").catch(() => "}");
          if (!text.endsWith("}")) throw new Error(`half a lock: ${text}`);
        }
        await new Promise(setImmediate);
      }
    })();
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => lockCheckpoint(checkpoint)));
    isOver = true;
    await seen;
    const taken = all.filter((one) => one.status === "fulfilled");
    expect(taken).toHaveLength(1);
    expect(await taken[0]!.value.isLost()).toBe(false);
    await taken[0]!.value.release();
  }
});

test("it is lost once another has it, and not when somebody has only removed it", async () => {
  const checkpoint = join(directory(), "check.json");
  const path = `${checkpoint}.lock`;
  const lock = await lockCheckpoint(checkpoint);
  rmSync(path, { recursive: true });
  expect(await lock.isLost()).toBe(false);
  expect(readdirSync(path)).toHaveLength(1);
  rmSync(path, { recursive: true });
  mkdirSync(path);
  writeFileSync(join(path, "other"), encodeOwner({ ...newOwner(), host: "elsewhere" }));
  expect(await lock.isLost()).toBe(true);
  await lock.release();
  expect(readdirSync(path)).toEqual(["other"]);
});

test("who has lost it writes nothing more into the checkpoint, and says so", async () => {
  const path = join(directory(), "check.json");
  const checkpoint = await Checkpoint.open(path);
  checkpoint.introduce(track(1));
  await checkpoint.known();
  const before = readFileSync(path, "utf8");
  rmSync(`${path}.lock`, { recursive: true });
  mkdirSync(`${path}.lock`);
  writeFileSync(join(`${path}.lock`, "other"), encodeOwner({ ...newOwner(), host: "elsewhere" }));
  checkpoint.introduce(track(2));
  await expect(checkpoint.known()).rejects.toMatchObject({ code: "checkpoint.lost", exitCode: 1 });
  expect(() => checkpoint.check()).toThrow(/taken over by another process/);
  checkpoint.set(track(3));
  await expect(checkpoint.close()).rejects.toMatchObject({ code: "checkpoint.lost" });
  expect(readFileSync(path, "utf8")).toBe(before);
  expect(readdirSync(`${path}.lock`)).toEqual(["other"]);
});

function track(n: number): Track {
  const none = { offset: 0, head: EMPTY_PRINT, tail: EMPTY_PRINT, isFinished: false, isArchive: false };
  return { ...none, id: `1:${n}:0123456789ab`, path: `/a${n}`, key: `1:${n}` };
}

test("what a process leaves that is killed while it takes the lock goes with the next one", async () => {
  const root = directory();
  const child = spawn("sleep", ["0"]);
  await new Promise((resolve) => child.on("exit", resolve));
  const { ownerMark } = await import("../../../../src/lib/base/private-files/owner-mark.js");
  const mark = ownerMark().replace(/-\d+-(\d+)$/, `-${child.pid}-$1`);
  mkdirSync(join(root, `logpipe-lock-${mark}-0123456789abcdef`));
  await takeAndGive(join(root, "check.json"));
});
