/**
 * A commit that the log has lost, made again from what is left of it and from what the Parquet files say of themselves.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { failure } from "../../../base/errors/index.js";
import { decodeSchema, PARTITION_COLUMN } from "../../columns/schema.js";
import { decodeActions, type LogAction, type Metadata } from "../../delta/actions.js";
import { putSealed } from "../../delta/commit.js";
import { needsCopy, readCopy, writeCopy } from "../../delta/guard/copies.js";
import { type SealedCommit, sealCommit } from "../../delta/guard/seal.js";
import { commitName, commitPath, LOG_DIRECTORY } from "../../delta/listing.js";
import { loadState } from "../../delta/load.js";
import type { Snapshot } from "../../delta/snapshot.js";
import { LocalStorage, localTable } from "../../storage/local.js";
import { type LostSegment, lostSegments, type Rescue, rescueActions } from "../files/lost-files.js";
import { findStrays, listDataFiles } from "../files/strays.js";
import { isStoredInLog } from "../wal/live-copy.js";
import { noteOfLost } from "./commits.js";
import { doubtOf } from "./doubt.js";
import type { LogHealth } from "./log-health.js";

export interface RebuiltCommit {
  readonly version: number;
  readonly commit: SealedCommit;
  readonly rows: number;
  /** What to ask before it is put in its place: what it did that is undone by it. */
  readonly doubt: string | undefined;
}

/**
 * What version `version` must have said. Versions before it must be readable. Throws store.lost-commit when later
 * versions show that it did something which nothing describes any more.
 */
export async function rebuildCommit(
  rescue: Rescue,
  health: LogHealth,
  version: number,
): Promise<RebuiltCommit> {
  const { files, directory } = rescue;
  const before = (await loadState(localTable(directory, files), version - 1)).state.snapshot();
  const intact = await intactActions(rescue, version);
  const later = await laterActions(rescue, health, version);
  const note = await noteOfLost(files, directory, version, health.outside);
  const { segments, isInLog } = await candidates(rescue, before, intact, later);
  // With several holes side by side each takes the oldest segment, the last one all that are left.
  const isLastHole = !isHole(health, version + 1);
  const own = isLastHole ? segments : segments.slice(0, 1);
  refuseUnknown(rescue, before, later, own, version);
  const actions = await actionsOf(rescue, before, intact, own, isInLog);
  return {
    version,
    commit: sealCommit(version, actions, before.commit, note?.crc32c),
    rows: own.reduce((sum, { origin }) => sum + origin.events, 0),
    doubt: doubtOf(version, note, intact, own.length + (isInLog ? 1 : 0)),
  };
}

/**
 * Files that say themselves what the commit said are believed before its own lines, of which one is wrong; what the
 * write-ahead log still holds will be stored from there.
 */
async function actionsOf(
  rescue: Rescue,
  before: Snapshot,
  intact: readonly LogAction[],
  own: readonly LostSegment[],
  isInLog: boolean,
): Promise<LogAction[]> {
  const kept = own.length > 0 || isInLog ? [] : keptActions(intact);
  const start = own.length > 0 ? withIdentity(before, intact) : withKept(before, kept);
  const rescued = await rescueActions(rescue, start, own);
  return [commitInfo(rescue.nowMs(), intact, own), ...kept, ...rescued];
}

