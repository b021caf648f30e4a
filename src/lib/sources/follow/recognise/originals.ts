/**
 * Copies that lie beside the log they were made of, when nothing of either has been read: `app.log.1` before `app.log`
 * is truncated, `app.log.1.gz` before `app.log.1` is removed. Names say what to compare, and every byte whether it is
 * one.
 */
import { closeSync, constants, fstatSync, openSync, type Stats } from "node:fs";
import { extname, resolve } from "node:path";
import { systemPath } from "../../../base/local/byte-name.js";
import { DecodeError } from "../../decode/decode-error.js";
import { openPath } from "../../files/input.js";
import { type Evidence, evidenceIn, holds, readRange } from "../../identity/fingerprint.js";
import { fileKeyText, isTooMany } from "../../identity/open-handles.js";
import { packingOf } from "../../identity/packing.js";
import { isNamedAfter, rotationOf, unpackedName } from "../../identity/siblings.js";
import type { TrackedFile } from "../../identity/tracked-file.js";
import { stampOf } from "./copy-detection.js";
import { SURE_BYTES } from "./rotated-file.js";

/** The first read of a comparison: most files that are no copies differ in it. */
const FIRST_BYTES = 4096;
const PIECE_BYTES = 256 * 1024;
/** An archive that ends too early may still be written for this long after its last change. */
const QUIET_MS = 10_000;
const MOST_COMPARED = 1000;

/** Finds the names that a name was made from, among many, in time that depends on its length only. */
export class OriginalNames {
  private readonly paths: readonly string[];
  private indexed:
    | { readonly byName: Map<string, string>; readonly byStem: Map<string, string[]> }
    | undefined;

  constructor(paths: readonly string[]) {
    this.paths = paths;
  }

  /** Whether the file at `path` is there as a rotated one of another. */
  isRotated(path: string): boolean {
    return this.originalsOf(path).some((original) => rotationOf(original, path) !== undefined);
  }

  /**
   * The paths that `path` is named after, by a rotation or a packer; not those that are named after it as well (`a.1`,
   * `a.2`).
   */
  originalsOf(path: string): string[] {
    this.indexed ??= indexOf(this.paths);
    const { byName, byStem } = this.indexed;
    const whole = resolve(path);
    const nameStart = whole.lastIndexOf("/") + 1;
    const found = new Set<string>();
    for (const { index } of whole.slice(nameStart).matchAll(/(?<=.)[._~-]/g)) {
      const start = whole.slice(0, nameStart + index);
      for (const other of [byName.get(start), ...(byStem.get(start) ?? [])])
        if (other !== undefined && isNamedAfter(other, path) && !isNamedAfter(path, other)) found.add(other);
    }
    return [...found];
  }
}

function indexOf(paths: readonly string[]) {
  const byName = new Map<string, string>();
  const byStem = new Map<string, string[]>();
  for (const path of paths) {
    const whole = resolve(path);
    byName.set(whole, path);
    const stem = whole.slice(0, whole.length - extname(whole).length);
    const others = byStem.get(stem);
    if (others === undefined) byStem.set(stem, [path]);
    else others.push(path);
  }
  return { byName, byStem };
}

/** Which files are copies of others that are there and are read themselves. */
export class Originals {
  private readonly nowMs: () => number;
  /** Comparing is dear: once for each file as it is, and original. "own": it is no copy. */
  private readonly compared = new Map<string, Evidence | "own">();

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  /**
   * Whether all that `file` holds, or will hold once it is complete, stands at the start of a plain file at one of
   * `originals`. Less than 256 bytes in common make a copy only of a packed file that is named as its original with
   * `.gz` or the like.
   */
  async hasOneOf(file: TrackedFile, stats: Stats, originals: readonly string[]): Promise<boolean> {
    for (const path of originals) if (await this.isCopy(file, stats, path)) return true;
    return false;
  }

  private async isCopy(file: TrackedFile, stats: Stats, path: string): Promise<boolean> {
    let fd: number;
    try {
      fd = openSync(systemPath(path), constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (isTooMany(error)) throw error;
      return false;
    }
    try {
      const key = fileKeyText(fstatSync(fd, { bigint: true }));
      if (key === file.key || packingOf(fd) !== undefined) return false;
      const name = `${file.key} ${stampOf(stats)} ${key}`;
      const known = this.compared.get(name);
      if (known === "own" || (known !== undefined && holds(fd, known))) return known !== "own";
      const length = await this.lengthWithin(file, stats, fd);
      if (length === "growing") return true;
      const least = file.isArchive && unpackedName(file.place) === path ? 1 : SURE_BYTES;
      const isCopy = length !== undefined && length >= least;
      if (this.compared.size > MOST_COMPARED) this.compared.clear();
      this.compared.set(name, isCopy ? evidenceIn(fd, length) : "own");
      return isCopy;
    } finally {
      closeSync(fd);
    }
  }

  /** How long the content of `file` is, where `fd` begins with all of it. */
  private async lengthWithin(
    file: TrackedFile,
    stats: Stats,
    fd: number,
  ): Promise<number | "growing" | undefined> {
    const { bytes } = await openPath(file.place);
    const scratch = Buffer.allocUnsafe(PIECE_BYTES);
    let length = 0;
    try {
      for (;;) {
        const into = length === 0 ? scratch.subarray(0, FIRST_BYTES) : scratch;
        const piece = into.subarray(0, await bytes.read(into));
        if (piece.length === 0) return length;
        if (!readRange(fd, length, piece.length).equals(piece)) return undefined;
        length += piece.length;
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return this.nowMs() - stats.mtimeMs < QUIET_MS ? "growing" : undefined;
    } finally {
      await bytes.close();
    }
  }
}
