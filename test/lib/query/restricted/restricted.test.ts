import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LogpipeError } from "../../../../src/lib/base/errors/index.js";
import { openInputs } from "../../../../src/lib/query/inputs/inputs.js";
import {
  type AskOptions,
  askRestricted,
  type RestrictedQuestion,
} from "../../../../src/lib/query/restricted/ask.js";
import { checkQuery } from "../../../../src/lib/query/restricted/check/check.js";
import { openSession, type Session } from "../../../../src/lib/query/session.js";
import { SKETCH_MACROS, sketchMacroSql } from "../../../../src/lib/query/sketch-macros.js";
import { openFiles } from "../../../../src/lib/source/files.js";
import { programTerminal } from "../../../../src/program-terminal.js";
import { logpipe } from "../../../support/logpipe.js";
import { DEEP } from "./attacks.js";
import { WELCOME } from "./welcome.js";

let directory: string;
let plain: Session;

const LOGS = [
  {
    timestamp: "2026-11-20T10:00:00Z",
    service: "web",
    level: "info",
    status: 200,
    latency_ms: 12.5,
    user_id: 1,
    message: "read took 12",
  },
  {
    timestamp: "2026-11-20T10:01:00Z",
    service: "web",
    level: "error",
    status: 500,
    latency_ms: 900.25,
    user_id: 2,
    message: "write timed out",
  },
  {
    timestamp: "2026-11-20T11:00:00Z",
    service: "db",
    level: "info",
    status: 200,
    latency_ms: 3.5,
    user_id: 1,
    message: "vacuum",
  },
].map((event, n) => ({
  ...event,
  tags: ["a", "b"],
  context: { user: { id: n, name: "Ann" }, list: [1, 2] },
  span_id: `s${n}`,
  parent_id: n === 0 ? null : "s0",
}));

const METRICS = [
  {
    timestamp: "2026-11-20T10:00:00Z",
    service: "web",
    value: 0.5,
    sketch_latency: [
      [1, 2],
      [5, 3],
    ],
    sketch_users: "s65,130",
    sketch_top: [{ value: "a", count: 3, error: 0 }],
  },
];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "logpipe-asked-"));
  const lines = (events: readonly object[]) => events.map((event) => `${JSON.stringify(event)}\n`).join("");
  writeFileSync(join(directory, "logs.ndjson"), lines(LOGS));
  writeFileSync(join(directory, "metrics.ndjson"), lines(METRICS));
  plain = await openSession();
  await plain.connection.run(sketchMacroSql());
});
afterAll(() => {
  plain.close();
  rmSync(directory, { recursive: true, force: true });
});

async function treeOf(sql: string): Promise<string> {
  const statement = await plain.connection.prepare("SELECT json_serialize_sql($1::VARCHAR)::VARCHAR");
  statement.bindVarchar(1, sql);
  return String((await statement.runAndReadAll()).getRows()[0]![0]);
}

const functions = SKETCH_MACROS.map(({ name }) => name);
const tables = ["logs", "metrics"];

async function ask(sql: string, more: Partial<RestrictedQuestion> = {}, options: Partial<AskOptions> = {}) {
  let text = "";
  const inputs = tables.map((name) => ({ name, path: join(directory, `${name}.ndjson`) }));
  const question = { sql, inputs, range: {}, format: "ndjson" as const, isStoreOptional: true, ...more };
  const write = async (data: Buffer) => {
    text += data.toString();
    return true;
  };
  const asked = await askRestricted(question, { write, ...options });
  return { text, ...asked };
}

async function failure(sql: string, more: Partial<RestrictedQuestion> = {}): Promise<LogpipeError> {
  try {
    await ask(sql, more);
  } catch (error) {
    expect(error).toBeInstanceOf(LogpipeError);
    return error as LogpipeError;
  }
  return expect.fail(`was answered: ${sql.slice(0, 100)}`);
}

