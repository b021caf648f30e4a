/**
 * Where reading goes on, by what the table has. The table decides: what lies behind its cursor is not in it, whatever
 * the checkpoint says, since it may have been restored from an older copy, recreated, or be another one. The checkpoint
 * says what the files are known by.
 */
import type { Cursor } from "../../event/delivery/cursor.js";
import { EMPTY_PRINT, parsePrint } from "../identity/fingerprint.js";
import type { Track } from "../identity/tracked-file.js";

/** A file of which the checkpoint says that more was stored than the table has. */
export interface Behind {
  readonly path: string;
  /** What the table has, and what was read, in bytes (decompressed, for an archive). */
  readonly from: number;
  readonly to: number;
}

export interface PlacedTracks {
  readonly tracks: readonly Track[];
  /** Of these the table has more than the checkpoint says: the process was killed between the two. */
  readonly ahead: readonly Track[];
  /** By the id of the track. */
  readonly behind: ReadonlyMap<string, Behind>;
  /** Ids of copies that were read where another file ended: that file is read in their place. */
  readonly merged: readonly string[];
}

/** `storedOf`: the table's cursor of a file, by its id. */
export function placeByTable(
  known: readonly Track[],
  storedOf: (id: string) => Cursor | undefined,
): PlacedTracks {
  const all = new Map(known.map((track) => [track.id, track]));
  const placed = new Map(known.map((track) => [track.id, placeOf(track, storedOf(track.id))]));
  const merged = mergedIn(known, placed, storedOf);
  const behind = new Map<string, Behind>();
  for (const { id, path, offset: to } of known) {
    const reads = merged.has(id) ? originalOf(id, all, merged) : id;
    const from = placed.get(reads)!.offset;
    if (from < Math.max(to, behind.get(reads)?.to ?? 0))
      behind.set(reads, { path, from, to: Math.max(to, behind.get(reads)?.to ?? 0) });
  }
  const tracks = [...placed.values()].filter(({ id }) => !merged.has(id));
  const ahead = tracks.filter((track) => track !== all.get(track.id) && !behind.has(track.id));
  return { tracks, ahead, behind, merged: [...merged] };
}

function placeOf(track: Track, stored: Cursor | undefined): Track {
  if (stored !== undefined) {
    const { offset } = stored;
    const tail = parsePrint(stored.print) ?? (offset === track.offset ? track.tail : EMPTY_PRINT);
    const isFinished = track.isFinished && offset === track.offset;
    return { ...track, offset, tail, held: undefined, isFinished };
  }
  const { offset, tail } = track.start ?? { offset: 0, tail: EMPTY_PRINT };
  if (track.offset <= offset) return track;
  return { ...track, offset, tail, held: undefined, isFinished: false };
}

/**
 * Copies of which the table has nothing, and not all of what they repeat: their content is that of the file they go on
 * from.
 */
function mergedIn(
  known: readonly Track[],
  placed: ReadonlyMap<string, Track>,
  storedOf: (id: string) => Cursor | undefined,
): Set<string> {
  const merged = new Set<string>();
  for (let before = -1; before < merged.size; ) {
    before = merged.size;
    for (const { id, start } of known) {
      const original = start?.after === undefined ? undefined : placed.get(start.after);
      if (original === undefined || storedOf(id) !== undefined) continue;
      if (merged.has(original.id) || original.offset < start!.offset) merged.add(id);
    }
  }
  return merged;
}

/** A copy goes on from a file that is older than it is, so this ends. */
function originalOf(id: string, all: ReadonlyMap<string, Track>, merged: ReadonlySet<string>): string {
  for (let at = id; ; ) {
    if (!merged.has(at)) return at;
    at = all.get(at)!.start!.after!;
  }
}
