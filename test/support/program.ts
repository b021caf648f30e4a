/** Programs of the tests that run in a process of their own, because they are to be killed. */
import { rmSync } from "node:fs";
import { copyFile, mkdtemp, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Builds a TypeScript file and all it imports into one JavaScript file, which goes when this process ends. */
export async function buildProgram(source: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "logpipe-program-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  const outfile = join(directory, basename(source).replace(/\.ts$/, ".mjs"));
  const bundle = await rolldown({
    input: source,
    platform: "node",
    logLevel: "warn",
    transform: { target: "node20" },
    // Packages stay where they are.
    external: (id) => !id.startsWith(".") && !isAbsolute(id),
  });
  await bundle.write({ file: outfile, format: "esm", codeSplitting: false });
  await bundle.close();
  await copyFile(join(ROOT, "dist/lib/kernel/kernel.wasm"), join(directory, "kernel.wasm"));
  await symlink(join(ROOT, "node_modules"), join(directory, "node_modules"));
  return outfile;
}
