/**
 * What recovery cannot vouch for, in files of its own beside the segments: never written over, never removed but by
 * whoever looks after the store. `SEGMENT-NUMBER.damaged` has bytes of the data, `.aside.damaged` and
 * `.commits.damaged` of the other files; the number is the offset they stood at, or the next that is free.
 */
import { basename, dirname, join } from "node:path";
import type { Files, OpenFile } from "../../../base/files.js";
import { segmentName } from "../segment.js";

/** A file of a segment, by what is in it. */
export type Part = "data" | "aside" | "index";

export interface DamagedFile {
  readonly name: string;
  readonly sequence: number;
  readonly part: Part;
  readonly number: number;
}

const ENDINGS: Readonly<Record<Part, string>> = { data: "", aside: ".aside", index: ".commits" };

/** What the name says; undefined for any other. */
export function damagedFile(name: string): DamagedFile | undefined {
  const match = /^(\d{20})-(\d+)(|\.aside|\.commits)\.damaged$/.exec(name);
  if (match === null) return undefined;
  const part = (["data", "aside", "index"] as const).find((one) => ENDINGS[one] === match[3])!;
  return { name, sequence: Number(match[1]), part, number: Number(match[2]) };
}

/** What was kept of a segment, among the names in its directory. */
export function keptOf(names: readonly string[], sequence: number): DamagedFile[] {
  const kept = names.flatMap((name): DamagedFile | [] => damagedFile(name) ?? []);
  return kept.filter((one) => one.sequence === sequence);
}

/** The segment's file with this part. `base`: its path without an ending. */
export function pathOf(base: string, part: Part): string {
  return `${base}.${part === "data" ? "ndjson" : part === "aside" ? "aside" : "commits"}`;
}

const CHUNK_BYTES = 1024 * 1024;

/**
 * Copies bytes of an open file to a damaged file; durable, name and all, once this resolves. Can be killed and done
 * again: a file with a name like this is whole, and one that holds the same bytes is not made twice.
 */
export async function keepDamaged(
  files: Files,
  base: string,
  part: Part,
  from: Pick<OpenFile, "read">,
  offset: number,
  length: number,
): Promise<string> {
  const directory = dirname(base);
  const draft = `${base}-${offset}.tmp`;
  await files.remove(draft).catch(() => {});
  const copy = await files.open(draft, "create");
  try {
    for (let at = 0; at < length; at += CHUNK_BYTES)
      await copy.write([await from.read(offset + at, Math.min(CHUNK_BYTES, length - at))], at);
    await copy.sync();
    for (let number = offset; ; number++) {
      const name = `${basename(base)}-${number}${ENDINGS[part]}.damaged`;
      const path = join(directory, name);
      const known = await files.stat(path);
      if (known === undefined) await files.rename(draft, path);
      else if (!(await isSame(files, path, copy, known.bytes, length))) continue;
      else await files.remove(draft);
      await files.syncDirectory(directory);
      return name;
    }
  } finally {
    await copy.close();
  }
}

async function isSame(
  files: Files,
  path: string,
  copy: OpenFile,
  bytes: number,
  length: number,
): Promise<boolean> {
  if (bytes < length) return false;
  const known = await files.open(path, "read");
  try {
    for (let at = 0; at < length; at += CHUNK_BYTES) {
      const [a, b] = [await known.read(at, CHUNK_BYTES), await copy.read(at, CHUNK_BYTES)];
      // Blank lines stand where an earlier try, which was killed, has begun to take the bytes out.
      if (!b.every((byte, i) => byte === a[i] || byte === 10)) return false;
    }
    return true;
  } finally {
    await known.close();
  }
}

/** The same of bytes in memory. */
export async function keepBytes(files: Files, base: string, part: Part, bytes: Buffer): Promise<void> {
  const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length);
  await keepDamaged(files, base, part, { read }, 0, bytes.length);
}

/** The path of a segment without an ending. */
export function basePath(directory: string, sequence: number): string {
  return join(directory, segmentName(sequence));
}
