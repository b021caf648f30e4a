// Joins the modules of dist/ into the files that the command loads. Node opens, resolves and compiles each file by
// itself, which costs about 0.4 ms: what every run needs is one file, and what every pipeline needs another. The rest
// is loaded when it is used.
import { readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { rolldown } from "rolldown";

const ENTRIES = ["main", "worker", "watchdog", "query-process", "query-deadline", "index", "library/pino"];
const YAML_LICENCE = "/* yaml, by Eemeli Aro, joined into one file; ISC licence: see that package. */";
const STATIC = /^(?:import|export)\b[^;]*?from\s*"(\.[^"]+)"|^import\s*"(\.[^"]+)"/gm;

/**
 * Writes the files of the program, and DuckDB's client, into `directory`, which is emptied before. `from`: the modules.
 */
export async function bundleProgram(from, directory) {
  rmSync(directory, { recursive: true, force: true });
  const start = reachable(join(from, "main.js"));
  const pipeline = reachable(join(from, "lib/pipeline/run/start.js"));
  const group = (id) =>
    start.has(id)
      ? "start"
      : pipeline.has(id)
        ? "pipeline"
        : id.includes("/node_modules/yaml/")
          ? "yaml-library"
          : null;
  await write(
    {
      input: Object.fromEntries(ENTRIES.map((name) => [basename(name), join(from, `${name}.js`)])),
      // The yaml library is sixty files of CommonJS: its modules are joined with ours, and what is not used stays out.
      external: /^(?!yaml$)[^./]/,
      resolve: { alias: { yaml: join(from, "../node_modules/yaml/browser/dist/index.js") } },
    },
    {
      dir: directory,
      format: "esm",
      entryFileNames: "[name].js",
      chunkFileNames: "[name]-[hash].js",
      // Less to read at each start; what Node compiles is a fifth smaller.
      banner: ({ name }) => (name === "yaml-library" ? YAML_LICENCE : ""),
      comments: { legal: true, annotation: false, jsdoc: false },
      codeSplitting: { groups: [{ name: group, debugName: "start and pipeline" }] },
    },
  );
  // DuckDB's client is a hundred files, too: as one it loads 40 ms sooner. Its licence is that of the package it came
  // from.
  await write(
    {
      input: join(from, "../node_modules/@duckdb/node-api/lib/index.js"),
      external: ["@duckdb/node-bindings"],
    },
    {
      file: join(directory, "duckdb.cjs"),
      format: "cjs",
      banner: "/* @duckdb/node-api, joined into one file; MIT licence: see that package. */",
    },
  );
}

async function write(input, output) {
  const bundle = await rolldown({
    platform: "node",
    logLevel: "warn",
    transform: { target: "node20" },
    ...input,
  });
  await bundle.write(output);
  await bundle.close();
}

/** The modules that a module loads whenever it is loaded itself: not those of `import()`. */
function reachable(path, seen = new Set()) {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const [, name, bare] of readFileSync(path, "utf8").matchAll(STATIC))
    reachable(join(dirname(path), name ?? bare), seen);
  return seen;
}
