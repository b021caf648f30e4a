/** What a table as a source is told. */
import type { Cursor } from "../../event/delivery/cursor.js";
import type { TablePlace } from "../../store/storage/storage.js";

/** What remembers how far a table was read. */
export interface Kept {
  /** The first part of the names of streams. */
  readonly id: string;
  readonly cursors: readonly Cursor[];
  /** Lines that a pipeline held back, by stream, where no sink has saved them. */
  readonly held: ReadonlyMap<string, Buffer>;
  /** Where reading began, where that was behind what the table had. */
  readonly starts: readonly Cursor[];
  begin(cursor: Cursor): void;
  /** Resolves once the id is durable. */
  ready(): Promise<void>;
  keep(cursor: Cursor): void;
  /** Resolves once what was kept is durable. */
  saved?(): Promise<void>;
  close(): Promise<void>;
}

export interface TableSourceOptions {
  readonly tableDirectory: string;
  /** The same with where its log and data files are, when they are not in the directory. */
  readonly table?: TablePlace;
  /** What messages call the events: the name of the table. */
  readonly name: string;
  /** Goes on with what is added; else the stream ends with what there was when it began. */
  readonly isFollowing: boolean;
  /** Events come as soon as they are acknowledged, as they are in the log. */
  readonly isLive?: boolean;
  /** Told of events that cannot be read, and of logs that cannot be read live. */
  readonly onWarning?: (text: string) => void;
  /** Where to begin what nothing is known of: with all that the table has, or behind it. */
  readonly from: "start" | "end";
  /** Absent: every run reads all, and blocks have no cursors. */
  readonly kept?: Kept | undefined;
  /** The file that `kept` is in, for messages. */
  readonly checkpoint?: string | undefined;
  /** Told, once, that the table which is fed has less than `kept` says. */
  readonly onBehind?: () => void;
}
