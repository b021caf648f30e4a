import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LogpipeError } from "../../../../src/lib/base/errors/index.js";
import { hostOf } from "../../../../src/lib/pipeline/run/host.js";
import { openQueryInputs } from "../../../../src/lib/query/inputs/inputs.js";
import type { AskOptions, RestrictedQuestion } from "../../../../src/lib/query/restricted/ask.js";
import { checkQuery } from "../../../../src/lib/query/restricted/check/check.js";
import { openSession, type QuerySession } from "../../../../src/lib/query/session.js";
import { SKETCH_MACROS, sketchMacroSql } from "../../../../src/lib/query/sql/sketch-macros.js";
import { openFiles } from "../../../../src/lib/sources/files/files.js";
import { programTerminal } from "../../../../src/program-terminal.js";
import { logpipe } from "../../../support/logpipe.js";
import { ask as askIt, failureOf } from "./ask.js";
import { WELCOME } from "./welcome.js";

let directory: string;
let plain: QuerySession;

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

const inputs = () => tables.map((name) => ({ name, path: join(directory, `${name}.ndjson`) }));
const ask = (sql: string, more: Partial<RestrictedQuestion> = {}, options: Partial<AskOptions> = {}) =>
  askIt(sql, { inputs: inputs(), ...more }, options);
const failure = (sql: string, more: Partial<RestrictedQuestion> = {}) =>
  failureOf(sql, { inputs: inputs(), ...more });

describe("what is welcome", () => {
  it.each(WELCOME)("%s", async (sql) => {
    checkQuery(await treeOf(sql), sql, { tables, functions });
  });

  it("is answered as it is without restrictions", async () => {
    const union = WELCOME.filter((sql) => !/SAMPLE|PIVOT|now\(\)|POSITIONAL|;|^SELECT logs/.test(sql));
    const terminal = programTerminal(new AbortController().signal, () => {});
    const openSource = (path: string) => openFiles([path], {}, hostOf(terminal));
    const { notice, signal } = terminal;
    await openQueryInputs(plain, inputs(), {}, { openSource, notice, signal });
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
