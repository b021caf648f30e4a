import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** Files below `directory` whose name ends with one of `endings`, as paths from the root. */
export function filesOf(root, directory, endings) {
  const start = join(root, directory);
  if (!existsSync(start)) return [];
  if (statSync(start).isFile()) return [directory];
  return readdirSync(start, { recursive: true, encoding: "utf8" })
    .map((path) => join(directory, path))
    .filter(
      (path) =>
        endings.some((ending) => path.endsWith(ending)) && !/(^|\/)(node_modules|dist|\.data)\//.test(path),
    )
    .sort();
}

/** The program's own modules: what the kernel is compiled from is another language. */
export function modulesOf(root) {
  return filesOf(root, "src", [".ts"]).filter((file) => !file.includes("/kernel/assembly/"));
}

/** Relative imports, static and dynamic, as paths from the root. */
export function importsOf(root, file) {
  const text = readFileSync(join(root, file), "utf8");
  const targets = text.matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+)"(\.[^"]+)"/g);
  return [...targets].map(([, target]) => normalize(join(dirname(file), target)).replace(/\.js$/, ".ts"));
}
