/** The write-ahead logs of a table: every checksum of every commit that the table does not have yet. */
import { join } from "node:path";
import { crc32c } from "../../base/crc32c.js";
import { type Files, isSystemError, type OpenFile } from "../../base/files.js";
import { countOf, formatSize } from "../../base/size.js";
import { isOwned } from "../../wal/lock.js";
import {
  type AsideRange,
  type Commit,
  decodeCommits,
  segmentName,
  sequenceOf,
  transactionOf,
  WAL_DIRECTORY,
} from "../../wal/segment.js";
import type { Snapshot } from "../log/snapshot.js";
import { type Finding, REPAIR_HELP } from "./finding.js";

export interface WalCheck {
  /** Segments whose checksums were read. */
  segments: number;
  events: number;
  readonly findings: Finding[];
}

/** `readSnapshot` is called once the segments are listed: what is stored meanwhile is no longer looked for. */
export async function checkWal(
  files: Files,
  directory: string,
  nowMs: number,
  readSnapshot: () => Promise<Snapshot>,
): Promise<WalCheck> {
  const check: WalCheck = { segments: 0, events: 0, findings: [] };
  const writers = await files.list(join(directory, WAL_DIRECTORY));
  const names = new Map<string, readonly string[]>();
  for (const writer of writers)
    names.set(writer, await namesIn(files, join(directory, WAL_DIRECTORY, writer)));
  const { txns } = await readSnapshot();
  for (const [writer, own] of names) {
    const covered = txns.get(transactionOf(writer)) ?? 0;
    await checkWriter({ files, directory, nowMs }, writer, own, covered, check);
  }
  return check;
}

interface Place {
  readonly files: Files;
  readonly directory: string;
  readonly nowMs: number;
}

/** A writer that begins has a directory before it has a lock. */
const BEGINNING_MS = 60_000;

async function checkWriter(
  { files, directory, nowMs }: Place,
  writer: string,
  names: readonly string[],
  covered: number,
  check: WalCheck,
): Promise<void> {
  const path = join(WAL_DIRECTORY, writer);
  const isLive = await isOwned(files, join(directory, path));
  const before = check.events;
  const sequences = names.flatMap((name) => sequenceOf(name) ?? []).sort((a, b) => a - b);
  for (const sequence of sequences.filter((n) => n > covered)) {
    const findings = await checkSegment(files, directory, join(path, segmentName(sequence)), isLive, check);
    check.findings.push(...findings);
  }
  for (const name of names.filter((one) => one.endsWith(".damaged"))) {
    check.findings.push(kept(join(path, name)));
  }
  if (isLive || names.some((name) => name.endsWith(".damaged"))) return;
  const events = check.events - before;
  const facts = await files.stat(join(directory, path));
  // Its writer has ended meanwhile, or is just beginning.
  if (facts === undefined || (events === 0 && nowMs - facts.modifiedMs < BEGINNING_MS)) return;
  check.findings.push(events === 0 ? emptyDirectory(path) : deadWriter(path, events));
}

async function checkSegment(
  files: Files,
  directory: string,
  base: string,
  isLive: boolean,
  check: WalCheck,
): Promise<Finding[]> {
  const index = await files.read(join(directory, `${base}.commits`));
  const data = await open(files, join(directory, `${base}.ndjson`));
  // Stored and removed since it was listed.
  if (data === undefined) return [];
  try {
    const { commits, wholeLength } = decodeCommits(index ?? Buffer.alloc(0));
    const end = commits.reduce((most, commit) => Math.max(most, commit.offset + commit.length), 0);
    const findings: Finding[] = [];
    for (const commit of commits) {
      if (await holds(data, commit)) check.events += commit.events;
      else findings.push(broken(base, commit));
    }
    findings.push(...(await checkAside(files, directory, base, commits)));
    check.segments++;
    const rest = (index ?? Buffer.alloc(0)).subarray(wholeLength);
    const extra = (await data.size()) - end;
    if (index === undefined && extra > 0) findings.push(indexGone(base, extra));
    else if (rest.includes(10)) findings.push(indexBroken(base, wholeLength, extra));
    else if (!isLive && (rest.length > 0 || extra > 0)) findings.push(torn(base, Math.max(extra, 0)));
    return findings;
  } finally {
    await data.close();
  }
}

