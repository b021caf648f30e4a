// Enter here: a snapshot as one file that opens in a blink.
/**
 * A snapshot as one file that a fresh process reads in a blink, `_index/_snapshots/<version, 20 digits>.bin`. It is a
 * cache: it can be removed at any time, and is not used unless its checksums are right and the commit that it claims to
 * follow is the one in the log. All numbers are little endian.
 *
 *     0   8  magic "LPSNAP01"          16   the header: JSON (`CacheHeader`) and spaces, to a multiple of 8
 *     8   4  bytes of the header       ..   the sections, each at a multiple of 8 from the start of the first
 *     12  4  CRC-32 of the header
 *
 * Sections: `size`, `modified`, `rows`, `minMs`, `maxMs` are a float64 a file (NaN: not known); `removed` is JSON, the
 * `remove` actions; all others are texts (vectors.ts): `path`, `tags` (JSON), `partition/NAME` (JSON: a string or
 * null), and of the statistics `min/NAME`, `max/NAME`, `nulls/NAME` (JSON, digits as they were written), `stats`
 * (whole, where they have other members than these).
 */
import { join } from "node:path";
import type { Position } from "../../../event/position.js";
import type { Metadata, Protocol, Txn } from "../actions.js";
import type { CommitNote } from "../guard/seal.js";

export interface CacheHeader {
  readonly version: number;
  /** Of the file of that commit; `note` is what the state remembers of it. */
  readonly commit: { readonly bytes: number; readonly crc32: number; readonly note?: CommitNote };
  readonly metadata: Metadata;
  readonly protocol: Protocol;
  readonly transactions: readonly Txn[];
  readonly positions: readonly Position[];
  readonly files: number;
  /** Name to [offset from the start of the first section, bytes]. */
  readonly sections: Readonly<Record<string, readonly [offset: number, bytes: number]>>;
  /** CRC-32 of all sections with what is between them. */
  readonly crc32: number;
}

export const CACHE_MAGIC = Buffer.from("LPSNAP01", "latin1");
export const CACHE_PREFIX_BYTES = 16;

export function cacheDirectory(tableDirectory: string): string {
  return join(tableDirectory, "_index", "_snapshots");
}

export function cacheName(version: number): string {
  return `${version.toString().padStart(20, "0")}.bin`;
}

/** The version of a cache by its name; undefined for another file. */
export function cacheVersion(name: string): number | undefined {
  const match = /^(\d{20})\.bin$/.exec(name);
  return match === null ? undefined : Number(match[1]);
}

/** The next multiple of 8. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
