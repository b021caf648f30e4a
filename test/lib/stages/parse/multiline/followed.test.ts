/** Lines that come one by one, with pauses: as from a program that is followed. */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";

it("are one event for as long as --multiline-timeout says", async () => {
  const words = ["parse", "--multiline", "start:^>", "--multiline-timeout", "10m"];
  const child = spawn("bin/logpipe", words, { stdio: ["pipe", "pipe", "ignore"] });
  let out = "";
  child.stdout.on("data", (data: Buffer) => (out += data));
  // The pauses give the engine time to let go of lines; what comes out is the same without them.
  for (const line of ["> 1", "a", "> 2"]) {
    child.stdin.write(`${line}\n`);
    await sleep(600);
  }
  child.stdin.end();
  await new Promise((resolve) => child.on("close", resolve));
  expect(out).toBe('{"message":"> 1\\na","unparsed":true}\n{"message":"> 2","unparsed":true}\n');
});
