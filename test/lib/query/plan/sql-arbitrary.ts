/**
 * Random SQL over the tables of store.ts: every way a condition can reach a table, and many that must not be taken for
 * one.
 */
import fc from "fast-check";
import { DAYS, LEVELS, MESSAGES, TRACES } from "./store.js";

const number = fc.oneof(fc.integer({ min: -5, max: 420 }), fc.constantFrom(0, 1, 2 ** 53, 2 ** 53 - 1));
const decimal = fc.integer({ min: -50, max: 4200 }).map((n) => (n / 10).toFixed(1));
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
const level = fc.constantFrom(...LEVELS, "", "zzz", "INFO").map(text);
const message = fc
  .constantFrom(...MESSAGES, ...MESSAGES.map((m) => m.slice(0, 20)), "\u{10ffff}", "A")
  .map(text);
const trace = fc.constantFrom(...TRACES, "t-none", "T-1").map(text);
const day = fc.constantFrom(...DAYS, "2026-11-09", "2026-12-01");
const clock = fc.constantFrom("00:00:00", "00:00:00.000001", "10:00:00", "23:59:59.999999", "12:30:00.5");
const time = fc.oneof(
  fc
    .tuple(day, clock, fc.constantFrom("Z", "+02", "-05:30"))
    .map(([d, c, z]) => `TIMESTAMPTZ '${d} ${c}${z}'`),
  fc.tuple(day, clock).map(([d, c]) => `'${d} ${c}'`),
  day.map((d) => `DATE '${d}'`),
  fc.tuple(day, clock).map(([d, c]) => `TIMESTAMP '${d} ${c}'`),
  fc.integer({ min: -2, max: 30 }).map((n) => `now() - INTERVAL ${n} DAY`),
);
const operator = fc.constantFrom("=", "<", "<=", ">", ">=", "!=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM");
const columns = fc.constantFrom(
  "timestamp",
  "level",
  "latency",
  "user_id",
  "trace_id",
  "big",
  "flag",
  "message",
  "status",
  "ctx",
  "n",
  "rare",
);

