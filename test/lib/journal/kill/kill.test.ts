/** kill -9 at random moments: what was acknowledged is delivered to every reader. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { execPath } from "node:process";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../support.js";

const ROOT = resolve(import.meta.dirname, "../../../..");
const KILLS = 8;

/** Runs the writer until it has acknowledged so many, and a while longer; resolves with those. */
async function run(
  directory: string,
  out: string,
  first: number,
  killAfter: { readonly count: number; readonly ms: number } | "last",
): Promise<number[]> {
  const mode = killAfter === "last" ? "last" : "kill";
  const script = join(import.meta.dirname, "writer.mjs");
  const child = spawn(execPath, [script, ROOT, directory, out, String(first), mode], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  let isDue = false;
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    if (killAfter === "last" || isDue || text.split("\n").length <= killAfter.count) return;
    isDue = true;
    setTimeout(() => child.kill("SIGKILL"), killAfter.ms);
  });
  const code = await new Promise((done) => child.once("close", done));
  expect(code).toBe(killAfter === "last" ? 0 : null);
  return text.split("\n").slice(0, -1).map(Number);
}

test("at least once for a reader with a place here, exactly once where the sink keeps it", async () => {
  const directory = temporaryDirectory();
  const out = temporaryDirectory();
  const acknowledged: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const killAfter = { count: 20 + kill * 40, ms: (kill * 7) % 23 };
    acknowledged.push(...(await run(directory, out, kill * 1_000_000, killAfter)));
  }
  await run(directory, out, 0, "last");
  const least = readFileSync(join(out, "least"), "utf8").split("\n").slice(0, -1).map(Number);
  const exact = JSON.parse(readFileSync(join(out, "exact"), "utf8")).numbers as number[];
  expect(exact).toEqual([...new Set(exact)].sort((a, b) => a - b));
  expect(new Set(least)).toEqual(new Set(exact));
  const delivered = new Set(exact);
  expect(acknowledged.filter((n) => !delivered.has(n))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(KILLS * 20);
});
