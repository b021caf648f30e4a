#!/usr/bin/env node
// Builds dist/: TypeScript to JavaScript, AssemblyScript kernels to WebAssembly, and for the command the modules joined into a
// few files (dist/bundle/), because opening a hundred small ones costs 0.1 s. The compilers come from npm.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const bin = (name) => join(root, "node_modules", ".bin", name);
const run = (command, ...args) => execFileSync(bin(command), args, { cwd: root, stdio: "inherit" });

const bundle = join(root, "dist/bundle");
const assembly = join(root, "src/lib/kernel/assembly");
const wasm = join(root, "dist/lib/kernel/kernel.wasm");

if (process.argv.includes("--clean")) rmSync(join(root, "dist"), { recursive: true, force: true });
mkdirSync(dirname(wasm), { recursive: true });
run("tsc", "-p", "tsconfig.json");
if (isStale()) {
  run(
    "asc",
    join(assembly, "index.ts"),
    "--outFile",
    wasm,
    "-O3",
    "--noAssert",
    "--enable",
    "simd",
    "--enable",
    "bulk-memory",
    "--runtime",
    "stub",
    "--initialMemory",
    "64",
  );
}

rmSync(bundle, { recursive: true, force: true });
run(
  "esbuild",
  join(root, "dist/main.js"),
  join(root, "dist/worker.js"),
  join(root, "dist/watchdog.js"),
  join(root, "dist/query-process.js"),
  join(root, "dist/query-deadline.js"),
  `--outdir=${bundle}`,
  "--bundle",
  "--splitting",
  "--format=esm",
  "--platform=node",
  "--target=node20",
  "--packages=external",
  "--log-level=warning",
);
copyFileSync(wasm, join(bundle, "kernel.wasm"));
// DuckDB's client is a hundred files, too: as one it loads 40 ms sooner. Its licence is that of the package it came from.
run(
  "esbuild",
  join(root, "node_modules/@duckdb/node-api/lib/index.js"),
  `--outfile=${join(bundle, "duckdb.cjs")}`,
  "--bundle",
  "--format=cjs",
  "--platform=node",
  "--target=node20",
  "--external:@duckdb/node-bindings",
  "--banner:js=/* @duckdb/node-api, joined into one file; MIT licence: see that package. */",
  "--log-level=warning",
);

/** Whether a kernel source is newer than the module built from it. */
function isStale() {
  if (!existsSync(wasm)) return true;
  const built = statSync(wasm).mtimeMs;
  return readdirSync(assembly).some((name) => statSync(join(assembly, name)).mtimeMs > built);
}
