import { expect, test } from "vitest";
import { dispatchInside } from "../support/in-process.js";
import { temporaryDirectory } from "../support/logpipe.js";

const EVENT = Buffer.from('{"n":1}\n');
const NOTHING = Buffer.alloc(0);

test.each([
  "store verify",
  "store verify --deep",
  "compact",
  "store delete --where n=1 --yes",
  "store retention apply",
])("%s ends with the code of Ctrl-C, and is no bug of ours", async (command) => {
  const cwd = temporaryDirectory();
  expect((await dispatchInside(["sink", "-q", "--store", "s"], cwd, EVENT)).code).toBe(0);
  const words = [...command.split(" "), "--store", "s"];
  const ran = await dispatchInside(words, cwd, NOTHING, AbortSignal.abort(130));
  expect(ran.stderr.toString()).not.toContain("bug");
  expect(ran.code).toBe(130);
});
