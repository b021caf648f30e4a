/** Tiers: older files on other disks, packed harder. One table all the same, and one query sees all. */
import { failure } from "../../base/errors/index.js";
import type { Files } from "../../base/files.js";
import type { Snapshot, TableFile, TableLog } from "../delta/snapshot.js";
import type { Session } from "../duckdb/duckdb.js";
import { pack } from "./plan-compaction.js";
import { changeProperty } from "./retention-rules.js";
import { partitionKey, tierOf } from "./rewrite/output-path.js";
import { rewriteFiles } from "./rewrite/rewrite.js";
import { isOwn, linkTier, type TierOwner, tiersOf } from "./tier-links.js";

const TIERS_PROPERTY = "logpipe.tiers";

/** Files whose newest event is older than `olderThanMs` belong in the tier; of several the oldest one. */
export interface TierRule {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly olderThanMs: number;
  /** zstd level of its files, 1 to 22. */
  readonly level: number;
}

/** Worth the time for data that is seldom read; from 13 on zstd takes five times as long for one percent. */
export const COLD_LEVEL = 12;

/** The coldest first. Throws store.unreadable for a property that is none of ours. */
export function tierRules({
  metadata,
  directory,
}: Pick<Snapshot, "metadata" | "directory">): readonly TierRule[] {
  const text = metadata?.configuration[TIERS_PROPERTY];
  if (text === undefined) return [];
  try {
    return coldestFirst(JSON.parse(text) as TierRule[]);
  } catch (error) {
    const reason = `its property ${TIERS_PROPERTY} is not what this logpipe writes`;
    throw failure("store.unreadable", { path: directory, reason }, error);
  }
}

function coldestFirst(rules: readonly TierRule[]): TierRule[] {
  return [...rules].sort((a, b) => b.olderThanMs - a.olderThanMs);
}

export function tierOwner({ metadata, directory }: Snapshot): TierOwner {
  return { tableId: metadata?.id ?? "", tableDirectory: directory };
}

/** The files that can be read and written now: those of a tier whose disk is not there wait until it is. */
export async function reachableFiles(files: Files, snapshot: Snapshot): Promise<readonly TableFile[]> {
  const used = new Set(snapshot.files.map((file) => tierOf(file.add.path)));
  if (used.size === 1 && used.has(null)) return snapshot.files;
  const there = new Set<string | null>([null, ...(await tiersOf(files, tierOwner(snapshot)))]);
  return snapshot.files.filter((file) => there.has(tierOf(file.add.path)));
}

/** Adds the tier or changes the one of that name; its directory is made. */
export async function setTier(
  files: Files,
  log: TableLog,
  nowMs: () => number,
  rule: TierRule,
): Promise<void> {
  const snapshot = await log.refresh();
  // A table without a commit has no identity that its tier could belong to.
  if (snapshot.metadata !== undefined) await linkTier(files, tierOwner(snapshot), rule.name, rule.path);
  await changeTiers(files, log, nowMs, (rules) => [...rules.filter(({ name }) => name !== rule.name), rule]);
}

/** Takes the rule away: the tier's files come back with the next `applyTiers`. */
export async function unsetTier(
  files: Files,
  log: TableLog,
  nowMs: () => number,
  name: string,
): Promise<void> {
  await changeTiers(files, log, nowMs, (rules) => rules.filter((rule) => rule.name !== name));
}

async function changeTiers(
  files: Files,
  log: TableLog,
  nowMs: () => number,
  change: (rules: readonly TierRule[]) => readonly TierRule[],
): Promise<void> {
  await changeProperty(files, log, nowMs, "SET TIERS", (snapshot) => {
    const rules = coldestFirst(change(tierRules(snapshot)));
    const value = rules.length === 0 ? undefined : JSON.stringify(rules);
    return { property: TIERS_PROPERTY, value, result: undefined };
  });
}

export interface TierOptions {
  readonly files: Files;
  readonly session: Session;
  readonly log: TableLog;
  readonly nowMs: () => number;
  readonly targetBytes: number;
  readonly isStopped?: () => boolean;
}

export interface TierReport {
  files: number;
  bytesIn: number;
  bytesOut: number;
  /** Tiers whose disk is not there, or that are another table's. */
  readonly missing: string[];
}

/** Moves files to the tier they belong in: written there and checked, then committed; vacuum removes the old ones. */
export async function applyTiers(options: TierOptions): Promise<TierReport> {
  const { files, log, nowMs } = options;
  const snapshot = await log.refresh();
  const rules = tierRules(snapshot);
  const report: TierReport = { files: 0, bytesIn: 0, bytesOut: 0, missing: [] };
  for (const { name } of rules)
    if (!(await isOwn(files, tierOwner(snapshot), name))) report.missing.push(name);
  for (const { inputs, target } of planMoves(snapshot.files, rules, nowMs(), options.targetBytes)) {
    const source = tierOf(inputs[0]!.add.path);
    const needed = [target?.name ?? "", source ?? ""];
    if (needed.some((name) => report.missing.includes(name))) continue;
    if (options.isStopped?.() === true) break;
    await move(options, inputs, target, report);
  }
  return report;
}

interface Move {
  readonly inputs: readonly TableFile[];
  /** Undefined: back into the table's own directory. */
  readonly target: TierRule | undefined;
}

/** Files of one partition that go from one place to another, together up to the size of a file. */
export function planMoves(
  files: readonly TableFile[],
  rules: readonly TierRule[],
  nowMs: number,
  targetBytes: number,
): Move[] {
  const groups = new Map<string, { target: TierRule | undefined; files: TableFile[] }>();
  for (const file of files) {
    const ageMs = nowMs - (file.maxTimestampMs ?? file.add.modificationTime);
    const target = rules.find((rule) => ageMs > rule.olderThanMs);
    const source = tierOf(file.add.path);
    if ((target?.name ?? null) === source) continue;
    const key = JSON.stringify([source, target?.name, partitionKey(file)]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { target, files: [file] });
    else group.files.push(file);
  }
  return [...groups.values()].flatMap((group) =>
    pack(group.files, targetBytes).map((inputs) => ({ inputs, target: group.target })),
  );
}

async function move(
  { files, session, log, nowMs }: TierOptions,
  inputs: readonly TableFile[],
  target: TierRule | undefined,
  report: TierReport,
): Promise<void> {
  const { schema } = await log.refresh();
  const result = await rewriteFiles({
    files,
    session,
    log,
    nowMs,
    inputs,
    schema,
    isDataChange: false,
    operation: "OPTIMIZE",
    parameters: { tier: target?.name ?? "" },
    tier: target?.name ?? null,
    ...(target === undefined ? {} : { level: target.level }),
  });
  report.files += result?.filesIn ?? 0;
  report.bytesIn += result?.bytesIn ?? 0;
  report.bytesOut += result?.bytesOut ?? 0;
}
