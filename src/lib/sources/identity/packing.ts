/** Packed and other binary files among those that are followed, told by their first bytes: never read as lines. */
import { type InputKind, inputKindOf, KIND_BYTES } from "../decode/kinds.js";
import { readRange } from "./fingerprint.js";

/** What the open file is, when it is not plain. */
export function packingOf(fd: number): InputKind | undefined {
  const head = readRange(fd, 0, KIND_BYTES);
  const kind = inputKindOf(head, head.length < KIND_BYTES);
  return typeof kind === "string" ? undefined : kind;
}

/** Whether the open file can be decompressed here. */
export function isArchive(fd: number): boolean {
  return packingOf(fd)?.codec !== undefined;
}
