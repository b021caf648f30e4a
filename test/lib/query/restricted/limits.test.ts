import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LogpipeError } from "../../../../src/lib/base/errors/index.js";
import { ask, failureOf } from "./ask.js";
import { DEEP } from "./attacks.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "logpipe-limits-"));
  writeFileSync(join(directory, "logs.ndjson"), '{"n":1}\n{"n":2}\n');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("limits", () => {
  const limits = { timeoutMs: 1500, memoryBytes: 256 * 1024 ** 2 };
  const limited = (sql: string) => failureOf(sql, { limits });

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
      "SELECT * FROM (SELECT 'a' AS service) WHERE service = repeat('a', levenshtein(repeat('a', 900000), repeat('b', 900000))::BIGINT)",
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
    ["bits", "SELECT sum(bit_count(bitstring('1', 2000000000 - range::INT))) FROM range(8)"],
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
    const error = await failureOf(sql, { limits: { ...limits, timeoutMs: 5000 } });
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
    const rows = await failureOf("FROM range(1000)", { limits: { maxRows: 10 } });
    expect([rows.code, rows.message]).toEqual(["query.limit", "the result has more than 10 rows"]);
    const bytes = await failureOf("SELECT repeat('x', 1000) FROM range(10000)", {
      limits: { maxBytes: 5000 },
    });
    expect([bytes.code, bytes.message]).toEqual(["query.limit", "the result is larger than 5.0 kB"]);
    expect((await ask("FROM range(10)", { limits: { maxRows: 10, maxBytes: 1000 } })).rows).toBe(10);
  });

  it.each(DEEP.map(({ why, sql }) => [why, sql]))("lives through %s", async (_, sql) => {
    try {
      const inputs = [{ name: "logs", path: join(directory, "logs.ndjson") }];
      await ask(sql, { inputs, limits: { timeoutMs: 5000 } });
    } catch (error) {
      expect(error).toBeInstanceOf(LogpipeError);
      expect((error as LogpipeError).message).not.toContain(tmpdir());
    }
  });
});
