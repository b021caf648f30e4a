/**
 * Applies the retention rules of a table. Whole files go by what the log says of them; of others the events whose time
 * has come are taken out. Ages of two days and more count in whole UTC days, others in whole hours, so that a file is
 * not rewritten again and again while its events come of age one by one.
 */

import { identifier, literal } from "../columns/names.js";
import { type TableSchema, TIMESTAMP_KEY } from "../columns/schema.js";
import { viewColumns } from "../columns/view.js";
import type { Snapshot, TableFile } from "../delta/snapshot.js";
import { type EraseOptions, type EraseReport, eraseRows, nothingErased, removeFiles } from "./delete-rows.js";
import { type RetentionRule, retentionRules } from "./retention-rules.js";
import { reachableFiles } from "./tiers.js";

export interface RetentionOptions extends Omit<EraseOptions, "operation" | "parameters"> {
  readonly onProgress?: (progress: { readonly files: number; readonly filesDone: number }) => void;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Events that a rule is for and that are older than this go. Undefined: none do. */
export function cutoffMs({ maxAgeMs }: RetentionRule, nowMs: number): number | undefined {
  if (maxAgeMs === null) return undefined;
  const unit = maxAgeMs >= 2 * DAY_MS ? DAY_MS : HOUR_MS;
  return Math.floor((nowMs - maxAgeMs) / unit) * unit;
}

const OPERATION = {
  operation: "DELETE",
  parameters: { predicate: JSON.stringify(["retention"]) },
} as const;

/**
 * The part that goes by the log alone and needs no room, as it is what makes room: files without an event that stays,
 * and the oldest ones of a table that is too large. Resolves with the files that are left to be looked into.
 */
export async function removeExpired(
  options: Omit<RetentionOptions, "session">,
  report: EraseReport,
): Promise<number> {
  const snapshot = await options.log.refresh();
  const rules = retentionRules(snapshot);
  if (rules.length === 0) return 0;
  const { whole, partial } = await planned(options, snapshot, rules);
  await removeFiles({ ...options, ...OPERATION }, whole, report);
  const most = mostBytes(rules);
  if (partial.length > 0 || most === undefined) return partial.length;
  await removeFiles({ ...options, ...OPERATION }, beyond((await options.log.refresh()).files, most), report);
  return 0;
}

export async function applyRetention(
  options: RetentionOptions,
  report: EraseReport = nothingErased(),
): Promise<EraseReport> {
  const snapshot = await options.log.refresh();
  const rules = retentionRules(snapshot);
  if (rules.length === 0) return report;
  const erase: EraseOptions = { ...options, ...OPERATION };
  const plan = await planned(options, snapshot, rules);
  await removeFiles(erase, plan.whole, report);
  for (const [i, file] of plan.partial.entries()) {
    if (options.isStopped?.() === true) return report;
    options.onProgress?.({ files: plan.partial.length, filesDone: i });
    await eraseRows(erase, snapshot.schema, [file], plan.condition, report);
  }
  const most = mostBytes(rules);
  if (most !== undefined) await removeFiles(erase, beyond((await options.log.refresh()).files, most), report);
  return report;
}

async function planned(
  { files, nowMs }: Pick<RetentionOptions, "files" | "nowMs">,
  snapshot: Snapshot,
  rules: readonly RetentionRule[],
): Promise<RetentionPlan> {
  return planRetention(await reachableFiles(files, snapshot), snapshot.schema, rules, nowMs());
}

/** What the table may have, by the rule for all of it. */
export function mostBytes(rules: readonly RetentionRule[]): number | undefined {
  return rules.find((rule) => Object.keys(rule.fields).length === 0)?.maxBytes;
}

export interface RetentionPlan {
  /** Files without an event that stays. */
  readonly whole: readonly TableFile[];
  /** Files that may have both. */
  readonly partial: readonly TableFile[];
  /** True for events that go, over the columns that `query` shows. */
  readonly condition: string;
}

export function planRetention(
  files: readonly TableFile[],
  schema: TableSchema,
  rules: readonly RetentionRule[],
  nowMs: number,
): RetentionPlan {
  const whole: TableFile[] = [];
  const partial: TableFile[] = [];
  for (const file of files) {
    const cutoffs = rulesFor(file, schema, rules).map((rule) =>
      rule === undefined ? undefined : cutoffMs(rule, nowMs),
    );
    const newestMs = file.bounds(TIMESTAMP_KEY.name).nulls === 0 ? file.maxTimestampMs : undefined;
    const isOut = cutoffs.every((ms) => ms !== undefined && (newestMs ?? Number.POSITIVE_INFINITY) < ms);
    const isIn = cutoffs.every((ms) => ms === undefined || (file.minTimestampMs ?? -Infinity) >= ms);
    if (isOut) whole.push(file);
    else if (!isIn) partial.push(file);
  }
  return { whole, partial, condition: conditionOf(schema, rules, nowMs) };
}

/** Rules that may be the narrowest for an event of the file, as far as its bounds say; undefined: none is. */
function rulesFor(
  file: TableFile,
  schema: TableSchema,
  rules: readonly RetentionRule[],
): (RetentionRule | undefined)[] {
  const possible: (RetentionRule | undefined)[] = [];
  for (const rule of rules) {
    const fits = Object.entries(rule.fields).map(([key, value]) => fitOf(file, schema, key, value));
    if (fits.includes("never")) continue;
    possible.push(rule);
    if (fits.every((fit) => fit === "always")) return possible;
  }
  return [...possible, undefined];
}

type Fit = "always" | "never" | "sometimes";

function fitOf(file: TableFile, schema: TableSchema, key: string, value: string): Fit {
  const columns = schema.byKey.get(key) ?? [];
  const [column] = columns;
  if (column === undefined) return "never";
  if (Object.hasOwn(file.partition, column.name))
    return file.partition[column.name] === value ? "always" : "never";
  if (columns.length > 1 || column.type !== "string") return "sometimes";
  const { min, max, nulls } = file.bounds(column.name);
  if (typeof min !== "string" || typeof max !== "string") return "sometimes";
  if (min === value && max === value && nulls === 0) return "always";
  return compareUtf8(value, min) < 0 || compareUtf8(value, max) > 0 ? "never" : "sometimes";
}

/** Fields of the rule that no event of the table has, by their keys, or by these values. */
export function unmatchedFields(
  { files, schema }: Pick<Snapshot, "files" | "schema">,
  { fields }: RetentionRule,
): readonly { readonly key: string; readonly value: string; readonly isKeyUnknown: boolean }[] {
  return Object.entries(fields).flatMap(([key, value]) => {
    const isKeyUnknown = schema.byKey.get(key) === undefined;
    const isNone = isKeyUnknown || files.every((file) => fitOf(file, schema, key, value) === "never");
    return isNone ? [{ key, value, isKeyUnknown }] : [];
  });
}

/** Bounds are in the order of UTF-8 bytes; JavaScript's own order differs beyond the basic plane. */
function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, "utf8"), Buffer.from(b, "utf8"));
}

