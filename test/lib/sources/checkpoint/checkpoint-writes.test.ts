import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Checkpoint } from "../../../../src/lib/sources/checkpoint/checkpoint.js";
import { sleep, temporaryDirectories } from "../support/harness.js";

const directory = temporaryDirectories();

test("writes come one after the other, however long each takes", async () => {
  const path = join(directory(), "check.json");
  const checkpoint = await Checkpoint.open(path);
  let writing = 0;
  let most = 0;
  checkpoint.withRoom = async (action) => {
    most = Math.max(most, ++writing);
    await sleep(400);
    return action().finally(() => writing--);
  };
  const print = { length: 0, hash: "" };
  const track = {
    path,
    key: "1:1",
    offset: 0,
    head: print,
    tail: print,
    isFinished: false,
    isArchive: false,
  };
  checkpoint.introduce({ ...track, id: "1:1:a" });
  const known = checkpoint.known();
  await sleep(10);
  checkpoint.set({ ...track, id: "1:1:b" });
  await known;
  await sleep(10);
  await checkpoint.close();
  expect(most).toBe(1);
  expect(JSON.parse(readFileSync(path, "utf8")).files).toHaveLength(2);
});
