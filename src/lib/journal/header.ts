/**
 * `journal.json`: what a journal knows beside its segments, and a second copy of it in `journal.copy.json`. Written at
 * the beginning, before segments go, and at the end.
 */
import { join } from "node:path";
import { failure } from "../base/errors/index.js";
import type { Files } from "../base/files.js";
import type { Position } from "../event/position.js";
import { readChecked, writeChecked } from "./checked-json.js";

export const VERSION = 1;
const NAMES = ["journal.copy.json", "journal.json"] as const;

export interface Header {
  /** Tells this journal from all others. */
  readonly id: string;
  /** Grows with each writing. */
  readonly round: number;
  /** Names of its readers. */
  readonly readers: readonly string[];
  /**
   * No byte was ever written behind this, when it was closed, or at `removed`: what a sink remembers of a journal must
   * never be ahead of what comes.
   */
  readonly end: number;
  /** Where the run began to write that wrote this; absent: of an older version. */
  readonly begun?: number | undefined;
  /** It was closed, and nothing was written after that. */
  readonly isClosed: boolean;
  /** What was removed because nobody wants it any more: stretches of all that was ever written, in order. */
  readonly removed: readonly Stretch[];
  /** The newest of each source, up to `positionsAt`. */
  readonly positions: readonly Position[];
  readonly positionsAt: number;
  /** Events that readers lost for want of room, since it was made, by reader; absent: of an older version. */
  readonly dropped?: Readonly<Record<string, number>> | undefined;
  /** A reader is given another name just now, or was when a crash came: then that is to be ended first. */
  readonly renaming?: Renaming | undefined;
}

export interface Renaming {
  readonly from: string;
  readonly to: string;
}

/** From one byte to before another. */
export type Stretch = readonly [from: number, to: number];

export interface FoundHeader {
  readonly header: Header | undefined;
  /** Files that are not as they were written. */
  readonly damaged: readonly string[];
}

/** Throws journal.version for one of another version. */
export async function readHeader(files: Files, directory: string): Promise<FoundHeader> {
  let header: Header | undefined;
  const damaged: string[] = [];
  for (const name of NAMES) {
    const path = join(directory, name);
    const found = await readChecked(files, path);
    if (found === undefined) continue;
    if (found === "damaged") {
      damaged.push(path);
      continue;
    }
    const { version, ...rest } = found as Header & { readonly version: unknown };
    if (version !== VERSION)
      throw failure("journal.version", { path: directory, version: String(version), known: VERSION });
    if (header === undefined || rest.round > header.round) header = rest;
  }
  return { header, damaged };
}

export async function writeHeader(files: Files, directory: string, header: Header): Promise<void> {
  for (const name of NAMES) await writeChecked(files, join(directory, name), { version: VERSION, ...header });
}

/** The stretches with one more, joined where they touch. */
export function withStretch(stretches: readonly Stretch[], [from, to]: Stretch): Stretch[] {
  if (to <= from) return [...stretches];
  const apart = stretches.filter(([a, b]) => b < from || a > to);
  const near = stretches.filter(([a, b]) => b >= from && a <= to);
  const joined: Stretch = [
    near.reduce((least, [a]) => Math.min(least, a), from),
    near.reduce((most, [, b]) => Math.max(most, b), to),
  ];
  return [...apart, joined].sort(([a], [b]) => a - b);
}

/** How much of a stretch lies in none of these. */
export function outsideOf(stretches: readonly Stretch[], [from, to]: Stretch): number {
  const inside = stretches.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, to) - Math.max(a, from)), 0);
  return Math.max(0, to - from - inside);
}
