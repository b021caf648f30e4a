import { quotedForShell as quoted } from "../shell.js";
import { entry } from "./entry.js";

/** Errors of the store: write-ahead log, table log, Parquet files. */
export const storeErrors = {
  "journal.unwritable": entry<{ path: string; reason: string }>({
    exitCode: 1,
    message: (f) => `cannot write to the journal ${f.path}: ${f.reason}`,
    help: () =>
      "everything acknowledged so far is safe; free space or fix permissions, then run the same command again",
  }),
  "journal.unreadable": entry<{ path: string; reason: string }>({
    exitCode: 1,
    message: (f) => `cannot read the journal ${f.path}: ${f.reason}`,
    help: () => "nothing was changed; fix permissions or the disk, then run the same command again",
  }),
  "journal.locked": entry<{ path: string }>({
    exitCode: 1,
    message: (f) => `the journal ${f.path} is used by another process`,
    help: () =>
      "stop that process, or give this pipeline a journal of its own: `journal: { directory: DIR }`",
  }),
  "journal.version": entry<{ path: string; version: string; known: number }>({
    exitCode: 1,
    message: (f) => `the journal ${f.path} has version ${f.version}, this logpipe knows ${f.known}`,
    help: () =>
      "nothing was changed; run the logpipe that made it until nothing waits in it, or name another directory",
  }),
  /** `waiting`: how much for whom. */
  "journal.reader-gone": entry<{ path: string; waiting: string; reader: string }>({
    exitCode: 2,
    message: (f) => `${f.waiting} in the journal ${f.path}, and the pipeline has no sink of that name`,
    help: (f) =>
      `give the sink its name back, or say what it is called now: logpipe journal rename ${quoted(f.path)} ${quoted(f.reader)} NEW, or give its events up: logpipe journal remove ${quoted(f.path)} ${quoted(f.reader)}`,
  }),
  /** `instead`: where the pipeline would look for it now. */
  "journal.left-behind": entry<{
    path: string;
    waiting: string;
    reader: string;
    instead?: string | undefined;
  }>({
    exitCode: 2,
    message: (f) => `${f.waiting} in the journal ${f.path}, which the pipeline does not read any more`,
    help: (f) =>
      `${f.instead === undefined ? "let the pipeline as it was deliver them" : `move it to where it is looked for now: mv ${quoted(f.path)} ${quoted(f.instead)}`}, or print them: logpipe journal read ${quoted(f.path)}, or give them up: logpipe journal remove ${quoted(f.path)} ${quoted(f.reader)}`,
  }),
  "journal.missing": entry<{ path: string; reason: string }>({
    exitCode: 1,
    message: (f) => `there is no journal ${f.path}: ${f.reason}`,
    help: () =>
      "name the `directory` of `journal` in the pipeline file; without one it is in $XDG_STATE_HOME/logpipe/journals",
  }),
  "journal.several": entry<{ path: string; journals: string }>({
    exitCode: 1,
    message: (f) => `there are several journals in ${f.path}`,
    help: (f) => `name one of: ${f.journals}`,
  }),
  "journal.no-reader": entry<{ path: string; reader: string; readers: string }>({
    exitCode: 1,
    message: (f) => `no journal in ${f.path} has a reader ${f.reader}`,
    help: (f) => (f.readers === "" ? "it has none" : `its readers are: ${f.readers}`),
  }),
  "journal.has-reader": entry<{ path: string; reader: string }>({
    exitCode: 1,
    message: (f) => `the journal ${f.path} has a reader ${f.reader} already`,
    help: () => "take another name, or remove that one first: logpipe journal remove",
  }),
  "journal.damaged": entry<{ path: string }>({
    exitCode: 1,
    message: (f) => `both copies of journal.json in ${f.path} are damaged or missing`,
    help: () => "nothing was changed; run the pipeline with its old names once: it makes them again",
  }),
  "journal.full": entry<{ path: string; reason: string }>({
    exitCode: 1,
    message: (f) => `stopped while waiting for room in the journal ${f.path}: ${f.reason}`,
    help: () =>
      "everything acknowledged so far is safe; what came after that was not taken: free space, or raise `limit` of the journal",
  }),
  "store.log-gone": entry<{ path: string; files: string }>({
    exitCode: 1,
    message: (f) => `files of the log ${f.path} are gone: ${f.files}; somebody has removed them`,
    help: () =>
      "what they held is lost where it was not delivered yet; keep others from removing files there, then run the same command again",
  }),
  "store.unwritable": entry<{ path: string; reason: string }>({
    exitCode: 1,
    message: (f) => `cannot write to the store ${f.path}: ${f.reason}`,
    help: () =>
      "everything acknowledged so far is safe; free space or fix permissions, then run the same command again",
  }),
  /** `need` is a size, where it is known; `free` is a size, or what the system said. */
  "store.no-room": entry<{ work: string; path: string; need: string | undefined; free: string }>({
    exitCode: 1,
    message: (f) =>
      f.need === undefined
        ? `there is no room to ${f.work} in ${f.path}: ${f.free}`
        : `there is no room to ${f.work} in ${f.path}: that needs up to ${f.need}, and ${f.free} are free`,
    help: () =>
      "the events are as they were; free space, or remove old events: `store retention apply`, then `store vacuum --grace 0s`",
  }),
  "store.full": entry<{ path: string; reason: string }>({
    exitCode: 1,
    message: (f) => `stopped while waiting for room in the store ${f.path}: ${f.reason}`,
    help: () =>
      "everything acknowledged so far is safe; what was read after that was not stored: free space, then send it again",
  }),
  "store.quarantine-busy": entry<{ path: string }>({
    exitCode: 1,
    message: (f) => `the quarantine of ${f.path} is being replayed by another process`,
    help: () => "wait for it to end, then run the same command again; nothing is stored twice",
  }),
  "store.quarantine-unknown": entry<{ id: string; reason: string }>({
    exitCode: 1,
    message: (f) => `cannot find "${f.id}" in the quarantine: ${f.reason}`,
    help: () => "see the entries with: logpipe store quarantine list",
  }),
  "store.quarantine-damaged": entry<{ id: string; path: string }>({
    exitCode: 1,
    message: (f) =>
      `the lines of the quarantine's entry ${f.id} are not what was written: ${f.path} has changed`,
    help: () =>
      "nothing was stored; put the file back from a backup, or look at it with `store quarantine show --json` and give the lines with --with FILE --yes; other entries can be replayed with --id",
  }),
  "store.quarantine-count": entry<{ held: number; given: number }>({
    exitCode: 1,
    message: (f) => `expected ${f.held} replacement lines, got ${f.given}`,
    help: () =>
      "give as many lines as `store quarantine show` prints, or add --yes if the others are to be thrown away",
  }),
  "store.unreadable": entry<{ path: string; reason: string; help?: string }>({
    exitCode: 1,
    message: (f) => `cannot read the table ${f.path}: ${f.reason}`,
    help: (f) =>
      f.help ??
      `nothing was changed; check that the directory is a table of a logpipe store; "logpipe store verify" says what is wrong with one`,
  }),
  "store.file-unreadable": entry<{ path: string; reason: string }>({
    exitCode: 1,
    message: (f) => `cannot read the file ${f.path}: ${f.reason}`,
    help: () =>
      "if `store vacuum` ran beside this command, run it again; else `logpipe store verify` says what is damaged and what to do",
  }),
  "store.lost-commit": entry<{ path: string; version: number; reason: string }>({
    exitCode: 1,
    message: (f) => `version ${f.version} of the table ${f.path} cannot be rebuilt: ${f.reason}`,
    help: () => "put the commit back from a backup of _delta_log, or restore the whole table from one",
  }),
  "store.no-table": entry<{
    name: string;
    path: string;
    known: readonly string[];
    suggestion?: string | undefined;
  }>({
    exitCode: 1,
    message: (f) => `there is no table "${f.name}" in ${f.path}`,
    help: (f) =>
      f.suggestion === undefined
        ? `its tables: ${f.known.join(", ") || "none"}`
        : `did you mean "${f.suggestion}"?`,
  }),
  "store.missing": entry<{ path: string; reason: string; above?: string | undefined }>({
    exitCode: 1,
    message: (f) => `there is no store ${f.path}: ${f.reason}`,
    help: (f) =>
      f.above === undefined
        ? "name the store with --store DIR or $LOGPIPE_STORE; `logpipe sink` makes one"
        : `the store is the directory above: --store ${f.above}`,
  }),
  "store.empty": entry<{ path: string }>({
    exitCode: 1,
    message: (f) => `there are no tables in ${f.path}`,
    help: () =>
      "name the store with --store DIR or $LOGPIPE_STORE; `logpipe sink` makes a table with its first event",
  }),
  "store.no-such-version": entry<{ path: string; reason: string; available: string }>({
    exitCode: 1,
    message: (f) => `cannot go back in the table ${f.path}: ${f.reason}`,
    help: (f) => (f.available === "" ? "name a later moment, or leave out --as-of" : `it has ${f.available}`),
  }),
  "store.stream-gone": entry<{ path: string; reason: string }>({
    exitCode: 1,
    message: (f) => `cannot go on reading the table ${f.path} where it was left: ${f.reason}`,
    help: () =>
      "nothing was read since; to begin again with what the table has now, name another file with --checkpoint, and store into a new table",
  }),
  "store.stream-other": entry<{ path: string; checkpoint: string }>({
    exitCode: 1,
    message: (f) => `the table ${f.path} is not the one that ${f.checkpoint} remembers`,
    help: () => "a table that was recreated is read from its start under another --checkpoint FILE",
  }),
  "store.other-partitions": entry<{ path: string; actual: string; asked: string }>({
    exitCode: 1,
    message: (f) =>
      `the table ${f.path} is partitioned by ${f.actual === "" ? "nothing" : f.actual}, not by ${f.asked}`,
    help: () =>
      "a table keeps its partitions: leave out --partition-by, or store into a table of another name",
  }),
  "store.unsupported-write": entry<{ path: string; reason: string }>({
    exitCode: 1,
    message: (f) => `cannot change the table ${f.path}: ${f.reason}`,
    help: () =>
      "nothing was changed; store into a table of another name, or change this one with the engine that made it",
  }),
  "store.table-name": entry<{ name: string; reason: string }>({
    exitCode: 2,
    message: (f) => `"${f.name}" cannot be the name of a table: ${f.reason}`,
    help: () => "use letters, digits, _ and -, beginning with a letter: --table web_logs",
  }),
  "store.schema-change": entry<{ key: string; reason: string; suggestion?: string | undefined }>({
    exitCode: 1,
    message: (f) => `the column of "${f.key}" cannot be changed so: ${f.reason}`,
    help: (f) =>
      f.suggestion === undefined
        ? "nothing was changed; `logpipe store schema` lists the keys of a table"
        : `did you mean "${f.suggestion}"?`,
  }),
  "store.writer-holds": entry<{ path: string; writer: string }>({
    exitCode: 1,
    message: (f) =>
      `timed out waiting for writer ${f.writer} of the table ${f.path} to flush its write-ahead log`,
    help: () =>
      "a sink that writes to the table is stuck, or on another machine: end it, or wait for it, then run the same command again",
  }),
  "store.tier-refused": entry<{ path: string; reason: string; help: string }>({
    exitCode: 1,
    message: (f) => `${f.path} cannot be a tier: ${f.reason}`,
    help: (f) => f.help,
  }),
  "store.changed-file": entry<{ path: string }>({
    exitCode: 1,
    message: (f) => `${f.path} has changed on the disk since it was written: it was not rewritten`,
    help: () =>
      "nothing was changed; put the file back from a backup, or see what `logpipe store verify --deep` and `store repair` say",
  }),
  "store.rewrite-differs": entry<{ path: string; reason: string }>({
    exitCode: 1,
    message: (f) => `files of the table ${f.path} were not replaced: ${f.reason}`,
    help: () =>
      "nothing was changed; a condition must say the same of a row each time (no random()), else report this as a bug",
  }),
} as const;
