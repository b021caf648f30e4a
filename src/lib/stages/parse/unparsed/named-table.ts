/** Files that are tables by their name and by their first lines: `orders.csv`. */
import { expandGlob } from "../../../sources/files/glob.js";
import { headOf } from "../../../sources/files/head.js";
import { isTableOf, tableLines } from "./other-text.js";

const NAME = /\.([ct]sv)(?:\.(?:gz|zst|bz2|xz))?$/i;

/** Whether all are called so: says nothing of what is in them. */
export function areNamedTables(files: readonly string[]): boolean {
  return files.length > 0 && files.every((file) => NAME.test(file));
}

/**
 * The format of `files`, all of which are named as tables: undefined where one has no header that looks like names and
 * rows that fit, or another header than the first. Cost: one read of 64 KiB a file.
 */
export async function namedTable(files: readonly string[]): Promise<"csv" | "tsv" | undefined> {
  const kinds = new Set<string>();
  const headers = new Set<string>();
  for (const path of (await Promise.all(files.map((file) => expandGlob(file)))).flat()) {
    const kind = NAME.exec(path)?.[1]?.toLowerCase() ?? "";
    const lines = tableLines(await headOf(path).catch(() => Buffer.alloc(0)));
    const separators = kind === "tsv" ? ["\t"] : [",", ";", "\t", "|"];
    if (!separators.some((separator) => isTableOf(lines, separator))) return undefined;
    kinds.add(kind);
    headers.add(lines[0]!);
  }
  const [only] = kinds;
  return kinds.size === 1 && headers.size === 1 ? (only as "csv" | "tsv") : undefined;
}
