/**
 * Places in the stream of a table's events, as cursors. The stream is what one version of the table has, in order of
 * time, and then what each later version adds:
 *
 *     ID/TABLE/start@41    offset: rows handed over of those that version 41 has
 *     ID/TABLE/log         offset: version * 2^26 + rows handed over of those that the version adds
 *
 *     ID/TABLE/wal:WRITER  offset: segment * 2^26 + its commits handed over, of those that were given from the log
 *
 * ID is that of the checkpoint, TABLE the `metaData.id` of the table. Once there is one of the second kind, the first
 * has been read.
 */
import type { Cursor } from "../../event/delivery/cursor.js";
import type { LivePlace } from "./live/live-end.js";

export interface TableCursor {
  readonly kind: "start" | "log";
  readonly version: number;
  /** Rows of the version, or that it adds, that lie before the place. */
  readonly rows: number;
}

/** Rows that one version may add: flushed segments have far fewer. */
export const MOST_ROWS = 2 ** 26 - 1;

const SCALE = MOST_ROWS + 1;

/** `prefix`: `ID/TABLE/`. */
export function cursorOf(prefix: string, { kind, version, rows }: TableCursor): Cursor {
  if (kind === "start") return { stream: `${prefix}start@${version}`, offset: rows };
  return { stream: `${prefix}log`, offset: version * SCALE + rows };
}

/** The last place among the cursors; undefined when none is of the table. */
export function placeAmong(prefix: string, cursors: readonly Cursor[]): TableCursor | undefined {
  const last = lastAmong(prefix, cursors);
  if (last === undefined) return undefined;
  const { stream, offset } = last;
  if (stream !== `${prefix}log`)
    return { kind: "start", version: Number(stream.slice(`${prefix}start@`.length)), rows: offset };
  return { kind: "log", version: Math.floor(offset / SCALE), rows: offset % SCALE };
}

const LIVE = "wal:";

export function liveCursorOf(prefix: string, writer: string, { sequence, given }: LivePlace): Cursor {
  return { stream: `${prefix}${LIVE}${writer}`, offset: sequence * SCALE + given };
}

/** Places in the log, by writer. */
export function livePlacesAmong(prefix: string, cursors: readonly Cursor[]): Map<string, LivePlace> {
  const places = new Map<string, LivePlace>();
  for (const { stream, offset } of liveAmong(prefix, cursors)) {
    const place = { sequence: Math.floor(offset / SCALE), given: offset % SCALE };
    places.set(stream.slice(prefix.length + LIVE.length), place);
  }
  return places;
}

export function liveAmong(prefix: string, cursors: readonly Cursor[]): readonly Cursor[] {
  return cursors.filter(({ stream }) => stream.startsWith(`${prefix}${LIVE}`));
}

/** The cursor of that place. */
export function lastAmong(prefix: string, cursors: readonly Cursor[]): Cursor | undefined {
  const own = cursors.filter(
    ({ stream }) => stream.startsWith(prefix) && !stream.startsWith(`${prefix}${LIVE}`),
  );
  return furthest(own.filter(({ stream }) => stream === `${prefix}log`)) ?? furthest(own);
}

/** Whether what was read up to `place` was not read up to `other`. Undefined: nothing was. */
export function isBehind(place: TableCursor | undefined, other: TableCursor): boolean {
  if (place === undefined) return true;
  if (place.kind !== other.kind) return place.kind === "start";
  return place.version < other.version || (place.version === other.version && place.rows < other.rows);
}

/** Several versions may have been begun with. */
function furthest(cursors: readonly Cursor[]): Cursor | undefined {
  return cursors.reduce<Cursor | undefined>(
    (best, cursor) => (best === undefined || cursor.offset > best.offset ? cursor : best),
    undefined,
  );
}
