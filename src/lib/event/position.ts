/** A cursor as write-ahead logs, tables and saved states have it, with what a pipeline held back behind it. */
import type { Cursor } from "./delivery/cursor.js";

export interface Position {
  /** `Cursor.stream`. */
  readonly source: string;
  readonly offset: number;
  /** Lines before `offset` that are not in the table: see `SavedCursor.held`. Base64. */
  readonly held?: string;
  /** What the lines before say of those behind: see `SavedCursor.known`. */
  readonly known?: string;
  readonly print?: string;
}

/** How far a stream is durable. */
export interface SavedCursor {
  readonly cursor: Cursor;
  /**
   * Whole lines before the cursor that were read and are part of a record which may go on behind it: what the aligner
   * of the pipeline remembers of the stream. Saved in one step with the cursor, and given back to the next run.
   */
  readonly held?: Buffer | undefined;
  /**
   * What the lines before the cursor, but for those held, say of those behind (a table's header): `Alignment.learn`.
   */
  readonly known?: string | undefined;
}

export function positionOf({ cursor: { stream, offset, print }, held, known }: SavedCursor): Position {
  return {
    source: stream,
    offset,
    ...(held === undefined ? {} : { held: held.toString("base64") }),
    ...(known === undefined ? {} : { known }),
    ...(print === undefined ? {} : { print }),
  };
}

export function savedCursorOf({ source, offset, held, known, print }: Position): SavedCursor {
  const cursor = print === undefined ? { stream: source, offset } : { stream: source, offset, print };
  return {
    cursor,
    ...(held === undefined ? {} : { held: Buffer.from(held, "base64") }),
    ...(known === undefined ? {} : { known }),
  };
}

/** Whether it is a place in a journal, and so says nothing of the sources that the journal has. */
export function isOfJournal({ cursor }: SavedCursor): boolean {
  return cursor.stream.startsWith(JOURNAL_PREFIX);
}

/** Of the names of streams that readers of journals give. */
export const JOURNAL_PREFIX = "journal:";

/** The held lines by stream. */
export function heldIn(cursors: readonly SavedCursor[]): ReadonlyMap<string, Buffer> {
  return new Map(
    cursors.flatMap(({ cursor, held }) => (held === undefined ? [] : [[cursor.stream, held] as const])),
  );
}

/** What is known, by stream; "" where nothing is. */
export function knownIn(cursors: readonly SavedCursor[]): ReadonlyMap<string, string> {
  return new Map(cursors.map(({ cursor, known = "" }) => [cursor.stream, known]));
}
