/** A cursor as write-ahead logs, tables and saved states have it, with what a pipeline held back behind it. */
import type { Cursor } from "./delivery/cursor.js";

export interface Position {
  /** `Cursor.stream`. */
  readonly source: string;
  readonly offset: number;
  /** Lines before `offset` that are not in the table: see `SavedCursor.held`. Base64. */
  readonly held?: string;
  readonly print?: string;
}

/** How far a stream is durable. */
export interface SavedCursor {
  readonly cursor: Cursor;
  /**
   * Whole lines before the cursor that were read and are part of a record which may go on behind it: what the aligner of the
   * pipeline remembers of the stream. Saved in one step with the cursor, and given back to the next run.
   */
  readonly held?: Buffer | undefined;
}

export function positionOf({ cursor: { stream, offset, print }, held }: SavedCursor): Position {
  return {
    source: stream,
    offset,
    ...(held === undefined ? {} : { held: held.toString("base64") }),
    ...(print === undefined ? {} : { print }),
  };
}

export function savedCursorOf({ source, offset, held, print }: Position): SavedCursor {
  const cursor = print === undefined ? { stream: source, offset } : { stream: source, offset, print };
  return held === undefined ? { cursor } : { cursor, held: Buffer.from(held, "base64") };
}

/** The held lines by stream. */
export function heldIn(cursors: readonly SavedCursor[]): ReadonlyMap<string, Buffer> {
  return new Map(
    cursors.flatMap(({ cursor, held }) => (held === undefined ? [] : [[cursor.stream, held] as const])),
  );
}
