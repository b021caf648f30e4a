/** One file under several names: a link beside what it leads to, a name given twice. */
import { stat } from "node:fs/promises";
import { shownName, systemPath } from "../../base/local/byte-name.js";
import { countOf } from "../../base/size.js";
import { fileKeyText } from "../identity/open-handles.js";

/**
 * The files without those that are, by device and inode, one before them, and `notice` told of these at once. What is
 * no regular file, and what is not there, stays.
 */
export async function withoutRepeats<T extends { readonly path: string }>(
  files: readonly T[],
  notice: (text: string) => void,
): Promise<readonly T[]> {
  if (files.length < 2) return files;
  const firsts = new Map<string, string>();
  const repeats: string[] = [];
  const kept: T[] = [];
  for (const file of files) {
    const stats = await stat(systemPath(file.path), { bigint: true }).catch(() => undefined);
    const key = stats?.isFile() ? fileKeyText(stats) : undefined;
    const first = key === undefined ? undefined : firsts.get(key);
    if (first === undefined) {
      kept.push(file);
      if (key !== undefined) firsts.set(key, file.path);
    } else
      repeats.push(first === file.path ? shownName(first) : `${shownName(file.path)} is ${shownName(first)}`);
  }
  if (repeats.length > 0) notice(repeatsText(repeats));
  return kept;
}

const NAMED_MAX = 3;

function repeatsText(repeats: readonly string[]): string {
  const more = repeats.length > NAMED_MAX ? ", ..." : "";
  const named = repeats.slice(0, NAMED_MAX).join(", ") + more;
  if (repeats.length === 1) return `a file named again is read once: ${named}`;
  return `${countOf(repeats.length, "file")} named again are read once: ${named}`;
}