/** Lines that were set aside on their way to the segment. */
async function checkAside(
  files: Files,
  directory: string,
  base: string,
  commits: readonly Commit[],
): Promise<Finding[]> {
  const ranges = commits.flatMap(({ aside }) => (aside === undefined ? [] : [aside]));
  if (ranges.length === 0) return [];
  const file = await open(files, join(directory, `${base}.aside`));
  try {
    const findings: Finding[] = [];
    for (const range of ranges) {
      // Gone with the whole segment, which is stored by now.
      if (file === undefined && (await files.stat(join(directory, `${base}.ndjson`))) === undefined) break;
      if (file === undefined || !(await holds(file, range))) findings.push(brokenAside(base, range));
    }
    return findings;
  } finally {
    await file?.close();
  }
}

type Range = Pick<Commit, "offset" | "length" | "crc32c">;

async function holds(data: OpenFile, commit: Range): Promise<boolean> {
  if (commit.length === 0) return true;
  const bytes = await data.read(commit.offset, commit.length);
  // Blank lines stand where recovery has set damaged events aside.
  return bytes.length === commit.length && (crc32c(bytes) === commit.crc32c || bytes.every(isNewline));
}

function isNewline(byte: number): boolean {
  return byte === 10;
}

const RECOVER = `${REPAIR_HELP}, or just the next \`logpipe sink\` into the table`;

function broken(base: string, commit: Commit): Finding {
  return {
    kind: "wal-checksum",
    isDamage: true,
    path: `${base}.ndjson`,
    what: `${countOf(commit.events, "acknowledged event")} at byte ${commit.offset} are not what was written: the device changed or lost them`,
    advice: `${REPAIR_HELP}: it stores all others and keeps these ${formatSize(commit.length)} in a .damaged file to look at`,
    rows: commit.events,
  };
}

function brokenAside(base: string, { lines, offset, length }: AsideRange): Finding {
  return {
    kind: "wal-checksum",
    isDamage: true,
    path: `${base}.aside`,
    what: `${countOf(lines, "line")} for the quarantine at byte ${offset} are not what was written: the device changed or lost them`,
    advice: `${REPAIR_HELP}: it keeps all others, and these ${formatSize(length)} in a .damaged file to look at`,
  };
}

function indexGone(base: string, bytes: number): Finding {
  return {
    kind: "wal-index",
    isDamage: true,
    path: `${base}.commits`,
    what: `the index of the segment is gone, so that nothing says which of its ${formatSize(bytes)} were acknowledged`,
    advice: `${REPAIR_HELP}: it keeps the lines in a .damaged file and says how to store them`,
  };
}

function indexBroken(base: string, at: number, bytes: number): Finding {
  return {
    kind: "wal-index",
    isDamage: true,
    path: `${base}.commits`,
    what: `the index of the segment is broken at byte ${at}: ${formatSize(Math.max(0, bytes))} of events behind it are not counted`,
    advice: `${REPAIR_HELP}: it stores what the rest of the index vouches for and keeps the other lines in a .damaged file`,
  };
}

function torn(base: string, bytes: number): Finding {
  return {
    kind: "wal-torn",
    isDamage: false,
    path: `${base}.ndjson`,
    what: `${formatSize(bytes)} at the end were being written when the writer died; they had not been acknowledged`,
    advice: `nothing needs to be done: ${RECOVER} cuts them off`,
  };
}

function kept(path: string): Finding {
  return {
    kind: "wal-damaged-kept",
    isDamage: true,
    path,
    what: "lines of the log whose checksum failed, set aside by a recovery",
    advice: "look at them, store what is sound with `logpipe sink FILE`, then remove the file",
  };
}

function deadWriter(path: string, events: number): Finding {
  return {
    kind: "wal-dead",
    isDamage: false,
    path,
    what: `a writer died and left ${countOf(events, "acknowledged event")} in its log; queries see them`,
    advice: `${RECOVER} makes them Parquet`,
    rows: events,
  };
}

function emptyDirectory(path: string): Finding {
  return {
    kind: "wal-empty",
    isDamage: false,
    path,
    what: "the log of a writer that is gone; nothing in it is missing from the table",
    advice: `${RECOVER} removes it`,
  };
}

async function open(files: Files, path: string): Promise<OpenFile | undefined> {
  return files.open(path, "read").catch((error) => {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  });
}

async function namesIn(files: Files, path: string): Promise<readonly string[]> {
  return files.list(path).catch((error) => {
    if (isSystemError(error, "ENOTDIR")) return [];
    throw error;
  });
}
