/**
 * Retention rules of a table, kept in its metadata, so that every process that looks after the table obeys the same
 * ones.
 */
import { failure } from "../../base/errors/index.js";
import type { Files } from "../../base/files.js";
import { commitWith } from "../delta/commit.js";
import type { Snapshot, TableLog } from "../delta/snapshot.js";
import { withReserve } from "../write/reserve.js";

export const RETENTION_PROPERTY = "logpipe.retention";

/**
 * What happens to events whose fields have these values (all of them; none: every event that no narrower rule is for).
 * Of the rules that fit an event only the narrowest counts: the one with the most fields, and of equals the first.
 */
export interface RetentionRule {
  /** Key to value, as text. */
  readonly fields: Readonly<Record<string, string>>;
  /** Events go when they are older, in milliseconds; null: never. */
  readonly maxAgeMs: number | null;
  /** Only of the rule without fields: the oldest files go when the table has more bytes. */
  readonly maxBytes?: number;
}

/** The narrowest first. Throws store.unreadable for a property that is none of ours. */
export function retentionRules({ metadata, directory }: Snapshot): readonly RetentionRule[] {
  const text = metadata?.configuration[RETENTION_PROPERTY];
  if (text === undefined) return [];
  try {
    return narrowestFirst(JSON.parse(text) as RetentionRule[]);
  } catch (error) {
    const reason = `its property ${RETENTION_PROPERTY} is not what this logpipe writes`;
    throw failure("store.unreadable", { path: directory, reason }, error);
  }
}

function narrowestFirst(rules: readonly RetentionRule[]): RetentionRule[] {
  const width = (rule: RetentionRule) => Object.keys(rule.fields).length;
  return [...rules].sort((a, b) => width(b) - width(a));
}

/** Sets the rule for these fields: in place of one for the same fields, or as a further one. */
export function withRule(rules: readonly RetentionRule[], rule: RetentionRule): RetentionRule[] {
  const others = rules.filter((other) => ruleName(other) !== ruleName(rule));
  return narrowestFirst([...others, rule]);
}

/** `service=web tenant=7`, or `*` for the rule without fields. */
export function ruleName({ fields }: Pick<RetentionRule, "fields">): string {
  const parts = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  return parts.length === 0 ? "*" : parts.map(([key, value]) => `${key}=${value}`).join(" ");
}

/** Changes the rules in one commit, on top of what others have changed meanwhile. */
export async function changeRules(
  files: Files,
  log: TableLog,
  nowMs: () => number,
  change: (rules: readonly RetentionRule[]) => readonly RetentionRule[],
): Promise<readonly RetentionRule[]> {
  return changeProperty(files, log, nowMs, "SET RETENTION", (snapshot) => {
    const rules = change(retentionRules(snapshot));
    return {
      property: RETENTION_PROPERTY,
      value: rules.length === 0 ? undefined : JSON.stringify(rules),
      result: rules,
    };
  });
}

interface PropertyChange<T> {
  readonly property: string;
  /** Undefined: the property goes. */
  readonly value: string | undefined;
  readonly result: T;
}

/** Changes a property of the table. A table without a commit has none: store.unreadable. */
export async function changeProperty<T>(
  files: Files,
  log: TableLog,
  nowMs: () => number,
  operation: string,
  plan: (snapshot: Snapshot) => PropertyChange<T>,
): Promise<T> {
  let planned: PropertyChange<T> | undefined;
  const change = (snapshot: Snapshot) => {
    const { metadata } = snapshot;
    if (metadata === undefined) {
      const reason = "nothing has been stored in it yet";
      throw failure("store.unreadable", { path: snapshot.directory, reason });
    }
    planned = plan(snapshot);
    const { property, value } = planned;
    if (metadata.configuration[property] === value) return undefined;
    const { [property]: _old, ...others } = metadata.configuration;
    const configuration = value === undefined ? others : { ...others, [property]: value };
    const operationParameters = { [property]: value ?? "" };
    return [
      {
        commitInfo: {
          timestamp: nowMs(),
          operation,
          operationParameters,
          isBlindAppend: false,
          engineInfo: "logpipe",
        },
      },
      { metaData: { ...metadata, configuration } },
    ];
  };
  // Rules are set when the disk is full, too.
  const bytes = (await log.refresh()).metadata?.schemaString.length ?? 0;
  await withReserve(files, log.directory, bytes, () => commitWith(log, change));
  return planned!.result;
}
