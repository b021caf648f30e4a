/** `count, p95(ms) by path where status < 500 sort p95 limit 10`: aggregates and clauses behind them. */
import { failure } from "../../../base/errors/index.js";
import { type CallPiece, fieldOf, splitAt, topLevel } from "../aggregates/call.js";

export interface TotalsText {
  readonly agg: string;
  readonly by: readonly string[];
  readonly where: string | undefined;
  readonly sort: string | undefined;
  readonly limit: number | undefined;
}

/** What a clause begins with, and what must follow for it to be one: a field may be called so, too. */
interface ClauseKind {
  readonly name: string;
  readonly opening: RegExp;
}

const CLAUSES: readonly ClauseKind[] = [
  { name: "by", opening: /^(?:group\s+)?by\s+(?=[\p{L}_@$"`])(?!in\b)/iu },
  { name: "where", opening: /^where(?=[\s(!])\s*/i },
  { name: "sort", opening: /^(?:sort|order)(?:\s+by)?\s+(?=[\p{L}_@$"`-])(?!in\b)/iu },
  { name: "limit", opening: /^limit\s+(?=\d+\s*(?:$|by|where|sort|order|group))/i },
];

interface Clause {
  readonly name: string;
  readonly start: number;
  readonly from: number;
}

/** Throws usage.syntax. `what`: how messages call the text. */
export function readTotals(text: string, what = "AGGREGATES"): TotalsText {
  const { head, by, piece, isBare } = readClauses(text, what, CLAUSES);
  const limit = piece("limit");
  return {
    agg: head.trim() === "" && !isBare ? "count" : head,
    by,
    where: piece("where")?.text,
    sort: piece("sort")?.text,
    limit: limit === undefined ? undefined : Number(limit.text),
  };
}

export interface ConditionText {
  /** What is in front of the clauses. */
  readonly condition: string;
  readonly by: readonly string[];
  readonly where: string | undefined;
  /** How long windows are; undefined: one over everything. */
  readonly every: string | undefined;
}

/** `ratio(status >= 500) > 0.02 by path where method == "GET" every 5m`. Throws usage.syntax. */
export function readCondition(text: string, what: string): ConditionText {
  const every: ClauseKind = { name: "every", opening: /^every\s+(?=\d)/i };
  const kinds = [...CLAUSES.filter(({ name }) => name === "by" || name === "where"), every];
  const { head, by, piece } = readClauses(text, what, kinds);
  return { condition: head.trim(), by, where: piece("where")?.text, every: piece("every")?.text };
}

function readClauses(text: string, what: string, kinds: readonly ClauseKind[]) {
  const fail = (reason: string, offset: number, hint?: string) =>
    failure("usage.syntax", { what, text, offset, reason, hint });
  const clauses = clausesOf(text, kinds);
  const twice = clauses.find(({ name }, n) => clauses.findIndex((other) => other.name === name) < n);
  if (twice !== undefined) throw fail(`there is a second ${twice.name}`, twice.start);
  const piece = (name: string): CallPiece | undefined => {
    const n = clauses.findIndex((clause) => clause.name === name);
    if (n < 0) return undefined;
    const { from } = clauses[n]!;
    return { text: text.slice(from, clauses[n + 1]?.start ?? text.length).trim(), at: from };
  };
  const head = text.slice(0, clauses[0]?.start ?? text.length).trimEnd();
  return { head, piece, by: fieldsOf(text, piece("by"), what, fail), isBare: clauses.length === 0 };
}

function clausesOf(text: string, kinds: readonly ClauseKind[]): readonly Clause[] {
  const found: Clause[] = [];
  for (const { offset } of topLevel(text)) {
    const last = found.at(-1);
    if ((last !== undefined && offset <= last.from) || /[\w.@$]/.test(text[offset - 1] ?? "")) continue;
    if (/\bas\s+$/i.test(text.slice(Math.max(0, offset - 20), offset))) continue;
    for (const { name, opening } of kinds) {
      const length = opening.exec(text.slice(offset))?.[0].length;
      if (length === undefined) continue;
      found.push({ name, start: offset, from: offset + length });
      break;
    }
  }
  return found;
}

function fieldsOf(
  text: string,
  piece: CallPiece | undefined,
  what: string,
  fail: (reason: string, offset: number, hint?: string) => Error,
): readonly string[] {
  if (piece === undefined) return [];
  const names = splitAt(text, piece, ",", what).map((name) => {
    const path = fieldOf(name.text);
    if (path !== undefined) return path;
    throw fail(
      `"${name.text}" is no field`,
      name.at,
      "write names with commas between them: by path, user.id",
    );
  });
  return [...new Set(names)];
}
