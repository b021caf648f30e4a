#!/usr/bin/env node
// Builds dist/: TypeScript to JavaScript, AssemblyScript kernels to WebAssembly, and for the command the modules joined
// into a few files (dist/bundle/), because opening a hundred small ones costs 0.1 s. The compilers come from npm.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleProgram } from "./bundle.mjs";

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

await bundleProgram(join(root, "dist"), bundle);
copyFileSync(wasm, join(bundle, "kernel.wasm"));

/** Whether a kernel source is newer than the module built from it. */
function isStale() {
  if (!existsSync(wasm)) return true;
  const built = statSync(wasm).mtimeMs;
  return readdirSync(assembly, { recursive: true }).some(
    (name) => statSync(join(assembly, name)).mtimeMs > built,
  );
}
