/**
 * Siblings of a key through UNION, views and COLUMNS: every value comes back under its key, and is there for IS NULL.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../../support/logpipe.js";
import { ask } from "../ask.js";

const FILES: Readonly<Record<string, readonly string[]>> = {
  a: ['{"n":1,"m":"x"}', '{"n":2,"m":"y"}', '{"n":"odd","m":"z"}'],
  b: ['{"n":7,"m":"u"}', '{"n":8,"m":"v"}', '{"n":"even","m":"w"}'],
  turned: ['{"m":"u","n":7}', '{"m":"v","n":8}', '{"m":"w","n":"even"}'],
  plain: ['{"n":9,"m":"p"}'],
};

async function asked(sql: string) {
  const directory = temporaryDirectory();
  const paths = Object.entries(FILES).map(([name, lines]) => {
    const path = join(directory, `${name}.ndjson`);
    writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
    return path;
  });
  const { text, notices } = await ask([sql, ...paths], { store: directory });
  return { lines: text.split("\n").slice(0, -1), notices };
}

const [A, B, TURNED] = [FILES["a"]!, FILES["b"]!, FILES["turned"]!];

test.each([
  ["FROM a UNION ALL FROM a", [...A, ...A]],
  ["SELECT * FROM a WHERE m <> 'x' UNION ALL SELECT * FROM b", [...A.slice(1), ...B]],
  ["FROM a UNION ALL FROM b UNION ALL FROM a", [...A, ...B, ...A]],
  ["SELECT * FROM (FROM a UNION ALL FROM b)", [...A, ...B]],
  ["WITH w AS (FROM a UNION ALL FROM b) FROM w", [...A, ...B]],
  ["WITH w AS (FROM a) FROM w UNION ALL FROM w", [...A, ...A]],
  ["FROM a UNION ALL BY NAME FROM turned", [...A, ...B]],
  ["FROM a UNION ALL BY NAME FROM plain", [...A, ...FILES["plain"]!]],
  ["FROM plain UNION ALL BY NAME FROM a", [...FILES["plain"]!, ...A]],
  ["FROM a EXCEPT FROM b ORDER BY m", A],
  ["SELECT COLUMNS(*) FROM a", A],
  ["SELECT COLUMNS(* EXCLUDE m) FROM a", A.map((line) => line.replace(/,"m":"."/, ""))],
  ["CREATE VIEW t AS FROM a; FROM t", A],
  ['CREATE OR REPLACE TEMP TABLE "t" AS SELECT * FROM a; SELECT * FROM t', A],
  ["CREATE VIEW t AS FROM a UNION ALL FROM b; CREATE VIEW u AS FROM t; FROM u", [...A, ...B]],
])("%s gives every value back", async (sql, lines) => {
  const { lines: found, notices } = await asked(sql);
  expect(found).toEqual(lines);
  expect(notices).toEqual([]);
});

test("columns in another order are left as they are, and that is said", async () => {
  const { lines, notices } = await asked("FROM a UNION ALL FROM turned");
  expect(lines).not.toEqual([...A, ...TURNED]);
  expect(notices).toEqual([
    "n_string: beside the key, not in it, because both sides are not known to have the same columns; UNION ALL BY NAME matches them",
  ]);
  const { notices: others } = await asked("FROM a UNION ALL BY NAME SELECT 'mine' AS n_string");
  expect(others).toEqual([
    "n_string: beside the key, not in it, because both sides are not known to have the same columns",
  ]);
});

test.each([
  ["CREATE VIEW t AS SELECT * FROM a; SELECT count(*) AS c FROM t WHERE n IS NULL", 0],
  ["CREATE TABLE t AS FROM a; SELECT count(n) AS c FROM t", 3],
  ["CREATE VIEW t AS SELECT * FROM a WHERE n IS NOT NULL; SELECT count(*) AS c FROM t", 3],
  ["CREATE TABLE t AS FROM a; ALTER TABLE t DROP n_string; SELECT count(n) AS c FROM t", 2],
  ["SELECT count(n) AS c FROM (FROM a UNION ALL FROM b)", 6],
  ["WITH w AS (FROM a) SELECT count(*) AS c FROM (FROM w UNION ALL FROM w) WHERE n IS NULL", 0],
  ["CREATE VIEW t AS SELECT 1 AS n; SELECT count(n) AS c FROM t", 1],
])("%s: %d", async (sql, count) => {
  expect((await asked(sql)).lines).toEqual([`{"c":${count}}`]);
});

test.each([
  ["id = 9007199254740993", 1],
  ["9007199254740993 = id", 1],
  ["id IN (9007199254740993, 1)", 1],
  ["id <> 9007199254740993", 4],
  ["id > 9007199254740992", 3],
  ["id BETWEEN 9007199254740993 AND 9007199254740995", 1],
  ["id = 18446744073709551614", 1],
  ["id < 9007199254740993", 2],
])("one fraction does not make neighbours equal: %s", async (condition, count) => {
  const ids = ["9007199254740992", "9007199254740993", "0.5", "18446744073709551615", "18446744073709551614"];
  const path = join(temporaryDirectory(), "ids.ndjson");
  writeFileSync(path, ids.map((id) => `{"id":${id}}\n`).join(""));
  const { text } = await ask([`SELECT count(*) AS c FROM ids WHERE ${condition}`, path]);
  expect(text).toBe(`{"c":${count}}\n`);
});
