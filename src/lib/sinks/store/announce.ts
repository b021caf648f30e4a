/** What a run into a table did, said at its end. */
import { formatCount, formatSize } from "../../base/size.js";
import type { Host } from "../../pipeline/contract/host.js";
import type { Losses } from "../../store/wal/recovery/recover.js";
import type { Recovery } from "../../store/write/recover-table.js";
import { balanceOf, type StoreReport } from "./store-report.js";

export function announceStored(report: StoreReport, table: string, store: string, host: Host): void {
  announceRecovery(report.recovery, table, store, host);
  announceLosses(report.stored.losses, table, store, host);
  const { stored, left, given } = report;
  for (const [reason, count] of stored.careful)
    host.log("debug", `${counted(count, "segment")} stored the careful way: ${reason}`);
  const files = `${counted(stored.parquetFiles, "Parquet file")} (${formatSize(stored.parquetBytes)})`;
  // Of many tables that a journal feeds, those with nothing new are not worth a line.
  const isIdle = report.isLeftInJournal === true && given.events === 0 && stored.events === 0;
  if (!isIdle && (given.events > 0 || report.recovery.stored.events === 0)) {
    host.log(
      "info",
      `stored ${counted(stored.events, "event")} (${formatSize(stored.bytes)}) as ${files} in table ${table} of ${store}`,
    );
  }
  announceUnstorable(report, table, store, host);
  if (left.bytes > 0 && report.isLeftInJournal === true)
    host.log(
      "info",
      `${counted(left.events, "event")} of table ${table} stay in the journal; query sees them`,
    );
  else if (left.bytes > 0) {
    host.fail(
      `${counted(left.events, "event")} (${formatSize(left.bytes)}) could not be made Parquet and stay in the log of ${store}`,
      "nothing of it is lost and query sees it; the next sink into the table stores it once there is room",
    );
  }
  announceBalance(report, table, store, host);
}

function announceRecovery(recovery: Recovery, table: string, store: string, host: Host): void {
  const { stored, tornBytes, failures } = recovery;
  if (stored.events > 0 || tornBytes > 0) {
    const files = stored.parquetFiles === 0 ? "" : ` as ${counted(stored.parquetFiles, "Parquet file")}`;
    host.log(
      "info",
      `recovered ${counted(stored.events, "event")} of an interrupted run${files}; cut ${formatSize(tornBytes)} that had not been acknowledged`,
    );
  }
  announceLosses(recovery, table, store, host);
  for (const { path, reason } of failures)
    host.fail(
      `the log of a writer that died could not be taken over: ${path}: ${reason}`,
      "its events stay there, and query sees them; mend what the system complains of, then run logpipe store repair",
    );
}

/** Parts of a log that the disk does not have as they were acknowledged. */
function announceLosses(
  { damagedBytes, lostEvents }: Losses,
  table: string,
  store: string,
  host: Host,
): void {
  if (damagedBytes > 0)
    host.fail(
      `${formatSize(damagedBytes)} of the log of ${store} are not what was written, or in no index, and were not stored; they may have been acknowledged`,
      `they are kept in .damaged files: see logpipe store quarantine list ${table} --store ${store}`,
    );
  if (lostEvents > 0)
    host.fail(
      `${counted(lostEvents, "acknowledged event")} of table ${table} of ${store} are lost: bytes of the log are gone`,
      "send them again where their source still has them",
    );
}

function announceUnstorable(
  { stored, recovery }: StoreReport,
  table: string,
  store: string,
  host: Host,
): void {
  for (const { reason, events } of [...recovery.stored.unstorable, ...stored.unstorable]) {
    host.fail(
      `${counted(events, "event")} could not be stored in table ${table} of ${store}: ${reason}`,
      "they are kept in its quarantine: see logpipe store quarantine list",
    );
  }
}

/** Where every line went that came in: said when some are not rows, and checked always. */
function announceBalance(report: StoreReport, table: string, store: string, host: Host): void {
  const { linesIn, parts, isBalanced } = balanceOf(report);
  const others = parts.filter(({ count }, index) => index === 0 || count > 0);
  const sum = others.map(({ count, name }) => `${formatCount(count)} ${name}`).join(" + ");
  const line = `${counted(linesIn, "line")} in = ${sum}`;
  if (!isBalanced) {
    const help = "please report this: the store must never lose count";
    host.fail(`the count of ${table} of ${store} does not add up: ${line}`, help);
  } else host.log(others.length > 1 ? "info" : "debug", line);
}

function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}
