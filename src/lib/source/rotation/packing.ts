/** Packed and other binary files among those that are followed, told by their first bytes: never read as lines. */
import { KIND_BYTES, type Kind, kindOf } from "../encoded/kinds.js";
import { readRange } from "../prints.js";

/** What the open file is, when it is not plain. */
export function packingOf(fd: number): Kind | undefined {
  const head = readRange(fd, 0, KIND_BYTES);
  const kind = kindOf(head, head.length < KIND_BYTES);
  return typeof kind === "string" ? undefined : kind;
}

/** Whether the open file can be decompressed here. */
export function isArchive(fd: number): boolean {
  return packingOf(fd)?.codec !== undefined;
}
