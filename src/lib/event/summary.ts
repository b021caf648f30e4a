/** What a block of events holds, as the scanner of `src/lib/kernel` saw it: all that a store needs to place it. */

/** Kinds of JSON value, as bits: a column's `kinds` says which were seen under its key. */
export const Kind = {
  null: 1,
  boolean: 2,
  /** A whole number that fits 64 bits signed: `-?[0-9]+` in range. */
  integer: 4,
  /** Any other number of at most 17 significant digits within the range of float64. */
  double: 8,
  /** A string that is no RFC 3339 time. */
  string: 16,
  object: 32,
  array: 64,
  /**
   * A number that neither 64-bit integers nor float64 can hold, and a zero with a sign, which Parquet files lose.
   * Beside `object` or `array`: there is a number within that is bent when read and printed again (more than 17 digits,
   * beyond float64).
   */
  bigNumber: 128,
  /** A string that is an RFC 3339 date-time with zone, `2026-11-21T10:00:00.123456789Z`. */
  timestamp: 256,
  /** Set beside `timestamp` when a fraction had non-zero digits beyond microseconds. */
  nanoseconds: 512,
  /** Set when one event had the key twice. */
  duplicate: 1024,
} as const;

export interface ColumnSummary {
  /** The top-level key, unescaped. */
  readonly name: string;
  /** Bits of `Kind`. */
  readonly kinds: number;
  /** Events that have it. */
  readonly count: number;
}

export interface Summary {
  readonly events: number;
  readonly columns: readonly ColumnSummary[];
  /** CRC-32C (Castagnoli, RFC 3720 appendix B.4) of the block's bytes. */
  readonly crc32c: number;
  /** Smallest and largest `timestamp` of the block, as written in the events; absent when none has one. */
  readonly firstTimestamp?: string;
  readonly lastTimestamp?: string;
}
