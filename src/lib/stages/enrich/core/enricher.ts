// Enter here: what an enricher is, and how several are run in one pass over a block.
/** What one enricher is: it looks at fields of an event and says which members the event gets. */
import type { FieldSet, Rows } from "../../../event/rows/rows.js";

/** The members that an event gets, in order; of one name the last counts. */
export interface Additions {
  /**
   * Whole members as JSON text, `"a":1,"b":2`, of `bytes[start..end)`. The caller vouches for the text, which is
   * copied.
   */
  add(bytes: Buffer, start: number, end: number): void;
  /** As `add`, from a string. */
  addText(members: string): void;
  /** Takes a member out, unless one of that name is added. Only for enrichers that may set any name. */
  remove(name: string): void;
}

/** Looks at one event and adds what it finds. Never throws for what an event holds. */
export type Look = (rows: Rows, row: number, additions: Additions) => void;

export interface Enricher {
  /** Paths of the fields that it looks at, as far as they are known. */
  readonly reads: readonly string[];
  /** The top-level names it may set; "any": names that come from the events. */
  readonly writes: readonly string[] | "any";
  /** Ready to look at events whose fields are those of `fields`. */
  bind(fields: FieldSet): Look;
}
