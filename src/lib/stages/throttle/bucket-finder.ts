import type { FieldSet, Rows } from "../../event/rows/rows.js";
import { StringInterner } from "../../event/rows/string-interner.js";
import { EventKey } from "../common/event-key.js";
import type { KeyBuckets, TokenBuckets } from "../common/token-buckets.js";

/** As many as a pool has values. */
const HITS_MIN = 65_536;

/** Finds the buckets of events by some of their fields. A single field whose values come again is never decoded. */
export class BucketFinder {
  private readonly key: EventKey | undefined;
  /** The single field whose values are looked up in `pool`; -1: that gains nothing. */
  private field: number;
  private readonly buckets: TokenBuckets;
  private readonly pool = new StringInterner();
  private generation = 0;
  /** Events whose buckets were found by `pool` since it was emptied last. */
  private hits = 0;
  /** By number of the value in `pool`. */
  private found: (KeyBuckets | undefined)[] = [];

  constructor(names: readonly string[], fields: FieldSet, buckets: TokenBuckets) {
    this.key = names.length === 0 ? undefined : new EventKey(names, fields);
    this.field = names.length === 1 ? fields.add(names[0]!) : -1;
    this.buckets = buckets;
  }

  /** `row` -1: of a line that is no event. Those that have none of the fields share theirs. */
  of(rows: Rows | undefined, row: number, nowMs: number): KeyBuckets {
    const { key, field, buckets } = this;
    if (key === undefined || row === -1) return buckets.of("", nowMs);
    if (field === -1) return buckets.of(key.of(rows!, row) ?? "", nowMs);
    const id = this.pool.of(rows!, field, row);
    if (this.pool.generation !== this.generation) {
      this.generation = this.pool.generation;
      this.found = [];
      // Values that hardly come again: each costs more than it saves.
      if (this.hits < HITS_MIN) this.field = -1;
      this.hits = 0;
    }
    const known = this.found[id];
    if (known !== undefined && !known.isForgotten) {
      this.hits++;
      return known;
    }
    const own = buckets.of(key.of(rows!, row) ?? "", nowMs);
    // Those that are shared may be followed by some of its own.
    this.found[id] = buckets.isShared(own) ? undefined : own;
    return own;
  }
}