describe("what is welcome", () => {
  it.each(WELCOME)("%s", async (sql) => {
    checkQuery(await treeOf(sql), sql, { tables, functions });
  });

  it("is answered as it is without restrictions", async () => {
    const union = WELCOME.filter((sql) => !/SAMPLE|PIVOT|now\(\)|POSITIONAL|;|^SELECT logs/.test(sql));
    const terminal = programTerminal(new AbortController().signal, () => {});
    const inputs = tables.map((name) => ({ name, path: join(directory, `${name}.ndjson`) }));
    const openSource = (path: string) => openFiles([path], {}, terminal);
    const { notice, signal } = terminal;
    await openInputs(plain, inputs, {}, { openSource, notice, signal });
    const runnable: string[] = [];
    for (const sql of union)
      await plain.connection.run(sql).then(
        () => runnable.push(sql),
        () => {},
      );
    // Lists are JSON in a file of events.
    expect(runnable.length).toBeGreaterThan(40);
    const one = runnable.map((sql) => `(SELECT count(*) FROM (${sql}))`).join(" + ");
    const expected = (await plain.connection.runAndReadAll(`SELECT ${one} AS n`)).getRowsJson()[0]![0];
    const { text } = await ask(`SELECT ${one} AS n`);
    expect(JSON.parse(text)).toEqual({ n: Number(expected) });
  });
});

describe("a tree that no rule knows", () => {
  type Json = null | string | number | boolean | Json[] | { [key: string]: Json };

  /** Calls `act` with every object of the tree that is no constant's own data. */
  function everyNode(value: Json, act: (node: { [key: string]: Json }) => void, isData = false): void {
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      for (const one of value) everyNode(one, act, isData);
      return;
    }
    if (isData) return;
    act(value);
    const isConstant = "is_null" in value;
    for (const [key, member] of Object.entries(value)) everyNode(member, act, isConstant && key === "value");
  }

  it("is refused: one member more anywhere, one less, another kind", async () => {
    for (const sql of WELCOME) {
      const tree = JSON.parse(await treeOf(sql)) as { statements: Json };
      const refuses = () =>
        expect(() => checkQuery(JSON.stringify(tree), sql, { tables, functions }), sql).toThrow(LogpipeError);
      everyNode(tree.statements, (node) => {
        node["a_newer_member"] = 1;
        refuses();
        delete node["a_newer_member"];
        const [first] = Object.keys(node).filter((key) => key !== "is_null" && key !== "value");
        if (first === undefined) return;
        const was = node[first]!;
        delete node[first];
        refuses();
        node[first] = was;
        if (first === "class" || (first === "type" && typeof was === "string")) {
          node[first] = "A_NEWER_KIND";
          refuses();
          node[first] = was;
        }
      });
    }
  });
});

