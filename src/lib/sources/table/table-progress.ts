/**
 * Places of a table's streams, kept in the order in which their blocks were handed over, whatever streams they are
 * of.
 */
import type { Cursor } from "../../event/delivery/cursor.js";
import { CursorTracker } from "../../event/delivery/cursor-tracker.js";
import type { Delivery } from "../../event/delivery/delivery.js";
import type { LiveEnd } from "./live/live-end.js";
import type { Kept } from "./options.js";
import { livePlacesAmong } from "./table-cursor.js";

export class TableProgress {
  readonly #kept: Kept;
  /**
   * One row: the log must not be kept before all of the start is done with, nor a version before what was given of it
   * from the log. A mark has the newest cursor of each stream: of several that are done with the last is told.
   */
  readonly #tracker: CursorTracker<readonly Cursor[]>;
  readonly #newest = new Map<string, Cursor>();
  readonly #done = new Map<string, Cursor>();
  /** Kept, and perhaps not durable. */
  #fresh = new Map<string, Cursor>();

  constructor(kept: Kept) {
    this.#kept = kept;
    this.#tracker = new CursorTracker((cursors) => this.#keep(cursors));
  }

  handedOver(cursor: Cursor): Delivery {
    this.#newest.set(cursor.stream, cursor);
    return this.#tracker.handedOver("", [...this.#newest.values()]);
  }

  /** Gives up the segments that lie before what is durable. */
  async release(prefix: string, live: LiveEnd): Promise<void> {
    if (this.#fresh.size === 0) return;
    const fresh = livePlacesAmong(prefix, [...this.#fresh.values()]);
    this.#fresh = new Map();
    // Once a segment: what is within one gives up nothing.
    const passed = [...fresh].filter(([writer, place]) => live.hasEarlier(writer, place));
    if (passed.length === 0) return;
    await this.#kept.saved?.();
    for (const [writer, place] of passed) await live.release(writer, place);
  }

  #keep(cursors: readonly Cursor[]): void {
    for (const cursor of cursors) {
      if (this.#done.get(cursor.stream)?.offset === cursor.offset) continue;
      this.#done.set(cursor.stream, cursor);
      this.#fresh.set(cursor.stream, cursor);
      this.#kept.keep(cursor);
    }
  }
}