/** SQL: the number, from 0, of the rule that counts for an event; NULL: none does. */
export function ruleSql(schema: TableSchema, rules: readonly RetentionRule[]): string {
  const cases = rules.map((rule, i) => `WHEN ${fieldsSql(schema, rule)} THEN ${i}`);
  return `CASE ${cases.join(" ")} END`;
}

function fieldsSql(schema: TableSchema, { fields }: RetentionRule): string {
  const equal = Object.entries(fields).map(([key, value]) => equals(schema, key, value));
  return equal.length === 0 ? "true" : equal.join(" AND ");
}

function conditionOf(schema: TableSchema, rules: readonly RetentionRule[], nowMs: number): string {
  const cases = rules.map((rule) => {
    const cutoff = cutoffMs(rule, nowMs);
    const isOld =
      cutoff === undefined
        ? "false"
        : `epoch_us(${identifier(TIMESTAMP_KEY.name)}) < ${BigInt(cutoff) * 1000n}`;
    return `WHEN ${fieldsSql(schema, rule)} THEN ${isOld}`;
  });
  return `CASE ${cases.join(" ")} ELSE false END`;
}

/** SQL: the key's value, as text, is this one. */
function equals(schema: TableSchema, key: string, value: string): string {
  const columns = viewColumns(schema).filter(
    ({ columns, spellings }) =>
      columns[0]?.key === key && columns[0].role === "value" && spellings === undefined,
  );
  if (columns.length === 0) return "false";
  const equal = columns.map(({ name, type }) => {
    const text = type === "json" ? `${identifier(name)}->>'$'` : `${identifier(name)}::VARCHAR`;
    return `coalesce(${text} = ${literal(value)}, false)`;
  });
  return `(${equal.join(" OR ")})`;
}

/** The oldest files that must go so that the others have no more than so many bytes. */
export function beyond(files: readonly TableFile[], mostBytes: number): TableFile[] {
  let bytes = files.reduce((total, file) => total + file.bytes, 0);
  const newestMs = (file: TableFile) => file.maxTimestampMs ?? file.add.modificationTime;
  const oldest = [...files].sort((a, b) => newestMs(a) - newestMs(b));
  const doomed: TableFile[] = [];
  for (const file of oldest) {
    if (bytes <= mostBytes) break;
    doomed.push(file);
    bytes -= file.bytes;
  }
  return doomed;
}
