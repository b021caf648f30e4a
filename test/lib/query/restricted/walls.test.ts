import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LogpipeError } from "../../../../src/lib/base/errors/index.js";
import { checkQuery } from "../../../../src/lib/query/restricted/check/check.js";
import {
  closeFiles,
  lockSettings,
  openGuardedSession,
} from "../../../../src/lib/query/restricted/guarded-session.js";
import { DEFAULT_LIMITS } from "../../../../src/lib/query/restricted/limits.js";
import { runSql } from "../../../../src/lib/query/result.js";
import { openSession, type QuerySession } from "../../../../src/lib/query/session.js";
import { ATTACKS, type Attack, DEEP, ENDS_PROCESS } from "./attacks.js";

const SECRET = "CANARY";

let directory: string;
let path: (name: string) => string;
let plain: QuerySession;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "logpipe-walls-"));
  path = (name) => join(directory, name);
  mkdirSync(path("store/logs/date=2026-11-20"), { recursive: true });
  mkdirSync(path("store/other/date=2026-11-20"), { recursive: true });
  writeFileSync(path("outside.csv"), `column0\n${SECRET}\n`);
  plain = await openSession();
  const write = (sql: string, to: string) => plain.connection.run(`COPY (${sql}) TO '${path(to)}'`);
  await write("SELECT 1 AS n, 'fine' AS message", "store/logs/date=2026-11-20/part-own.parquet");
  await write(`SELECT 1 AS n, '${SECRET}' AS message`, "store/logs/date=2026-11-20/part-old.parquet");
  await write(`SELECT '${SECRET}' AS word`, "store/other/date=2026-11-20/part-other.parquet");
});
afterAll(() => {
  plain.close();
  rmSync(directory, { recursive: true, force: true });
});

const own = () => path("store/logs/date=2026-11-20/part-own.parquet");

function sqlOf({ sql }: Attack): string {
  return sql
    .replaceAll("OUTSIDE", path("outside.csv"))
    .replaceAll("OTHER_TABLE", "OTHER")
    .replaceAll("OTHER", path("store/other/date=2026-11-20/part-other.parquet"))
    .replaceAll("ERASED", path("store/logs/date=2026-11-20/part-old.parquet"))
    .replaceAll("OWN", own())
    .replaceAll("DIR", path("store"))
    .replaceAll("NEW", path("new"));
}

async function treeOf(sql: string): Promise<string> {
  const statement = await plain.connection.prepare("SELECT json_serialize_sql($1::VARCHAR)::VARCHAR");
  statement.bindVarchar(1, sql);
  return String((await statement.runAndReadAll()).getRows()[0]![0]);
}

/** A session as a restricted query has it, with the table `logs`, but without a look at the text. */
async function guarded(): Promise<QuerySession> {
  const scratch = mkdtempSync(join(tmpdir(), "logpipe-walls-scratch-"));
  const session = await openGuardedSession(DEFAULT_LIMITS, scratch, new AbortController().signal);
  await session.connection.run(`CREATE VIEW logs AS SELECT * FROM read_parquet('${own()}')`);
  await closeFiles(session, [own()]);
  await lockSettings(session);
  return session;
}

/** All that comes back, rows or error. */
async function said(session: QuerySession, sql: string): Promise<string> {
  let text = "";
  try {
    const result = await runSql(session, sql, []);
    for await (const { cells } of result.rows("json")) text += JSON.stringify(cells);
  } catch (error) {
    text += (error as Error).message;
  }
  return text;
}

/** Names and contents of all files. */
function files(): string {
  const sum = createHash("sha256");
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) sum.update(entry.name).update(readFileSync(join(entry.parentPath, entry.name)));
  return sum.digest("hex");
}

it("has more than a hundred attacks, each told from the others", () => {
  expect(ATTACKS.length).toBeGreaterThan(150);
  expect(new Set(ATTACKS.map(({ sql }) => sql)).size).toBe(ATTACKS.length);
});

describe("the check of the text alone", () => {
  it.each(ATTACKS)("refuses: $why", async (attack) => {
    const sql = sqlOf(attack);
    const tree = await treeOf(sql);
    const check = () => checkQuery(tree, sql, { tables: ["logs"] });
    expect(check).toThrow(LogpipeError);
    try {
      check();
    } catch (error) {
      expect((error as LogpipeError).code).toBe("query.refused");
      expect((error as LogpipeError).help ?? "").not.toMatch(/\bother\b/i);
    }
  });

  it.each(DEEP)("lives through $why", async ({ sql }) => {
    const tree = await treeOf(sql);
    try {
      checkQuery(tree, sql, { tables: ["logs"] });
    } catch (error) {
      expect((error as LogpipeError).code).toBe("query.refused");
    }
  });
});

describe("the settings alone", () => {
  const tried = ATTACKS.filter(({ sql }) => !ENDS_PROCESS.test(sql) && !/sleep/.test(sql));

  it.each(tried)("give nothing away and change nothing: $why", async (attack) => {
    const before = files();
    const session = await guarded();
    try {
      const text = await said(session, sqlOf(attack));
      // What an error says of the SQL it was given is no secret: it stood there.
      expect(attack.sql.includes(SECRET) ? text.replaceAll(SECRET, "") : text).not.toContain(SECRET);
    } finally {
      session.close();
    }
    expect(files()).toBe(before);
  });

  it("let the table be asked", async () => {
    const session = await guarded();
    expect(await said(session, "SELECT message FROM logs")).toContain("fine");
    session.close();
  });
});

it("the words are there to be found without walls", async () => {
  const found = await plain.connection.runAndReadAll(
    `SELECT content FROM read_text('${path("outside.csv")}')`,
  );
  expect(JSON.stringify(found.getRowsJson())).toContain(SECRET);
});
