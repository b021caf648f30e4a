/** Something about a table that is not as it should be, in a form for people and for scripts. */
export interface TableFinding {
  /** What sort of thing: the same word whenever it happens. */
  readonly kind: FindingKind;
  /** Events are lost or cannot be read, or will be. The rest is rubbish that harms nobody. */
  readonly isDamage: boolean;
  /** Relative to the table's directory. */
  readonly path: string;
  readonly what: string;
  readonly advice: string;
  /** Rows that are lost or in doubt, where that is known. */
  readonly rows?: number;
}

export type FindingKind =
  | "log-commit-broken"
  | "log-commit-missing"
  | "log-end-missing"
  | "log-remove-unknown"
  | "log-rows-missing"
  | "log-copy"
  | "log-checkpoint-broken"
  | "log-last-checkpoint-wrong"
  | "log-unreadable"
  | "log-draft"
  | "file-missing"
  | "file-size"
  | "file-broken"
  | "file-checksum"
  | "file-rows"
  | "file-statistics"
  | "orphan"
  | "orphan-unstored"
  | "wal-checksum"
  | "wal-index"
  | "wal-missing"
  | "wal-mark"
  | "wal-lock"
  | "wal-unreadable"
  | "wal-torn"
  | "wal-extra"
  | "wal-stored"
  | "wal-damaged-kept"
  | "wal-dead"
  | "wal-empty"
  | "feed-link"
  | "feed-elsewhere"
  | "feed-damaged"
  | "feed-waiting"
  | "quarantine-missing"
  | "quarantine-broken"
  | "state-missing"
  | "state-broken"
  | "index-broken"
  | "foreign";

/** What `store repair` does about it, said once. */
export const REPAIR_HELP = "run `logpipe store repair`";
/** What is left to do where repair can do nothing. */
export const RESTORE_HELP =
  "put the file back from a backup under the same name; if there is none, `logpipe store repair --drop` takes it out of the table";
