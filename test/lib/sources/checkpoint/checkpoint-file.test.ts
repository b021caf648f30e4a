import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Checkpoint, defaultCheckpoint } from "../../../../src/lib/sources/checkpoint/checkpoint.js";
import { loadCheckpoint } from "../../../../src/lib/sources/checkpoint/checkpoint-file.js";
import { temporaryDirectories } from "../support/harness.js";
import { fakeHost } from "../support/host.js";

const directory = temporaryDirectories();

/** As versions without a checksum wrote it. */
function oldCheckpoint(changes: object): string {
  const print = { length: 5, hash: "0123456789ab" };
  const track = { id: "1:2:0123456789ab", path: "/a", key: "1:2", offset: 10, head: print, tail: print };
  const files = [{ ...track, isFinished: false, isArchive: false, ...changes }];
  return `${JSON.stringify({ version: 1, id: "x", files })}\n`;
}

// elastic/beats#3537, #4733, #25135, elastic/logstash#8218: empty, zeros, or damaged after a power cut.
describe("the checkpoint file", () => {
  test.each([
    ["", "it is no JSON"],
    ["{", "it is no JSON"],
    ["\0\0\0\0", "it is no JSON"],
    ['{"version":2,"files":[]}', "its version is 2, this logpipe knows 1"],
    ['{"version":1,"files":[{"id":5}]}', "its list of files is malformed"],
    ["[]", "it is no checkpoint"],
    ["null", "it is no checkpoint"],
    [oldCheckpoint({ offset: -5 }), "its list of files is malformed"],
    [oldCheckpoint({ offset: 1.5 }), "its list of files is malformed"],
    [oldCheckpoint({ head: { length: -5, hash: "0123456789ab" } }), "its list of files is malformed"],
    [
      oldCheckpoint({ tail: { length: 99_999_999_999, hash: "0123456789ab" } }),
      "its list of files is malformed",
    ],
    [oldCheckpoint({ tail: { length: 11, hash: "0123456789ab" } }), "its list of files is malformed"],
    [oldCheckpoint({ head: { length: 1, hash: "0123456789AB" } }), "its list of files is malformed"],
    [oldCheckpoint({ bornMs: "yesterday" }), "its list of files is malformed"],
    [oldCheckpoint({ held: 5 }), "its list of files is malformed"],
    [oldCheckpoint({ labels: { source: 5 } }), "its list of files is malformed"],
  ])("%j is refused with a reason and left as it is", async (text, reason) => {
    const path = join(directory(), "check.json");
    writeFileSync(path, text);
    await expect(Checkpoint.open(path)).rejects.toMatchObject({
      code: "checkpoint.unusable",
      message: `cannot use the checkpoint ${path}: ${reason}`,
    });
    expect(readFileSync(path, "utf8")).toBe(text);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  test("of an older version, without a checksum, is read on", async () => {
    const path = join(directory(), "check.json");
    writeFileSync(path, oldCheckpoint({}));
    const checkpoint = await Checkpoint.open(path);
    expect(checkpoint.files.map(({ offset }) => offset)).toEqual([10]);
    checkpoint.set({ ...checkpoint.files[0]!, offset: 11 });
    await checkpoint.close();
    expect(readFileSync(path, "utf8")).toMatch(/^\{"version":1,"id":"x",.*,"crc32c":"[0-9a-f]{8}"\}\n$/);
  });

  test("with any one bit of it changed is refused, or says the same", { timeout: 600_000 }, async () => {
    const path = join(directory(), "check.json");
    const first = await Checkpoint.open(path);
    first.set(JSON.parse(oldCheckpoint({ path: "/var/log/caf\u00e9.log", held: "b25lCg==" })).files[0]);
    await first.close();
    const whole = readFileSync(path);
    const wanted = await loadCheckpoint(path);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const bytes = Buffer.from(whole);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      writeFileSync(path, bytes);
      const read = await loadCheckpoint(path).catch((error) => error.code);
      if (read !== "checkpoint.unusable") expect(read, `bit ${bit}`).toEqual(wanted);
    }
    for (let length = 1; length < whole.length - 1; length++) {
      writeFileSync(path, whole.subarray(0, length));
      await expect(loadCheckpoint(path)).rejects.toMatchObject({ code: "checkpoint.unusable" });
    }
  });

  test("a second process is refused; a lock left by a crash is not", async () => {
    const path = join(directory(), "check.json");
    const first = await Checkpoint.open(path);
    await expect(Checkpoint.open(path)).rejects.toMatchObject({ code: "checkpoint.locked", exitCode: 1 });
    await first.close();
    writeFileSync(`${path}.lock`, JSON.stringify({ pid: process.pid, started: "1" }));
    await (await Checkpoint.open(path)).close();
    writeFileSync(`${path}.lock`, "garbage");
    await (await Checkpoint.open(path)).close();
    expect(readdirSync(join(path, ".."))).toEqual(["check.json"]);
  });

  test("many at once over a stale lock: one gets it", async () => {
    const path = join(directory(), "check.json");
    writeFileSync(`${path}.lock`, JSON.stringify({ pid: 999_999_999 }));
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => Checkpoint.open(path)));
    const winners = all.filter((one) => one.status === "fulfilled");
    expect(winners.length).toBe(1);
    for (const { value } of winners) await value.close();
  });

  test("a directory that cannot be written is an error at the start", async () => {
    const root = directory();
    writeFileSync(join(root, "file"), "");
    await expect(Checkpoint.open(join(root, "file", "check.json"))).rejects.toMatchObject({
      code: "output.unwritable",
    });
  });

  test("its default name depends on the inputs and the table", () => {
    const host = fakeHost({ env: { XDG_STATE_HOME: "/state" }, cwd: "/var/log" });
    const name = defaultCheckpoint(["a.log", "b.log"], "/store/logs", host);
    expect(name).toMatch(/^\/state\/logpipe\/checkpoints\/[0-9a-f]{12}\.json$/);
    expect(defaultCheckpoint(["/var/log/b.log", "./a.log"], "/store/logs", host)).toBe(name);
    expect(defaultCheckpoint(["a.log"], "/store/logs", host)).not.toBe(name);
    expect(defaultCheckpoint(["a.log", "b.log"], "/store/other", host)).not.toBe(name);
    const home = fakeHost({ env: { HOME: "/home/u" }, cwd: "/" });
    expect(defaultCheckpoint(["a"], "/s/logs", home)).toMatch(
      /^\/home\/u\/\.local\/state\/logpipe\/checkpoints\//,
    );
  });
});