/** `q`: how the columns are qualified, `a.` or nothing. */
function atom(q: string): fc.Arbitrary<string> {
  const pair = <T>(left: string, values: fc.Arbitrary<T>) =>
    fc
      .tuple(operator, values, fc.boolean())
      .map(([op, value, isMirrored]) =>
        isMirrored && !op.startsWith("IS") ? `${value} ${op} ${q}${left}` : `${q}${left} ${op} ${value}`,
      );
  const list = <T>(left: string, values: fc.Arbitrary<T>) =>
    fc
      .tuple(fc.array(values, { minLength: 1, maxLength: 9 }), fc.constantFrom("IN", "NOT IN"))
      .map(([all, how]) => `${q}${left} ${how} (${all.join(", ")})`);
  const between = <T>(left: string, values: fc.Arbitrary<T>) =>
    fc
      .tuple(values, values, fc.constantFrom("BETWEEN", "NOT BETWEEN"))
      .map(([from, to, how]) => `${q}${left} ${how} ${from} AND ${to}`);
  const each = [
    ["timestamp", time],
    ["level", level],
    ["latency", fc.oneof(decimal, number.map(String))],
    ["user_id", fc.oneof(number.map(String), decimal)],
    ["trace_id", trace],
    [
      "big",
      fc.constantFrom(
        "9007199254740993",
        "9007199254740992",
        "9223372036854775807",
        "-9223372036854775808",
        "5",
      ),
    ],
    ["message", message],
    ["n", number.map(String)],
    ["rare", level],
  ] as const;
  return fc.oneof(
    { weight: 6, arbitrary: fc.oneof(...each.map(([name, values]) => pair(name, values))) },
    { weight: 3, arbitrary: fc.oneof(...each.map(([name, values]) => list(name, values))) },
    { weight: 2, arbitrary: fc.oneof(...each.map(([name, values]) => between(name, values))) },
    { weight: 2, arbitrary: columns.map((name) => `${q}${name} IS NULL`) },
    { weight: 2, arbitrary: columns.map((name) => `${q}${name} IS NOT NULL`) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          fc.constantFrom("level", "message", "trace_id"),
          fc.constantFrom("LIKE", "ILIKE", "NOT LIKE", "SIMILAR TO", "GLOB"),
          fc.constantFrom("i%", "%", "err%", "%r", "w_rn", "order%", "order 1%", "t-1%", "é%", "i*", ""),
        )
        .map(([name, how, pattern]) => `${q}${name} ${how} '${pattern}'`),
    },
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        ...[
          "%flag",
          "NOT %flag",
          "%flag = true",
          "%status = 200",
          "%status = '200'",
          "%status::VARCHAR = '\"200\"'",
          "TRY_CAST(%status AS BIGINT) >= 404",
          "%status->>'$' = '500'",
          "%ctx->>'$.host' = 'a1'",
          "%ctx IS NOT NULL",
          "%user_id::VARCHAR = '7'",
          "%user_id::DOUBLE >= 100.5",
          "%user_id + 1 > 200",
          "%user_id % 2 = 0",
          "%latency::BIGINT = 3",
          "abs(%latency) < 2",
          "%timestamp::DATE = '2026-11-12'",
          "%timestamp::DATE > '2026-11-13'",
          "%timestamp::DATE <= DATE '2026-11-11'",
          "%timestamp::DATE IN (DATE '2026-11-12', DATE '2026-11-14')",
          "%timestamp::TIMESTAMP < '2026-11-12 00:00:00'",
          "date_trunc('day', %timestamp) = '2026-11-12'",
          "date_trunc('hour', %timestamp) >= '2026-11-13 10:00:00'",
          "extract(hour FROM %timestamp) = 10",
          "year(%timestamp) = 2026",
          "coalesce(%user_id, 7) = 7",
          "coalesce(%level, 'info') = 'info'",
          "CASE WHEN %flag THEN %user_id ELSE 3 END = 3",
          "%level || 'x' = 'infox'",
          "lower(%level) = 'info'",
          "length(%message) > 40",
          "%level = %rare",
          "%level IS NOT DISTINCT FROM NULL",
          "starts_with(%message, 'order 1')",
          "regexp_matches(%message, '^order 2')",
          "contains(%message, '3')",
          "%big > 9007199254740992.5",
          "%n::HUGEINT < 20",
          "%user_id = NULL",
          "1 = 0",
          "random() < 2",
          "%level COLLATE NOCASE = 'INFO'",
          "%n BETWEEN 3 AND 3.5",
          "%timestamp > (SELECT min(timestamp) FROM logs)",
          "%n IN (SELECT n FROM logs WHERE level = 'error')",
          "%n NOT IN (SELECT n FROM logs WHERE level = 'warn')",
          "%latency > 'nan'::DOUBLE",
          "%latency < 'inf'",
          "(%level, %n) = ('info', 3)",
          "%n = ANY([1, 2, 3])",
          "list_contains([1, 5, 9], %n)",
        ].map((sql) => sql.replaceAll("%level", `${q}level`).replaceAll(/%(?=[a-z])/g, q)),
      ),
    },
  );
}

function predicate(q: string): fc.Arbitrary<string> {
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      { weight: 4, arbitrary: atom(q) },
      { weight: 3, arbitrary: fc.tuple(tie("tree"), tie("tree")).map(([a, b]) => `(${a} AND ${b})`) },
      { weight: 3, arbitrary: fc.tuple(tie("tree"), tie("tree")).map(([a, b]) => `(${a} OR ${b})`) },
      { weight: 1, arbitrary: tie("tree").map((a) => `NOT (${a})`) },
    ),
  }));
  return tree;
}

const join = fc.constantFrom("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN");
const on = fc.constantFrom(
  "a.trace_id = b.trace_id",
  "a.n = b.n",
  "a.user_id = b.n",
  "a.n < b.n AND b.n < 4",
);
const picked = "a.n, a.level, b.n AS m, b.level AS k";

