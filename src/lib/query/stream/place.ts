/**
 * Places in the stream of a table's events, as positions. The stream is what one version of the table has, in order of time, and
 * then what each later version adds:
 *
 *     ID/TABLE/start@41    offset: rows handed over of those that version 41 has
 *     ID/TABLE/log         offset: version * 2^26 + rows handed over of those that the version adds
 *
 * ID is that of the checkpoint, TABLE the `metaData.id` of the table. Once there is one of the second kind, the first has been read.
 */
import type { Position } from "../../event/position.js";

export interface Place {
  readonly kind: "start" | "log";
  readonly version: number;
  /** Rows of the version, or that it adds, that lie before the place. */
  readonly rows: number;
}

/** Rows that one version may add: flushed segments have far fewer. */
export const MOST_ROWS = 2 ** 26 - 1;

const SCALE = MOST_ROWS + 1;

/** `prefix`: `ID/TABLE/`. */
export function positionOf(prefix: string, { kind, version, rows }: Place): Position {
  if (kind === "start") return { source: `${prefix}start@${version}`, offset: rows };
  return { source: `${prefix}log`, offset: version * SCALE + rows };
}

/** The last place among the positions, with the lines it holds; undefined when none is of the table. */
export function placeAmong(
  prefix: string,
  positions: readonly Position[],
): { readonly place: Place; readonly held: string | undefined } | undefined {
  const own = positions.filter(({ source }) => source.startsWith(prefix));
  const inLog = furthest(own.filter(({ source }) => source === `${prefix}log`));
  if (inLog !== undefined) {
    const version = Math.floor(inLog.offset / SCALE);
    return { place: { kind: "log", version, rows: inLog.offset % SCALE }, held: inLog.held };
  }
  const inStart = furthest(own);
  if (inStart === undefined) return undefined;
  const version = Number(inStart.source.slice(`${prefix}start@`.length));
  return { place: { kind: "start", version, rows: inStart.offset }, held: inStart.held };
}

/** Whether what was read up to `place` was not read up to `other`. Undefined: nothing was. */
export function isBehind(place: Place | undefined, other: Place): boolean {
  if (place === undefined) return true;
  if (place.kind !== other.kind) return place.kind === "start";
  return place.version < other.version || (place.version === other.version && place.rows < other.rows);
}

/** Several versions may have been begun with. */
function furthest(positions: readonly Position[]): Position | undefined {
  return positions.reduce<Position | undefined>(
    (best, position) => (best === undefined || position.offset > best.offset ? position : best),
    undefined,
  );
}
