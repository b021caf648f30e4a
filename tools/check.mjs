#!/usr/bin/env node
// `npm run check`: everything CI asks beside the tests. One line a check; exit 1 when any fails.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { RULES } from "./tidy.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
let hasFailed = false;

await report("types: src, and build", () => program(process.execPath, "tools/build.mjs"));
await report("types: test", () => program(tool("tsc"), "-p", "test/tsconfig.json"));
await report("style", () => program(tool("biome"), "check", "--max-diagnostics=20", "."));
for (const [name, rule] of Object.entries(RULES)) await report(`tidy: ${name}`, () => rule(root));
await report("docs: generated pages are up to date", async () => {
  const { stalePages } = await import("./docs.mjs");
  return stalePages(root);
});
process.exitCode = hasFailed ? 1 : 0;

/** Runs one check, a function returning sentences about what is wrong, and prints its line. */
async function report(name, check) {
  const start = performance.now();
  const wrong = await sentencesOf(check);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${wrong.length === 0 ? "ok  " : "FAIL"}  ${seconds.padStart(5)} s  ${name}`);
  for (const sentence of wrong) console.log(`      ${sentence.replaceAll("\n", "\n      ")}`);
  if (wrong.length > 0) hasFailed = true;
}

async function sentencesOf(check) {
  try {
    return await check();
  } catch (error) {
    return [`could not be checked: ${error instanceof Error ? error.message : error}`];
  }
}

function program(command, ...args) {
  const ran = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  return ran.status === 0
    ? []
    : [`${ran.stdout}${ran.stderr}`.trim() || `${command} ended with ${ran.status ?? ran.signal}`];
}

function tool(name) {
  return join(root, "node_modules", ".bin", name);
}
