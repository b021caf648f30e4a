// Enter here: checksums over commits, and copies of what nothing else could tell again.
/**
 * Our own checksum of a commit, in members of its `commitInfo` that the protocol leaves to whoever writes and that
 * other engines pass over:
 *
 *     logpipe.crc32c     of the whole file, with these eight digits as zeros; always at byte 33 of the file
 *     logpipe.version    the version it is: a commit under another's name is none
 *     logpipe.previous   `CommitNote` of the version before, whoever wrote that
 *     logpipe.instead    of a commit that a repair rewrote: checksum of the one it stands for
 *
 * A commit without any of them is another engine's, or an older logpipe's, and is believed as it is.
 */
import { crc32c, hex8 } from "../../../base/hash/crc32c.js";
import { decodeActions, encodeActions, type LogAction } from "../actions.js";

/** What is known of a version when it is gone. */
export interface CommitNote {
  /** `logpipe.crc32c` of the commit, or that of its bytes when it has none. */
  readonly crc32c: string;
  /** Another commit that it stands for. */
  readonly instead?: string;
  readonly operation?: string;
  /** Who wrote it, when that is not logpipe. */
  readonly engine?: string;
  /** Files that it took out of the table with rows that are nowhere else. */
  readonly deletedFiles?: number;
  /** Rows that it took out, where it says. */
  readonly deletedRows?: number;
}

export interface OpenedCommit {
  readonly actions: LogAction[];
  readonly note: CommitNote;
  /** What it says of the version before. */
  readonly previous: CommitNote | undefined;
  readonly isSealed: boolean;
}

/** Why bytes are no commit, as what the commit "is" or "has". */
export class CommitFault extends Error {
  override readonly name = "CommitFault";
}

/** A commit was not written after the one that is there before it: one of the two was changed or replaced. */
export class LinkFault extends Error {
  override readonly name = "LinkFault";
}

const CRC = "logpipe.crc32c";
const VERSION = "logpipe.version";
const PREVIOUS = "logpipe.previous";
const INSTEAD = "logpipe.instead";
const MARKS = [CRC, VERSION, PREVIOUS, INSTEAD];

const HEAD = Buffer.from(`{"commitInfo":{"${CRC}":"`, "latin1");
const ZEROS = Buffer.from("00000000", "latin1");
const CRC_END = HEAD.length + ZEROS.length;

export interface SealedCommit {
  readonly bytes: Buffer;
  readonly actions: readonly LogAction[];
  readonly note: CommitNote;
}

/**
 * The file of version `version`: `commitInfo` first, with the checksum in it, then the other actions in their order.
 */
export function sealCommit(
  version: number,
  actions: readonly LogAction[],
  previous: CommitNote | undefined,
  instead?: string,
): SealedCommit {
  const info = actions.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo;
  const commitInfo = {
    [CRC]: ZEROS.toString("latin1"),
    [VERSION]: version,
    ...(previous === undefined ? {} : { [PREVIOUS]: previous }),
    ...(instead === undefined ? {} : { [INSTEAD]: instead }),
    ...info,
  };
  const bytes = encodeActions([
    { commitInfo },
    ...actions.filter((action) => action.commitInfo === undefined),
  ]);
  const crc = checksumOf(bytes);
  bytes.write(crc, HEAD.length, "latin1");
  return { bytes, actions, note: noteOf(crc, actions, commitInfo) };
}

/** Reads the file of version `version`. Throws CommitFault. Cost: a microsecond a kilobyte beside parsing it. */
export function openCommit(bytes: Buffer, version: number): OpenedCommit {
  const actions = parse(bytes);
  const info = actions.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo;
  const isSealed = info !== undefined && MARKS.some((mark) => Object.hasOwn(info, mark));
  if (isSealed) checkSeal(bytes, actions, info, version);
  else if (info?.["engineInfo"] === "logpipe") checkCounts(actions, info);
  else if (info === undefined && actions.some(isOurs))
    throw new CommitFault("has lost its first lines: it is of logpipe, which begins each with what was done");
  const previous = info?.[PREVIOUS] as CommitNote | undefined;
  const crc = isSealed ? String(info[CRC]) : hex8(crc32c(bytes));
  return { actions, note: noteOf(crc, actions, info), previous, isSealed };
}

