/** What journals have for a table that is not in Parquet yet: every checksum of it, and links that lead nowhere. */
import { join } from "node:path";
import { type Files, isSystemError } from "../../../base/files.js";
import { countOf, formatSize } from "../../../base/size.js";
import type { Snapshot } from "../../delta/snapshot.js";
import { type JournalLinkFault, logsOf, type WalDirectory } from "../../wal/feed/logs.js";
import { isOwned } from "../../wal/lock.js";
import { readMark } from "../../wal/mark.js";
import { type Damage, examineSegment } from "../../wal/recovery/examine.js";
import { placeOf, sequencesIn } from "../../wal/recovery/recover.js";
import { segmentName, transactionOf } from "../../wal/segment.js";
import { REPAIR_HELP, type TableFinding } from "../finding.js";

export interface FeedCheck {
  readonly segments: number;
  readonly events: number;
  readonly findings: readonly TableFinding[];
}

/** `readSnapshot` is called once the segments are listed, as by `checkWal`. */
export async function checkFeeds(
  files: Files,
  directory: string,
  readSnapshot: () => Promise<Snapshot>,
): Promise<FeedCheck> {
  const { logs, faults } = await logsOf(files, directory);
  const findings = faults.map(linkFinding);
  let [segments, events] = [0, 0];
  for (const log of logs.filter(({ isFed }) => isFed)) {
    const found = await checkLog(files, log, readSnapshot).catch(nothingWhereGone);
    segments += found.segments;
    events += found.events;
    findings.push(...found.findings);
  }
  return { segments, events, findings };
}

async function checkLog(
  files: Files,
  log: WalDirectory,
  readSnapshot: () => Promise<Snapshot>,
): Promise<FeedCheck> {
  const { mark } = await readMark(files, log.directory, log.writer);
  const names = await files.list(log.directory);
  const isLive = await isOwned(files, log.directory);
  const covered = (await readSnapshot()).txns.get(transactionOf(log.name)) ?? 0;
  const findings: TableFinding[] = [];
  let [segments, events] = [0, 0];
  for (const sequence of sequencesIn(names).filter((one) => one > covered)) {
    const place = placeOf(log.directory, log.writer, sequence, names, mark);
    const { commits, damages } = await examineSegment(files, place);
    const wanted = commits.filter((one) => one.events > 0 && log.isWanted(one));
    if (wanted.length > 0) segments++;
    events += wanted.reduce((sum, one) => sum + one.events, 0);
    const path = join(log.path, segmentName(sequence));
    // What a live journal is just writing was not acknowledged. All others may be for this table.
    const sure = damages.filter(({ isAcknowledged }) => isAcknowledged || !isLive);
    // Gone as a whole: every reader has passed it since the names were listed.
    if ((await files.stat(`${place.base}.commits`)) !== undefined)
      findings.push(...sure.map((one) => damageFinding(path, one)));
  }
  if (events > 0 && !isLive) findings.push(waitingFinding(log.path, events));
  return { segments, events, findings };
}

/** The journal has removed it, or it is a file that is none of a journal's. */
function nothingWhereGone(error: unknown): FeedCheck {
  if (isSystemError(error, "ENOENT", "ENOTDIR")) return { segments: 0, events: 0, findings: [] };
  throw error;
}

function linkFinding({ path, what, isElsewhere }: JournalLinkFault): TableFinding {
  return {
    kind: isElsewhere ? "feed-elsewhere" : "feed-link",
    isDamage: !isElsewhere,
    path,
    what: isElsewhere ? what : `${what}: events of the table that are not in Parquet yet may be there alone`,
    advice: isElsewhere
      ? `${REPAIR_HELP}: it removes the link`
      : "put the journal back where it was, or run its pipeline once with the new place; if there is none any more, `logpipe store repair --drop` removes the link",
  };
}

function damageFinding(path: string, { part, events, offset, present }: Damage): TableFinding {
  const what = events > 0 ? countOf(events, "event") : `${formatSize(present)} of events`;
  return {
    kind: "feed-damaged",
    isDamage: true,
    path: `${path}.${part === "data" ? "ndjson" : part === "aside" ? "aside" : "commits"}`,
    what: `${what} of a journal that feeds the table are not what was written, at byte ${offset}`,
    advice:
      "run the pipeline of the journal: it keeps what is damaged in a .damaged file and stores all others",
    ...(events > 0 ? { rows: events } : {}),
  };
}

function waitingFinding(path: string, events: number): TableFinding {
  return {
    kind: "feed-waiting",
    isDamage: false,
    path,
    what: `${countOf(events, "acknowledged event")} wait in a journal whose pipeline does not run; queries see them`,
    advice: "run the pipeline again: it makes them Parquet",
    rows: events,
  };
}