/** One SELECT over `logs` and `other`, whose rows come in no order. */
export const query: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: predicate("").map((p) => `SELECT * FROM logs WHERE ${p}`) },
  { weight: 1, arbitrary: predicate("").map((p) => `FROM logs WHERE ${p} SELECT n, level`) },
  {
    weight: 1,
    arbitrary: predicate("t.").map(
      (p) => `SELECT count(*), min(t.n), max(t.timestamp) FROM main.logs AS t WHERE ${p}`,
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(predicate(""), level)
      .map(
        ([p, l]) =>
          `SELECT level, count(*) AS c FROM logs WHERE ${p} GROUP BY level HAVING level >= ${l} OR count(*) > 3`,
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(predicate(""), predicate("a."), predicate("b."), join, on)
      .map(
        ([p, a, b, how, by]) =>
          `SELECT ${picked} FROM (SELECT * FROM logs WHERE ${p}) a ${how} logs b ON ${by} AND ${b} WHERE ${a}`,
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(predicate("a."), predicate("b."), join, on)
      .map(([a, b, how, by]) => `SELECT ${picked} FROM logs a ${how} other b ON ${by} AND ${a} WHERE ${b}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        predicate(""),
        predicate(""),
        predicate("x."),
        fc.constantFrom("", "MATERIALIZED", "NOT MATERIALIZED"),
      )
      .map(
        ([p, q, x, how]) =>
          `WITH e AS ${how} (SELECT * FROM logs WHERE ${p}) SELECT n, level FROM e WHERE ${q} UNION ALL SELECT x.n, x.level FROM e x WHERE ${x}`,
      ),
  },
  {
    weight: 1,
    arbitrary: predicate("").map(
      (p) => `WITH logs AS (SELECT * FROM other WHERE ${p}) SELECT n FROM logs WHERE n < 300`,
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(predicate(""), predicate(""), fc.constantFrom("UNION", "UNION ALL", "EXCEPT", "INTERSECT"))
      .map(
        ([p, q, how]) => `SELECT n, level FROM logs WHERE ${p} ${how} SELECT n, level FROM logs WHERE ${q}`,
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(predicate("a."), predicate("b."), fc.constantFrom("EXISTS", "NOT EXISTS"))
      .map(
        ([a, b, how]) =>
          `SELECT a.n FROM logs a WHERE ${a} AND ${how} (SELECT 1 FROM logs b WHERE b.user_id = a.user_id AND ${b})`,
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(predicate("a."), predicate("b."), fc.constantFrom("SEMI", "ANTI"))
      .map(
        ([a, b, how]) =>
          `SELECT a.n FROM logs a ${how} JOIN (SELECT * FROM logs b WHERE ${b}) b ON a.n = b.n WHERE ${a}`,
      ),
  },
  {
    weight: 1,
    arbitrary: predicate("").map(
      (p) =>
        `SELECT n, row_number() OVER (PARTITION BY level ORDER BY n) AS r FROM logs QUALIFY r < 4 AND ${p}`,
    ),
  },
  {
    weight: 1,
    arbitrary: predicate("").map(
      (p) =>
        `SELECT * FROM (SELECT level AS l, sum(n) AS s FROM logs WHERE ${p} GROUP BY ALL) WHERE l > 'error'`,
    ),
  },
  { weight: 1, arbitrary: predicate("").map((p) => `SELECT n FROM logs WHERE ${p} ORDER BY n DESC LIMIT 5`) },
  {
    weight: 1,
    arbitrary: predicate("").map((p) => `SELECT n, count(*) FILTER (${p}) AS c FROM logs GROUP BY n`),
  },
  {
    weight: 1,
    arbitrary: predicate("").map(
      (p) => `SELECT CASE WHEN ${p} THEN 1 ELSE 0 END AS x, max(n) AS m FROM logs GROUP BY x`,
    ),
  },
  {
    weight: 1,
    arbitrary: predicate("l.").map(
      (p) => `SELECT l.n, r.v FROM logs l, range(3) r(v) WHERE l.n % 3 = r.v AND ${p}`,
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(predicate("a."), predicate("b."))
      .map(
        ([a, b]) =>
          `SELECT (SELECT max(b.n) FROM logs b WHERE b.level = a.level AND ${b}) AS m, a.n FROM logs a WHERE ${a}`,
      ),
  },
);