/** What to remember of a commit whose checksum this is. */
export function noteOf(
  crc: string,
  actions: readonly LogAction[],
  info: LogAction["commitInfo"],
): CommitNote {
  const instead = info?.[INSTEAD];
  const operation = info?.["operation"];
  const engine = info === undefined ? undefined : String(info["engineInfo"] ?? "another engine");
  let deletedFiles = 0;
  for (const { remove } of actions) if (remove !== undefined && remove.dataChange !== false) deletedFiles++;
  const metrics = info?.["operationMetrics"] as Readonly<Record<string, unknown>> | undefined;
  const deletedRows = Number(metrics?.["numDeletedRows"] ?? Number.NaN);
  return {
    crc32c: crc,
    ...(typeof instead === "string" ? { instead } : {}),
    ...(typeof operation === "string" ? { operation: operation.slice(0, MOST_CHARACTERS) } : {}),
    ...(engine === undefined || engine === "logpipe" ? {} : { engine: engine.slice(0, MOST_CHARACTERS) }),
    ...(deletedFiles === 0 ? {} : { deletedFiles }),
    ...(deletedFiles === 0 || !Number.isSafeInteger(deletedRows) ? {} : { deletedRows }),
  };
}

/** Of what others call themselves. */
const MOST_CHARACTERS = 60;

/** Whether the version that is there is the one of the note. */
export function isSameCommit(found: CommitNote, wanted: CommitNote): boolean {
  return found.crc32c === wanted.crc32c || found.instead === wanted.crc32c;
}

function parse(bytes: Buffer): LogAction[] {
  if (bytes.length === 0) throw new CommitFault("is empty");
  let actions: LogAction[];
  try {
    actions = decodeActions(bytes);
  } catch (error) {
    const isCut = bytes.at(-1) !== 10 && !bytes.toString("utf8").trimEnd().endsWith("}");
    throw new CommitFault(isCut ? "is cut off" : "is not valid JSON", { cause: error });
  }
  if (actions.length === 0) throw new CommitFault("is empty");
  if (actions.some((action) => action === null || typeof action !== "object"))
    throw new CommitFault("has a line that is no action");
  return actions;
}

function checkSeal(
  bytes: Buffer,
  actions: readonly LogAction[],
  info: NonNullable<LogAction["commitInfo"]>,
  version: number,
): void {
  const crc = info[CRC];
  const said = info[VERSION];
  if (typeof crc !== "string" || typeof said !== "number")
    throw new CommitFault("was changed since it was written: a part of its checksum is gone");
  const isWhole =
    (bytes.latin1Slice(HEAD.length, CRC_END) === crc && checksumOf(bytes) === crc) ||
    // The same JSON in another spelling, by a program that copied it line by line.
    checksumOf(encodeActions(actions)) === crc;
  if (!isWhole) throw new CommitFault("was changed since it was written: its checksum does not hold");
  if (said !== version) throw new CommitFault(`is that of version ${said}`);
}

/** What a rewriting commit without a checksum says of its own lines. */
function checkCounts(actions: readonly LogAction[], info: NonNullable<LogAction["commitInfo"]>): void {
  const metrics = (info["operationMetrics"] ?? {}) as Readonly<Record<string, unknown>>;
  const counts = {
    numAddedFiles: actions.filter(({ add }) => add !== undefined).length,
    numRemovedFiles: actions.filter(({ remove }) => remove !== undefined).length,
  };
  for (const [name, count] of Object.entries(counts))
    if (metrics[name] !== undefined && Number(metrics[name]) !== count)
      throw new CommitFault("has lost some of its lines");
}

function checksumOf(bytes: Buffer): string {
  const before = crc32c(ZEROS, crc32c(bytes.subarray(0, HEAD.length)));
  return hex8(crc32c(bytes.subarray(CRC_END), before));
}

/**
 * A line that only logpipe writes. Another engine may name a file of ours once more, but says in `commitInfo` who it
 * is.
 */
function isOurs({ txn, add }: LogAction): boolean {
  return (
    (txn !== undefined && /^(wal|quarantine|source):/.test(String(txn.appId))) ||
    Object.keys(add?.tags ?? {}).some((tag) => tag.startsWith("logpipe."))
  );
}
