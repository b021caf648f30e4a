/** Helpers of the store's tests: blocks from text, a table's rows back as plain data. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { Block } from "../../../src/lib/event/block.js";
import type { Cursor } from "../../../src/lib/event/delivery/cursor.js";
import { scan } from "../../../src/lib/event/scan.js";
import { visitMembers } from "../../../src/lib/json/visit-members.js";
import { type StoreOptions, StoreSink } from "../../../src/lib/sinks/store/store.js";
import { parseInstant } from "../../../src/lib/store/columns/instant.js";
import { Session } from "../../../src/lib/store/duckdb/duckdb.js";
import { openRelation, type Relation } from "../../../src/lib/store/read/relation.js";

export const OBSERVED_MS = Date.parse("2026-11-21T12:00:00.000Z");

/** A new directory that goes when the test ends. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), "logpipe-test-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Checked blocks of the lines, as the engine makes them. */
export function blocksOf(lines: readonly string[], cursor?: Cursor): Block[] {
  const scans = scan(Buffer.from(lines.map((line) => `${line}\n`).join(""), "utf8"));
  const blocks = scans.map(({ bytes, summary }) => new Block(bytes, undefined, summary));
  const last = blocks.at(-1);
  if (last !== undefined) last.cursor = cursor;
  return blocks;
}

export function storeOptions(tableDirectory: string, more: Partial<StoreOptions> = {}): StoreOptions {
  return {
    tableDirectory,
    segmentBytes: 128 * 1024 * 1024,
    flushIntervalMs: 3_600_000,
    maxColumns: 1000,
    nowMs: () => OBSERVED_MS,
    ...more,
  };
}

/** Stores the lines, `perBlock` a block, and closes. */
export async function storeLines(
  options: StoreOptions,
  lines: readonly string[],
  perBlock = 100,
): Promise<StoreSink> {
  const sink = await StoreSink.open(options);
  for (let i = 0; i < lines.length; i += perBlock) {
    for (const block of blocksOf(lines.slice(i, i + perBlock))) await sink.write(block);
  }
  await sink.close();
  return sink;
}

/** One event as sorted `key=value` texts with numbers in one spelling: equal texts are equal events. */
export type Facts = string;

/** All rows of the table, the live end included, in one order. */
export async function readFacts(tableDirectory: string): Promise<Facts[]> {
  const session = await Session.open({
    memoryBytes: 2048 * 1024 * 1024,
    threads: 2,
    tempDirectory: join(temporaryDirectory(), "spill"),
  });
  const relation = await openRelation(tableDirectory, {
    tempDirectory: temporaryDirectory(),
    rows: (sql) => session.rows(sql),
  });
  try {
    return await factsOf(session, relation);
  } finally {
    await relation.close();
    session.close();
  }
}

/** All rows of the relation, in one order. */
export async function factsOf(session: Session, relation: Relation): Promise<Facts[]> {
  const selected = relation.columns.map(({ type }, i) => {
    const value = `c${i}`;
    if (type === "timestamp") return `epoch_us(${value})::VARCHAR`;
    if (type === "string") return `to_json(${value})::VARCHAR`;
    return `${value}::VARCHAR`;
  });
  const names = relation.columns.map((_, i) => `c${i}`);
  const rows = await session.rows(
    `SELECT ${selected.join(", ")} FROM (${relation.sql}) AS t(${names.join(", ")})`,
  );
  // A value that stands in a sibling stands there as it came.
  const places = new Map(relation.columns.map(({ name }, i) => [name, i]));
  const siblings = relation.columns.map((c) => (c.siblings ?? []).map(({ name }) => places.get(name)!));
  // A column that reads several keys has nothing of its own.
  const isDouble = relation.columns.map((c) => c.spellings !== undefined);
  return rows
    .map((row) => {
      const cells = row as (string | null)[];
      return rowFacts(
        cells.map((cell, i) => (isDouble[i]! || siblings[i]!.some((k) => cells[k] !== null) ? null : cell)),
        relation.columns.map((c) => c.columns[0]!),
      );
    })
    .sort();
}

export function rowFacts(
  row: readonly (string | null)[],
  columns: readonly { key: string; role: string; type: string; name: string }[],
): Facts {
  const facts: string[] = [];
  row.forEach((value, i) => {
    const column = columns[i]!;
    if (value === null) return;
    if (column.role === "rest") {
      visitMembers(value, (key, member) =>
        facts.push(`${JSON.stringify(JSON.parse(key))}=${canonical(member)}`),
      );
    } else if (column.role === "nanoseconds") facts.push(`nanoseconds=${value}`);
    else if (column.type === "timestamp") facts.push(`micros=${value}`);
    else facts.push(`${JSON.stringify(column.key)}=${canonical(value)}`);
  });
  return facts.sort().join(" ");
}

/** What must come back for a line that went in. Nulls are as if absent. */
export function lineFacts(line: string): Facts {
  const facts: string[] = [];
  let micros = BigInt(OBSERVED_MS) * 1000n;
  visitMembers(line, (rawKey, value) => {
    const key = JSON.parse(rawKey) as string;
    if (value === "null") return;
    const instant =
      key === "timestamp" && value.startsWith('"') ? parseInstant(JSON.parse(value) as string) : undefined;
    if (instant === undefined || !instant.isExact) facts.push(`${JSON.stringify(key)}=${canonical(value)}`);
    if (instant === undefined) return;
    micros = instant.micros;
    if (instant.nanoseconds > 0) facts.push(`nanoseconds=${instant.nanoseconds}`);
  });
  return [...facts, `micros=${micros}`].sort().join(" ");
}

/** A raw JSON value in one spelling: numbers by value, text unescaped, white space gone; member order is kept. */
export function canonical(raw: string): string {
  const text = raw.trim();
  const first = text[0];
  if (first === "{") {
    const members: string[] = [];
    visitMembers(text, (key, value) =>
      members.push(`${JSON.stringify(JSON.parse(key))}:${canonical(value)}`),
    );
    return `{${members.join(",")}}`;
  }
  if (first === "[") {
    // As an object with one key, so that the same scanner finds the elements.
    return `[${elements(text).map(canonical).join(",")}]`;
  }
  if (first === '"') return JSON.stringify(JSON.parse(text));
  if (first === "t" || first === "f") return text;
  if (/^-?\d+$/.test(text)) return text === "-0" ? text : String(BigInt(text));
  const digits = text.replace(/[eE].*$|[-.]/g, "").replace(/^0+/, "");
  const n = Number(text);
  // `-0` is kept as `-0.0`: the sign is the same, the digits are DuckDB's.
  if (Object.is(n, -0) && digits === "") return "-0";
  if (digits.length > 17 || (n === 0 && digits !== "")) return text;
  return Number.isFinite(n)
    ? Number.isInteger(n) && Math.abs(n) < 1e21
      ? String(BigInt(n))
      : String(n)
    : text;
}

function elements(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 1;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '"') for (i++; text[i] !== '"'; i++) if (text[i] === "\\") i++;
    if (c === "[" || c === "{") depth++;
    if (c === "]" || c === "}") depth--;
    const isEnd = (c === "," && depth === 1) || (c === "]" && depth === 0);
    if (!isEnd) continue;
    if (text.slice(start, i).trim() !== "") found.push(text.slice(start, i));
    start = i + 1;
  }
  return found;
}
