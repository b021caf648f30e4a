/** How lines become records and records are read. */
import type { Memory } from "./memory/memory.js";
import type { RecordRules } from "./multiline/joining.js";
import type { ContainerKind } from "./records/container.js";

export interface LineReaderOptions {
  readonly keepsRaw: boolean;
  /** Whether lines may belong to the line before. */
  readonly joinsLines: boolean;
  /** Whether JSON objects over several lines and several on one are read. */
  readonly readsJson?: boolean;
  /** Whether rows of a table have line breaks within quotes. */
  readonly hasQuotedBreaks?: boolean;
  /** The wrapping of container runtimes that is taken off before lines are joined. */
  readonly containers: readonly ContainerKind[];
  /** Which lines are one record, where a user says so; absent: what stands in them does. */
  readonly rules?: RecordRules | undefined;
  /** A record by `rules` is tried as a whole, line breaks and all, before its first line is. */
  readonly readsRecords?: boolean;
  readonly memory?: Memory | undefined;
}
