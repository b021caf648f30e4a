/** Lines of a Delta Lake log, as far as we write or obey them. Source: PROTOCOL.md of delta-io/delta, "Actions". */

export interface Metadata {
  readonly id: string;
  readonly format: { readonly provider: string; readonly options: Readonly<Record<string, string>> };
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  readonly createdTime?: number;
  readonly name?: string;
}

export interface Protocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  readonly readerFeatures?: readonly string[];
  readonly writerFeatures?: readonly string[];
}

export interface Add {
  /** Relative to the table, URL-encoded. */
  readonly path: string;
  readonly partitionValues: Readonly<Record<string, string | null>>;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modificationTime: number;
  readonly dataChange: boolean;
  /** JSON of `Statistics`. */
  readonly stats?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Rows of the file that are deleted: a feature of reader version 3, which we refuse. */
  readonly deletionVector?: unknown;
}

export interface Remove {
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly deletionTimestamp?: number;
  readonly dataChange: boolean;
  /** True: the fields below are there. */
  readonly extendedFileMetadata?: boolean;
  readonly partitionValues?: Readonly<Record<string, string | null>>;
  readonly size?: number;
}

export interface Txn {
  readonly appId: string;
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly lastUpdated?: number;
}

/** One line of a commit: exactly one of these is set. */
export interface LogAction {
  readonly protocol?: Protocol;
  readonly metaData?: Metadata;
  readonly add?: Add;
  readonly remove?: Remove;
  readonly txn?: Txn;
  readonly commitInfo?: Readonly<Record<string, unknown>>;
}

/** What `add.stats` says of a file. Files of other engines may lack any part but the number of records. */
export interface Statistics {
  readonly numRecords: number;
  readonly minValues: Readonly<Record<string, unknown>>;
  readonly maxValues: Readonly<Record<string, unknown>>;
  readonly nullCount: Readonly<Record<string, number>>;
}

/** What every table of ours asks of readers and writers: nothing but the first version's features. */
export const PROTOCOL: Protocol = { minReaderVersion: 1, minWriterVersion: 2 };

export function encodeActions(actions: readonly LogAction[]): Buffer {
  return Buffer.from(actions.map((action) => `${JSON.stringify(action)}\n`).join(""), "utf8");
}

export function decodeActions(bytes: Buffer): LogAction[] {
  const lines = bytes.toString("utf8").split("\n");
  return lines.filter((line) => line.trim() !== "").map((line) => JSON.parse(line) as LogAction);
}