describe("limits", () => {
  const limits = { timeoutMs: 1500, memoryBytes: 256 * 1024 ** 2 };
  const limited = (sql: string) => failure(sql, { limits });

  it.each([
    [
      "a cross join",
      "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range + b.range = -1",
    ],
    [
      "a recursion without an end",
      "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t",
    ],
    [
      "a recursion that only looks",
      "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT 1 FROM t) SELECT n FROM t WHERE n < 0",
    ],
    ["one call that looks at no interrupt", "SELECT levenshtein(repeat('a', 1000000), repeat('b', 1000000))"],
    [
      "one call while planning",
      "SELECT * FROM logs WHERE service = repeat('a', levenshtein(repeat('a', 900000), repeat('b', 900000))::BIGINT)",
    ],
    [
      "lists in lists",
      "SELECT list_sum(list_transform(range(30000), lambda x: list_sum(list_transform(range(30000), lambda y: x * y))))",
    ],
    [
      "rows that are squared by each CTE",
      `WITH a0 AS (SELECT range AS x FROM range(10))${Array.from({ length: 5 }, (_, n) => `, a${n + 1} AS (SELECT a.x FROM a${n} a, a${n} b)`).join("")} SELECT count(*) FROM a5`,
    ],
    [
      "regular expressions",
      "SELECT sum(length(regexp_replace(repeat('ab', 5000 + a.range::INT), '(a|b|ab)*?c', 'x', 'g'))) FROM range(100000000) a",
    ],
  ])("ends in time: %s", async (_, sql) => {
    const error = await limited(sql);
    expect(error.code).toBe("query.limit");
    expect(error.message).toMatch(/takes longer than 1.5s|needs more memory/);
  });

  it.each([
    ["a long text", "SELECT length(repeat('x', 3000000000))"],
    ["long texts", "SELECT sum(length(repeat('x', 1000000 + range::INT))) FROM range(2048)"],
    [
      "a text that doubles",
      "WITH RECURSIVE t(s) AS (SELECT 'xx' UNION ALL SELECT s || s FROM t) SELECT max(length(s)) FROM t",
    ],
    ["a long list", "SELECT len(range(1000000000))"],
    ["a text of all texts", "SELECT length(string_agg(repeat('x', 100000 + range::INT))) FROM range(100000)"],
    ["a list of all texts", "SELECT len(list(repeat('x', 10000 + range::INT))) FROM range(1000000)"],
    ["a width", "SELECT length(printf('%1000000000d', 1))"],
    ["another width", "SELECT length(format('{:1000000000}', 1))"],
    ["padding", "SELECT length(lpad('x', 2000000000, 'y'))"],
    ["a list made longer", "SELECT len(list_resize([1], 1000000000))"],
    ["bits", "SELECT bit_count(bitstring('1', 1000000000))"],
    [
      "a replacement longer than its text",
      "SELECT length(replace(repeat('a', 1000000), 'a', repeat('b', 10000)))",
    ],
    ["a histogram of everything", "SELECT len(map_keys(histogram(range))) FROM range(100000000)"],
    [
      "many groups that are not spilled",
      "SELECT count(*) FROM (SELECT range, list(range::VARCHAR || repeat('y', 1000)) FROM range(100000000) GROUP BY 1)",
    ],
  ])("ends within its memory: %s", async (_, sql) => {
    const error = await failure(sql, { limits: { ...limits, timeoutMs: 5000 } });
    expect(error.code).toBe("query.limit");
    expect(error.message).toMatch(/needs more memory than the 268 MB|takes longer than/);
  });

  it("answers when less is asked", async () => {
    const roomy = { ...limits, timeoutMs: 60_000 };
    expect((await ask("SELECT length(repeat('x', 1000000)) AS n", { limits: roomy })).text).toBe(
      '{"n":1000000}\n',
    );
    const { text } = await ask(
      "SELECT count(*) AS n FROM (SELECT range, count(*) FROM range(3000000) GROUP BY 1)",
      {
        limits: roomy,
      },
    );
    expect(text).toBe('{"n":3000000}\n');
  });

  it("ends a result behind so many rows or bytes", async () => {
    const rows = await failure("FROM range(1000)", { limits: { maxRows: 10 } });
    expect([rows.code, rows.message]).toEqual(["query.limit", "the result has more than 10 rows"]);
    const bytes = await failure("SELECT repeat('x', 1000) FROM range(10000)", { limits: { maxBytes: 5000 } });
    expect([bytes.code, bytes.message]).toEqual(["query.limit", "the result is larger than 5.0 kB"]);
    expect((await ask("FROM range(10)", { limits: { maxRows: 10, maxBytes: 1000 } })).rows).toBe(10);
  });

  it.each(DEEP.map(({ why, sql }) => [why, sql]))("lives through %s", async (_, sql) => {
    try {
      await ask(sql, { limits: { timeoutMs: 5000 } });
    } catch (error) {
      expect(error).toBeInstanceOf(LogpipeError);
      expect((error as LogpipeError).message).not.toContain(directory);
    }
  });
});

