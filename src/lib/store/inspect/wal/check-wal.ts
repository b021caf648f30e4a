// Enter here: checksums of the write-ahead logs.
/** The write-ahead logs of a table: every checksum of every commit that the table does not have yet. */
import { join } from "node:path";
import { type Files, isSystemError } from "../../../base/files.js";
import type { Snapshot } from "../../delta/snapshot.js";
import { isLinkName } from "../../wal/feed/link.js";
import { isLockReadable, isOwned, newestLock } from "../../wal/lock.js";
import { type FoundMark, MARK_FILE, readMark } from "../../wal/mark.js";
import { damagedFile } from "../../wal/recovery/damaged-file.js";
import { examineSegment } from "../../wal/recovery/examine.js";
import { isMissed, placeOf, sequencesIn } from "../../wal/recovery/recover.js";
import { isOurs } from "../../wal/remove.js";
import { segmentName, transactionOf, WAL_DIRECTORY } from "../../wal/segment.js";
import type { TableFinding } from "../finding.js";
import { checkFeeds } from "./check-feeds.js";
import * as findings from "./wal-findings.js";

export interface WalCheck {
  /** Segments whose checksums were read. */
  segments: number;
  events: number;
  readonly findings: TableFinding[];
}

/** A look that comes between two steps of a writer or a recovery may miss what is there a moment later. */
const LOOK_AGAIN_MS = 100;

const PASSING: ReadonlySet<string> = new Set(["wal-extra", "wal-mark"]);

/** `readSnapshot` is called once the segments are listed: what is stored meanwhile is no longer looked for. */
export async function checkWal(
  files: Files,
  directory: string,
  nowMs: number,
  readSnapshot: () => Promise<Snapshot>,
): Promise<WalCheck> {
  const check: WalCheck = { segments: 0, events: 0, findings: [] };
  for (const writer of await files.list(join(directory, WAL_DIRECTORY))) {
    if (isLinkName(writer)) continue;
    const place = { files, directory, nowMs, writer, readSnapshot };
    const first = await checkWriter(place);
    const isSure = first.findings.every(({ kind, isDamage }) => !isDamage && !PASSING.has(kind));
    if (!isSure) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    const found = isSure ? first : await checkWriter(place);
    // What a live writer is writing looks otherwise a moment later.
    const stays = ({ kind, path, what }: TableFinding) =>
      !PASSING.has(kind) || first.findings.some((one) => one.path === path && one.what === what);
    check.segments += found.segments;
    check.events += found.events;
    check.findings.push(...found.findings.filter(stays));
  }
  const fed = await checkFeeds(files, directory, readSnapshot);
  return {
    segments: check.segments + fed.segments,
    events: check.events + fed.events,
    findings: [...check.findings, ...fed.findings],
  };
}

interface Place {
  readonly files: Files;
  /** The table's. */
  readonly directory: string;
  readonly nowMs: number;
  readonly writer: string;
  readonly readSnapshot: () => Promise<Snapshot>;
}

/** A writer that begins has a directory before it has a lock. */
const BEGINNING_MS = 60_000;

async function checkWriter(place: Place): Promise<WalCheck> {
  const { files, directory, writer } = place;
  const check: WalCheck = { segments: 0, events: 0, findings: [] };
  const path = join(WAL_DIRECTORY, writer);
  try {
    await checkReadable(place, path, check);
  } catch (error) {
    // Its writer has ended, and removed it.
    if (isSystemError(error, "ENOENT")) return { segments: 0, events: 0, findings: [] };
    if (isSystemError(error, "ENOTDIR")) {
      const isThere = (await files.stat(join(directory, path))) !== undefined;
      if (isThere) check.findings.push(findings.noDirectory(path));
    } else if ((error as NodeJS.ErrnoException).syscall !== undefined)
      check.findings.push(findings.unreadable(path, error));
    else throw error;
  }
  return check;
}

async function checkReadable(place: Place, path: string, check: WalCheck): Promise<void> {
  const { files, directory, writer, nowMs, readSnapshot } = place;
  const own = join(directory, path);
  // In this order: what the mark tells of is in the files that are listed after it, or in the table that is read last.
  const found = await readMark(files, own, writer);
  const names = await files.list(own);
  const isLive = await isOwned(files, own);
  const isCopy = newestLock(names) === undefined;
  const covered = (await readSnapshot()).txns.get(transactionOf(writer)) ?? 0;
  for (const sequence of sequencesIn(names)) {
    const base = join(path, segmentName(sequence));
    const at = placeOf(own, writer, sequence, names, isCopy ? "copy" : found.mark);
    const examined = await examineSegment(files, at);
    if (sequence <= covered && examined.owner === undefined) {
      // The data goes first when a segment is removed.
      const isWhole = names.includes(`${segmentName(sequence)}.ndjson`);
      if (!isLive && isWhole && examined.damages.length > 0) check.findings.push(findings.stale(base));
      continue;
    }
    check.segments++;
    check.events += examined.commits.reduce((sum, { events }) => sum + events, 0);
    // What a live writer is just writing was not acknowledged, and is no damage.
    const damages = examined.damages.filter(
      ({ isAcknowledged, reason }) => isAcknowledged || !isLive || reason === "foreign",
    );
    check.findings.push(...damages.map((one) => findings.damaged(base, one, examined.owner)));
    if (examined.tornBytes > 0 && !(isLive && examined.isOpen))
      check.findings.push((isLive ? findings.extra : findings.torn)(base, examined.tornBytes));
  }
  check.findings.push(...(await checkRest(place, path, names, found, covered, isCopy)));
  if (isLive) return;
  if (check.events > 0) check.findings.push(findings.deadWriter(path, check.events));
  if (check.events > 0 || names.some((name) => damagedFile(name) !== undefined)) return;
  const facts = await files.stat(own);
  // Its writer has ended meanwhile, or is just beginning.
  if (facts === undefined || nowMs - facts.modifiedMs < BEGINNING_MS) return;
  check.findings.push(findings.emptyDirectory(path));
}

/** What is in the directory besides segments, and what should be. */
async function checkRest(
  { files, directory, writer }: Place,
  path: string,
  names: readonly string[],
  { state, mark }: FoundMark,
  covered: number,
  isCopy: boolean,
): Promise<TableFinding[]> {
  const sequences = sequencesIn(names);
  const found: TableFinding[] = [];
  const kept = names.filter((name) => damagedFile(name) !== undefined);
  for (const name of kept) found.push(findings.kept(join(path, name), writer, damagedFile(name)!));
  if (!isCopy && isMissed(mark, names, covered))
    found.push(findings.gone(join(path, segmentName(mark.sequence)), mark.events, mark.lines));
  const isUsed = sequences.some((sequence) => sequence > covered);
  if (state !== "sound" && isUsed && !isCopy) found.push(findings.markFinding(join(path, MARK_FILE), state));
  if (isCopy && isUsed) found.push(findings.lockOf(path, "missing"));
  else if (!(await isLockReadable(files, join(directory, path))))
    found.push(findings.lockOf(path, "damaged"));
  for (const name of names) if (!isOurs(name)) found.push(findings.foreign(join(path, name)));
  return found;
}