/** Puts the commit in its place. What is there of a broken one is kept beside it under a name that no engine reads. */
export async function putRebuilt(
  { files, directory }: Pick<Rescue, "files" | "directory">,
  version: number,
  commit: SealedCommit,
): Promise<void> {
  const path = commitPath(directory, version);
  if ((await files.read(path)) === undefined) {
    await putSealed(new LocalStorage(directory, files), version, commit);
    return;
  }
  const log = join(directory, LOG_DIRECTORY);
  await files.link(path, join(log, `.damaged-${randomUUID()}-${commitName(version)}`));
  const draft = join(log, `.draft-${randomUUID()}`);
  const file = await files.open(draft, "create");
  try {
    await file.write([commit.bytes], 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(draft, path);
  await files.syncDirectory(log);
  const copy = await readCopy(new LocalStorage(directory, files), version);
  const isCopied = typeof copy === "object" && copy.note.crc32c === commit.note.crc32c;
  if (!isCopied && needsCopy(commit.actions))
    await writeCopy(new LocalStorage(directory, files), version, commit.bytes);
}

function isHole({ missing, broken }: LogHealth, version: number): boolean {
  return missing.includes(version) || broken.some((commit) => commit.version === version);
}

/** The lines of a broken commit that can still be read, up to the first that cannot. */
async function intactActions({ files, directory }: Rescue, version: number): Promise<LogAction[]> {
  const bytes = (await files.read(commitPath(directory, version))) ?? Buffer.alloc(0);
  const actions: LogAction[] = [];
  for (const line of bytes.toString("utf8").split("\n")) {
    try {
      actions.push(...decodeActions(Buffer.from(line)));
    } catch {
      break;
    }
  }
  return actions.filter((action) => typeof action === "object" && action !== null);
}

async function laterActions(
  { files, directory }: Rescue,
  { commits, broken }: LogHealth,
  version: number,
): Promise<LogAction[]> {
  const unreadable = new Set(broken.map((commit) => commit.version));
  const actions: LogAction[] = [];
  for (const later of commits.filter((one) => one > version && !unreadable.has(one))) {
    const bytes = await files.read(commitPath(directory, later));
    if (bytes !== undefined) actions.push(...decodeActions(bytes));
  }
  return actions;
}

/** Segments whose files no other version names, and whose turn could have been this version. */
async function candidates(
  rescue: Rescue,
  before: Snapshot,
  intact: readonly LogAction[],
  later: readonly LogAction[],
): Promise<{ readonly segments: readonly LostSegment[]; readonly isInLog: boolean }> {
  const { files, session, directory } = rescue;
  const paths = await listDataFiles(files, directory);
  const addedLater = new Set(
    later.flatMap(({ add }) => (add === undefined ? [] : [decodeURIComponent(add.path)])),
  );
  const strays = await findStrays(
    files,
    session,
    before,
    paths.filter((path) => !addedLater.has(path)),
  );
  const segments: LostSegment[] = [];
  let isInLog = false;
  for (const segment of await lostSegments(rescue, strays)) {
    if (!isItsTurn(segment, before, intact, later)) continue;
    // What a later version covers will not be stored from the write-ahead log any more, though it may still be there.
    const isCovered = later.some(({ txn }) => txn?.appId === segment.origin.appId);
    if (isCovered || !(await isStoredInLog(files, directory, segment.origin))) segments.push(segment);
    else isInLog = true;
  }
  return { segments, isInLog };
}

function isItsTurn(
  { origin }: LostSegment,
  before: Snapshot,
  intact: readonly LogAction[],
  later: readonly LogAction[],
): boolean {
  const { appId: id, version } = origin;
  const versions = (actions: readonly LogAction[]) =>
    actions.flatMap(({ txn }) => (txn?.appId === id ? [txn.version] : []));
  const named = versions(intact);
  if (named.length > 0) return named.includes(version);
  const next = Math.min(Number.POSITIVE_INFINITY, ...versions(later).slice(0, 1));
  return version > (before.txns.get(id) ?? 0) && version < next;
}

/** A later version that removes a file which nobody added: it was this version's, and what it replaced is not known. */
function refuseUnknown(
  rescue: Rescue,
  before: Snapshot,
  later: readonly LogAction[],
  segments: readonly LostSegment[],
  version: number,
): void {
  const known = new Set([
    ...before.files.map(({ add }) => add.path),
    ...before.removed.keys(),
    ...later.flatMap(({ add }) => (add === undefined ? [] : [add.path])),
    ...segments.flatMap(({ paths }) => paths),
  ]);
  const unknown = later.flatMap(({ remove }) =>
    remove === undefined || known.has(remove.path) ? [] : [remove.path],
  );
  if (unknown.length === 0) return;
  const reason = `later versions rewrote ${unknown.length} files that it had added (${unknown[0]}), and nothing says what those had replaced`;
  throw failure("store.lost-commit", { path: rescue.directory, version, reason });
}

/** Of a broken commit that rewrote files half of the story would lose or double rows: it is as if it had not been. */
function keptActions(intact: readonly LogAction[]): LogAction[] {
  const isRewrite = intact.some(({ remove }) => remove !== undefined);
  const operation = intact.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo?.["operation"];
  const mayKeepFiles = !isRewrite && (operation === "WRITE" || operation === undefined);
  return intact.filter(
    ({ commitInfo, add, remove }) =>
      commitInfo === undefined && remove === undefined && (add === undefined || mayKeepFiles),
  );
}

/** The table before its first commit, with the identity which that gave it, if that can be read. */
function withIdentity(before: Snapshot, intact: readonly LogAction[]): Snapshot {
  const first = intact.find(({ metaData }) => metaData !== undefined)?.metaData;
  if (before.metadata !== undefined || typeof first?.id !== "string") return before;
  const { id, createdTime } = first;
  const metadata: Metadata = {
    id,
    format: { provider: "parquet", options: {} },
    schemaString: "",
    partitionColumns: [PARTITION_COLUMN],
    configuration: {},
    ...(typeof createdTime === "number" ? { createdTime } : {}),
  };
  return { ...before, metadata };
}

/** The table as the kept actions leave it, as far as what is added next depends on it. */
function withKept(before: Snapshot, kept: readonly LogAction[]): Snapshot {
  const metadata = kept.findLast(({ metaData }) => metaData !== undefined)?.metaData;
  const protocol = kept.findLast((action) => action.protocol !== undefined)?.protocol;
  return {
    ...before,
    ...(metadata === undefined ? {} : { metadata, schema: decodeSchema(metadata.schemaString) }),
    ...(protocol === undefined ? {} : { protocol }),
  };
}

function commitInfo(
  nowMs: number,
  intact: readonly LogAction[],
  segments: readonly LostSegment[],
): LogAction {
  const known = intact.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo ?? {};
  const before = (known["held"] ?? {}) as Record<string, string>;
  const held = Object.assign({}, before, ...segments.map(({ origin }) => origin.held)) as Record<
    string,
    string
  >;
  return {
    commitInfo: {
      timestamp: nowMs,
      operation: "REPAIR",
      operationParameters: {},
      isBlindAppend: false,
      engineInfo: "logpipe",
      ...(Object.keys(held).length === 0 ? {} : { held }),
    },
  };
}