describe("the process", () => {
  it("leaves nothing behind: answered, refused, stopped", async () => {
    const before = new Set(readdirSync(tmpdir()));
    await ask("SELECT count(*) FROM logs");
    await failure("FROM nothing");
    await failure("SELECT levenshtein(repeat('a', 1000000), repeat('b', 1000000))", {
      limits: { timeoutMs: 500 },
    });
    const controller = new AbortController();
    const stopped = ask("SELECT count(*) FROM range(10000000000)", {}, { signal: controller.signal });
    controller.abort();
    expect(await stopped).toEqual({ text: "" });
    const unwanted = await ask("FROM range(100000000)", {}, { write: async () => false });
    expect(unwanted.rows).toBeUndefined();
    const left = readdirSync(tmpdir()).filter(
      (name) => !before.has(name) && /^logpipe-restricted-/.test(name),
    );
    // Those of other tests at the same time go by themselves.
    while (left.some((name) => existsSync(join(tmpdir(), name)))) await new Promise((r) => setTimeout(r, 50));
  });

  it("has no environment to be read", async () => {
    process.env["LOGPIPE_SECRET"] = "CANARY";
    try {
      const { text } = await ask("SELECT 1 AS n");
      expect(text).toBe('{"n":1}\n');
    } finally {
      delete process.env["LOGPIPE_SECRET"];
    }
  });

  it("answers several at once, each for itself", async () => {
    const answers = await Promise.all([
      ask("SELECT count(*) AS n FROM logs"),
      failure("SELECT length(repeat('x', 3000000000))"),
      ask("SELECT 2 AS n"),
    ]);
    expect([(answers[0] as { text: string }).text, (answers[2] as { text: string }).text]).toEqual([
      '{"n":3}\n',
      '{"n":2}\n',
    ]);
  });
});

describe("errors", () => {
  it("say what is wrong with the SQL, and nothing of paths or other tables", async () => {
    const missing = await failure("SELECT mesage FROM logs");
    expect(missing.message).toBe('no column "mesage"\n  SELECT mesage FROM logs\n         ^');
    expect(missing.help).toBe('did you mean "message"?');
    const wrong = await failure("SELEC 1");
    expect([wrong.code, wrong.message.split("\n")[0]]).toEqual([
      "query.refused",
      'syntax error at or near "SELEC"',
    ]);
    const cast = await failure("SELECT message::INTEGER FROM logs");
    expect(cast.message).toMatch(/^could not convert string 'read took 12' to INT32/i);
    const late = await failure(
      "SELECT CASE WHEN range = 500000 THEN error('at last') ELSE range END AS n FROM range(1000000)",
    );
    expect([late.code, late.message]).toEqual(["query.failed", "at last"]);
  });

  it("do not tell why a file cannot be read", async () => {
    const inputs = [{ name: "logs", path: join(directory, "gone.ndjson") }];
    const gone = await failure("FROM logs", { inputs });
    expect([gone.code, gone.message]).toEqual(["query.failed", "the tables cannot be read"]);
    const store = await failure("FROM logs", {
      inputs: [],
      store: join(directory, "nowhere"),
      isStoreOptional: false,
    });
    expect(store.message).toBe("the tables cannot be read");
  });
});

it("asks the store's tables of the session and no others", async () => {
  const store = join(directory, "store");
  const put = async (table: string, event: object) => {
    const words = ["sink", "--store", store, "--table", table, "-q"];
    expect((await logpipe(words, { stdin: `${JSON.stringify(event)}\n` })).code).toBe(0);
  };
  await put("logs", { timestamp: "2026-11-20T10:00:00Z", n: 1 });
  await put("other", { timestamp: "2026-11-20T10:00:00Z", word: "CANARY" });
  const asked = { inputs: [], store, tables: ["logs"] };
  expect((await ask("SELECT n FROM logs", asked)).text).toBe('{"n":1}\n');
  const refused = await failure("FROM other", asked);
  expect([refused.code, refused.help]).toEqual(["query.refused", "tables here: logs"]);
  const sinceNs = String(BigInt(Date.parse("2026-11-21T00:00:00Z")) * 1_000_000n);
  const later = await ask("SELECT count(*) AS n FROM logs", { ...asked, range: { sinceNs } });
  expect(later.text).toBe('{"n":0}\n');
});
