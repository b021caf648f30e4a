/** What a reader of lines is told. */
import type { Memory } from "./memory/memory.js";
import type { OpenOptions } from "./open-records.js";
import type { ContainerKind } from "./records/container.js";
import type { RecordRules } from "./records/joining.js";

export interface LineReaderOptions extends OpenOptions {
  readonly keepsRaw: boolean;
  /** Lines that are events already stay byte for byte; what stands in JSON of `ingest` or a container is parsed. */
  readonly keepsEvents?: boolean;
  /** Lines that no format reads stay as they are, too: whoever wants events sets them aside. */
  readonly leavesUnread?: boolean;
  /** The wrapping of container runtimes that is taken off before lines are joined. */
  readonly containers: readonly ContainerKind[];
  /** Which lines are one record, where a user says so; absent: what stands in them does. */
  readonly rules?: RecordRules | undefined;
  /** A record by `rules` is tried as a whole, line breaks and all, before its first line is. */
  readonly readsRecords?: boolean;
  readonly memory?: Memory | undefined;
}
