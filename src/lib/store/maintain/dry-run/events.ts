/** Which events would go, by day and by rule: what a dry run lists. */
import { identifier } from "../../columns/names.js";
import { TIMESTAMP_KEY } from "../../columns/schema.js";
import type { Snapshot, TableFile } from "../../delta/snapshot.js";
import { fetchFiles } from "../../delta/table-file.js";
import type { Session } from "../../duckdb/duckdb.js";
import { CHECKSUM_TAG } from "../../parquet/checksum.js";
import type { TablePlace } from "../../storage/storage.js";
import { beyond, mostBytes, planRetention, ruleSql } from "../retention.js";
import { type RetentionRule, retentionRules } from "../retention-rules.js";
import { matchesSql } from "../rewrite/rewrite-sql.js";
import { reachableFiles } from "../tiers.js";

/** Events by UTC day (`2026-11-20`), the oldest first; "" for those without a time. */
export type Days = ReadonlyMap<string, number>;

export interface Foretold {
  readonly rows: number;
  readonly days: Days;
  /**
   * Of the rules that take something, the narrowest first. `isSize`: what is beyond `--max-size`, the whole table's.
   */
  readonly rules: readonly {
    readonly rule: RetentionRule;
    readonly isSize: boolean;
    readonly rows: number;
  }[];
  /** Files without an event that stays, and those beyond the size of the table. */
  readonly whole: readonly TableFile[];
  /** Files that have events of both kinds. */
  readonly filesRewritten: readonly TableFile[];
}

/** Files whose events are asked for at once. */
const ASKED_AT_ONCE = 64;

/**
 * What the retention rules would remove now. Changes nothing; reads the times and the fields that rules name of every
 * file concerned.
 */
export async function foretellRetention(
  table: TablePlace,
  session: Session,
  snapshot: Snapshot,
  nowMs: number,
): Promise<Foretold> {
  const { schema } = snapshot;
  const rules = retentionRules(snapshot);
  const plan = planRetention(await reachableFiles(table.files, snapshot), schema, rules, nowMs);
  const days = new Map<string, number>();
  const byRule = new Map<number, number>();
  const day = daySql(identifier(TIMESTAMP_KEY.name));
  const hit = new Set<string>();
  if (rules.length > 0) {
    for (const asked of slicesOf([...plan.whole, ...plan.partial])) {
      const columns = ["file", day, ruleSql(schema, rules)];
      for (const [path, date, rule, count] of await counts(
        table,
        session,
        snapshot,
        asked,
        plan.condition,
        columns,
      )) {
        hit.add(String(path));
        add(days, String(date ?? ""), Number(count));
        add(byRule, Number(rule), Number(count));
      }
    }
  }
  const most = mostBytes(rules);
  const gone = new Set(plan.whole);
  const large =
    most === undefined
      ? []
      : beyond(
          snapshot.files.filter((file) => !gone.has(file)),
          most,
        );
  const larger = new Map<number, number>();
  for (const asked of slicesOf(large)) {
    const kept = `(${plan.condition}) IS NOT TRUE`;
    for (const [date, count] of await counts(
      table,
      session,
      snapshot,
      asked,
      rules.length > 0 ? kept : "true",
      [day],
    )) {
      add(days, String(date ?? ""), Number(count));
      add(
        larger,
        rules.findIndex((rule) => rule.maxBytes !== undefined),
        Number(count),
      );
    }
  }
  const named = (found: ReadonlyMap<number, number>, isSize: boolean) =>
    [...found]
      .sort(([a], [b]) => a - b)
      .flatMap(([i, rows]) => {
        const rule = rules[i];
        return rule === undefined ? [] : [{ rule, isSize, rows }];
      });
  return {
    rows: [...days.values()].reduce((sum, count) => sum + count, 0),
    days: daysInOrder(days),
    rules: [...named(byRule, false), ...named(larger, true)],
    whole: [...plan.whole, ...large],
    filesRewritten: plan.partial.filter((file) => hit.has(file.path)),
  };
}

/** Days in order. */
export function daysInOrder(days: Days): Days {
  return new Map([...days].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** SQL: the UTC day of a time, as text. */
export function daySql(time: string): string {
  return `strftime(${time}, '%Y-%m-%d')`;
}

/** Rows of the files for which the condition is true, counted by `columns` (SQL; "file" is the path). */
async function counts(
  table: TablePlace,
  session: Session,
  { schema }: Snapshot,
  asked: readonly TableFile[],
  condition: string,
  columns: readonly string[],
): Promise<unknown[][]> {
  await fetchFiles(table, asked);
  const sql = matchesSql(schema, asked, condition, columns);
  const by = columns.map((_, i) => String(i + 1)).join(", ");
  return session.rowsJson(`SELECT *, count(*) FROM (${sql}) GROUP BY ${by}`);
}

/** Files of other engines one by one: they may be of any partition, whose values only the log has. */
function slicesOf(files: readonly TableFile[]): TableFile[][] {
  const slices: TableFile[][] = [];
  for (const file of files) {
    const last = slices.at(-1);
    const isOurs = file.tags[CHECKSUM_TAG] !== undefined;
    const fits =
      last !== undefined && last.length < ASKED_AT_ONCE && last[0]!.tags[CHECKSUM_TAG] !== undefined;
    if (isOurs && fits) last.push(file);
    else slices.push([file]);
  }
  return slices;
}

function add<K>(counts: Map<K, number>, key: K, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
