/**
 * What a newcomer does in the first hour: eighteen everyday jobs, each the line of docs/cookbook.md over data of its
 * own, and its answer worked out beside it from the objects that the data was written from.
 */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { finished, ROOT, shell, start, temporaryDirectory } from "../../support/logpipe.js";
import { mmdb } from "../../support/mmdb.js";
import { access, json, lines, logfmt, type Order, orders, rfc3339, WRITERS } from "./orders.js";

const NOON = Date.UTC(2026, 10, 21, 12);
const DAY_MS = 86_400_000;
const mixed = (order: Order, index: number) => WRITERS[index % WRITERS.length]!(order);

function withFiles(files: Readonly<Record<string, string | Uint8Array>>): string {
  const cwd = temporaryDirectory();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(cwd, name, ".."), { recursive: true });
    writeFileSync(join(cwd, name), content);
  }
  return cwd;
}

async function done(line: string, cwd: string): Promise<string> {
  const ran = await shell(line, { cwd });
  expect({ line, code: ran.code, stderr: ran.stderr }).toEqual({ line, code: 0, stderr: "" });
  return ran.stdout;
}

const rows = (text: string) =>
  text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Row]));
type Row = Record<string, unknown>;

function countBy<T>(from: readonly T[], keyOf: (one: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of from) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return counts;
}

describe("the first hour", () => {
  it("1: the last 20 errors of a mixed log, in colour", async () => {
    const all = orders(900, NOON, 1000);
    const cwd = withFiles({ "app.log": lines(all, mixed) });
    const shown = await done(
      "logpipe parse --tz UTC app.log | logpipe filter --level error+ | tail -20 | logpipe view --color always",
      cwd,
    );
    const expected = all.filter(({ level }) => level === "error").slice(-20);
    expect([...shown.matchAll(/order (\d+) failed/g)].map(([, n]) => Number(n))).toEqual(
      expected.map(({ n }) => n),
    );
    expect(shown).toContain("\u001b[");
  });

  it("2: the slow endpoints, with p50, p95 and p99", async () => {
    const all = orders(2000, NOON, 500, 2);
    const cwd = withFiles({ "access.log": lines(all, access) });
    const sql =
      "SELECT path, count(*) AS n, quantile_disc(request_time, [0.5, 0.95, 0.99]) AS p FROM access GROUP BY 1 ORDER BY p[3] DESC";
    const found = rows(await done(`logpipe query "${sql}" access.log`, cwd));
    const [first] = found;
    const times = all.filter(({ path }) => path === "/search").map(({ seconds }) => seconds);
    times.sort((a, b) => a - b);
    const at = (q: number) => times[Math.ceil(q * times.length) - 1];
    expect(first).toEqual({ path: "/search", n: times.length, p: [at(0.5), at(0.95), at(0.99)] });
    expect(found).toHaveLength(4);
  });

  it("3: errors a minute, as a chart", async () => {
    const all = orders(1200, NOON, 1000, 3);
    const cwd = withFiles({ "app.log": lines(all, json) });
    const line = `logpipe parse app.log | logpipe window 1m --where 'level == "error"' | logpipe query "SELECT window_start, count, bar(count, 0, 20, 20) AS chart FROM stdin"`;
    const found = rows(await done(line, cwd));
    const errors = all.filter(({ level }) => level === "error");
    const expected = countBy(errors, ({ atMs }) => `${rfc3339(atMs).slice(0, 17)}00Z`);
    expect(new Map(found.map(({ window_start, count }) => [window_start, count]))).toEqual(expected);
    for (const { count, chart } of found) expect(String(chart).trimEnd().length).toBe(count);
  });

  it("4: follow the warnings of one service", async () => {
    const all = orders(300, NOON, 1000, 4);
    const cwd = withFiles({ "app.log": lines(all.slice(0, 100), json) });
    const line = `exec logpipe run 'ingest --follow app.log | parse | filter --level warn+ "service == \\"pay\\""'`;
    const child = start(["bash", "-c", line], { cwd });
    const wanted = all.filter(
      ({ level, service }) => service === "pay" && (level === "warn" || level === "error"),
    );
    let printedText = "";
    const enough = new Promise<void>((resolve) =>
      child.stdout!.on("data", (chunk: Buffer) => {
        printedText += chunk.toString();
        if (rows(printedText.slice(0, printedText.lastIndexOf("\n") + 1)).length >= wanted.length) resolve();
      }),
    );
    const ended = finished(child, undefined);
    appendFileSync(join(cwd, "app.log"), lines(all.slice(100), json));
    await enough;
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
    expect(rows(printedText).map(({ n }) => n)).toEqual(wanted.map(({ n }) => n));
  });

  it("5: logfmt to CSV", async () => {
    const all = orders(200, NOON, 1000, 5);
    const cwd = withFiles({ "app.log": lines(all, logfmt) });
    const found = await done(
      `logpipe query "SELECT timestamp, level, service, message FROM app" app.log --to csv`,
      cwd,
    );
    const expected = all.map(
      ({ atMs, level, service, message }) =>
        `${rfc3339(atMs).replace(/\.000Z$/, "Z")},${level},${service},${message}\n`,
    );
    expect(found).toBe(`timestamp,level,service,message\n${expected.join("")}`);
  });

  it("6: join with a CSV", async () => {
    const all = orders(200, NOON, 1000, 6);
    const plans = new Map(
      Array.from({ length: 10 }, (_, n) => [`u${n}`, n % 2 === 0 ? "gold" : "free, for now"]),
    );
    const csv = [...plans].map(([id, plan]) => `${id},"${plan}"\n`).join("");
    const cwd = withFiles({ "app.log": lines(all, json), "users.csv": `id,plan\n${csv}` });
    const found = rows(
      await done("logpipe parse app.log | logpipe enrich --lookup 'users.csv on user=id'", cwd),
    );
    expect(found.map(({ plan }) => plan)).toEqual(all.map(({ user }) => plans.get(user)));
  });

  it("7: one id in 30 packed files", async () => {
    const files: Record<string, Uint8Array> = {};
    const all: Order[] = [];
    for (let day = 0; day < 30; day++) {
      const some = orders(400, NOON - day * DAY_MS, 1000, 70 + day);
      all.push(...some);
      files[`logs/app-${String(day).padStart(2, "0")}.log.gz`] = gzipSync(lines(some, mixed));
    }
    const cwd = withFiles(files);
    const found = rows(
      await done(`logpipe parse --tz UTC logs/*.gz | logpipe filter 'trace_id == "t00042"'`, cwd),
    );
    const named = all.filter(({ trace, n }) => trace === "t00042" && n % WRITERS.length !== 2);
    expect(found.map(({ n }) => n)).toEqual(named.map(({ n }) => n));
  });

  it("8: keep 14 days, with a line for cron that is silent", async () => {
    const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    const all = orders(20 * 24, today - 20 * DAY_MS, 3_600_000, 8);
    const cwd = withFiles({ "app.log": lines(all, json) });
    await done("logpipe parse app.log | logpipe sink -q ./store", cwd);
    await done("logpipe store retention set logs --older-than 14d --store ./store -q > /dev/null 2>&1", cwd);
    const nightly =
      'env -i HOME="$HOME" PATH="$PATH" logpipe compact --store ./store -q < /dev/null > compact.log';
    const printed = await done(nightly, cwd);
    expect(printed).toBe("");
    const [row] = rows(
      await done(
        `logpipe query "SELECT count(*) AS n, min(timestamp) AS first FROM logs" --store ./store`,
        cwd,
      ),
    );
    const kept = all.filter(({ atMs }) => atMs >= today - 14 * DAY_MS);
    expect(row!["n"]).toBeGreaterThanOrEqual(kept.length);
    expect(Date.parse(row!["first"] as string)).toBeGreaterThanOrEqual(today - 16 * DAY_MS);
    await done(nightly, cwd);
  });

  it("9: error patterns that are new since yesterday, 10:00", async () => {
    const since = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS + 10 * 3_600_000;
    const old = orders(300, since - 301_000, 1000, 9);
    const late = orders(100, since + 1000, 1000, 10);
    const fresh = {
      ...late[99]!,
      level: "error" as const,
      message: "payment gateway timed out after 3000 ms",
    };
    const cwd = withFiles({ "app.log": lines([...old, ...late, fresh], json) });
    const line =
      "logpipe parse app.log | logpipe filter --level error+ | logpipe patterns --new-since 'yesterday 10:00' --only-new";
    const found = rows(await done(line, cwd));
    expect(found.map(({ count, example }) => [count, example])).toEqual([[1, fresh.message]]);
  });

  it("10: redact for a vendor, and check that nothing is left", async () => {
    const secrets = ["ann@example.com", "4111 1111 1111 1111", "203.0.113.9", "hunter2"];
    const text = JSON.stringify({
      msg: `mail ${secrets[0]} card ${secrets[1]} from ${secrets[2]}`,
      password: secrets[3],
    });
    const cwd = withFiles({ "app.log": `${text}\n`.repeat(50) });
    await done("logpipe parse app.log | logpipe redact -o vendor.ndjson", cwd);
    const sent = readFileSync(join(cwd, "vendor.ndjson"), "utf8");
    for (const secret of secrets) expect(sent).not.toContain(secret);
    expect(rows(sent)).toHaveLength(50);
    await done("logpipe redact < vendor.ndjson | cmp - vendor.ndjson", cwd);
  });

  it("11: users a day, by country", async () => {
    const all = orders(3 * 24 * 10, NOON - 2 * DAY_MS, 360_000, 11);
    const countries = ["DE", "FR", "NG", "JP"];
    const network = (code: string, n: number) =>
      [`203.0.${n}.0/24`, { country: { iso_code: code } }] as const;
    const cwd = withFiles({
      "app.log": lines(all, ({ atMs, user, ip }) =>
        JSON.stringify({ time: rfc3339(atMs), user, client_ip: ip }),
      ),
      "geo.mmdb": mmdb(countries.map(network)),
    });
    const line = `logpipe parse app.log | logpipe enrich --geoip geo.mmdb | logpipe query 'SELECT timestamp::DATE::VARCHAR AS day, "geo.country.iso_code" AS country, count(DISTINCT user) AS users FROM stdin GROUP BY 1, 2 ORDER BY 1, 2'`;
    const found = rows(await done(line, cwd));
    const users = new Map<string, Set<string>>();
    for (const { atMs, ip, user } of all) {
      const key = `${rfc3339(atMs).slice(0, 10)} ${countries[Number(ip.split(".")[2])]}`;
      users.set(key, (users.get(key) ?? new Set()).add(user));
    }
    const expected = [...users].map(([key, names]) => [key, names.size] as const).sort();
    expect(found.map(({ day, country, users: n }) => [`${day} ${country}`, n])).toEqual(expected);
  });

  it("12: the logs of three hosts in order of time", async () => {
    const hosts = ["a", "b", "c"];
    const all = hosts.flatMap((host, k) =>
      orders(200, NOON + k * 137, 1000 + k, 120 + k).map((order) => ({ ...order, host })),
    );
    const text = (host: string) =>
      lines(
        all.filter((order) => order.host === host),
        (order) => JSON.stringify({ time: rfc3339(order.atMs), host, n: order.n }),
      );
    const cwd = withFiles(Object.fromEntries(hosts.map((host) => [`${host}.log`, text(host)])));
    const found = rows(await done("logpipe merge a.log b.log c.log", cwd));
    const expected = [...all].sort((a, b) => a.atMs - b.atMs || a.host.localeCompare(b.host));
    expect(found.map(({ host, n }) => `${host}${n}`)).toEqual(expected.map(({ host, n }) => `${host}${n}`));
  });

  it("13: noisy repeats, once with their number", async () => {
    const messages = Array.from({ length: 90 }, (_, n) => (n % 10 === 9 ? `odd ${n}` : "disk is full"));
    const text = messages
      .map((msg, n) => `${JSON.stringify({ time: rfc3339(NOON + n * 1000), msg })}\n`)
      .join("");
    const cwd = withFiles({ "app.log": text });
    const found = rows(await done("logpipe parse app.log | logpipe dedupe --by message --count", cwd));
    const repeated = found.reduce((sum, { repeated: n = 0 }) => sum + (n as number), 0);
    const kinds = countBy(messages, (message) => message);
    expect(new Set(found.map(({ message }) => message))).toEqual(new Set(kinds.keys()));
    expect(repeated).toBe(kinds.get("disk is full")! - 1);
  });

  it("14: a sample by trace that keeps the errors", async () => {
    const all = orders(4000, NOON, 1000, 14);
    const cwd = withFiles({ "app.log": lines(all, json) });
    const found = rows(await done("logpipe parse app.log | logpipe sample --rate 10% --by trace_id", cwd));
    const ids = (from: readonly { n?: unknown; level?: unknown }[]) =>
      from.flatMap(({ n, level }) => (level === "error" ? [n] : []));
    expect(ids(found)).toEqual(ids(all));
    const others = (from: readonly { level?: unknown; trace?: unknown }[]) =>
      countBy(
        from.filter(({ level }) => level !== "error"),
        ({ trace }) => String(trace),
      );
    const whole = others(all);
    const kept = others(found.map(({ level, trace_id }) => ({ level, trace: trace_id })));
    for (const [trace, count] of kept) expect([trace, count]).toEqual([trace, whole.get(trace)]);
    expect(kept.size / whole.size).toBeGreaterThan(0.05);
    expect(kept.size / whole.size).toBeLessThan(0.17);
  });

  it("15: exit 1 when more than 2% are errors, for CI", async () => {
    const line = `logpipe query "SELECT avg((status >= 500)::INT) > 0.02 AS bad FROM access" access.log | grep -q '"bad":false'`;
    const many = withFiles({ "access.log": lines(orders(500, NOON, 1000, 15), access) });
    expect((await shell(line, { cwd: many })).code).toBe(1);
    const few = orders(500, NOON, 1000, 15).map((order, n) => ({
      ...order,
      status: n % 60 === 0 ? 500 : 200,
    }));
    await done(line, withFiles({ "access.log": lines(few, access) }));
  });

  it("16: a pipeline in a file: written, checked, run", async () => {
    const all = orders(300, NOON, 1000, 16);
    const yaml = `stages:\n  - parse\n  - filter: { level: warn+ }\n  - enrich: { set: [env=prod] }\n  - sink: ./store\n`;
    const cwd = withFiles({ "app.log": lines(all, mixed), "pipeline.yaml": yaml });
    expect(await done("logpipe run --check pipeline.yaml", cwd)).toBe(
      "parse | filter | enrich | sink: nothing wrong\n",
    );
    expect(readdirSync(cwd)).not.toContain("store");
    await done("logpipe run -q pipeline.yaml app.log", cwd);
    const expected = countBy(
      all.filter(({ status }) => status > 200),
      ({ level }) => level,
    );
    const found = rows(
      await done(
        `logpipe query "SELECT level, count(*) AS n FROM logs WHERE env = 'prod' GROUP BY 1" --store store`,
        cwd,
      ),
    );
    expect(new Map(found.map(({ level, n }) => [level, n]))).toEqual(expected);
  });

  it("17: from Node, from pino", async () => {
    const program = `import pino from "pino";
      const logger = pino({ transport: { target: "logpipe/pino", options: { store: "./store" } } });
      for (let n = 0; n < 500; n++) logger[n % 5 === 0 ? "error" : "info"]({ n }, "order");
      process.exit(0);`;
    const cwd = withFiles({ "app.mjs": program });
    mkdirSync(join(cwd, "node_modules"));
    symlinkSync(ROOT, join(cwd, "node_modules/logpipe"));
    symlinkSync(join(ROOT, "node_modules/pino"), join(cwd, "node_modules/pino"));
    await done("node app.mjs", cwd);
    const sql = "SELECT level, count(*) AS n, sum(n)::BIGINT AS total FROM logs GROUP BY 1 ORDER BY 1";
    expect(rows(await done(`logpipe query "${sql}" --store store`, cwd))).toEqual([
      { level: "error", n: 100, total: 24_750 },
      { level: "info", n: 400, total: 100_000 },
    ]);
  });

  it("18: a day as Parquet, read by something else", async () => {
    const all = orders(72, NOON - DAY_MS, 3_600_000, 18);
    const cwd = withFiles({ "app.log": lines(all, json) });
    await done("logpipe parse app.log | logpipe sink -q ./store", cwd);
    await done(
      'logpipe query "FROM logs" --since 2026-11-21 --until 2026-11-22 --store ./store -o day.parquet',
      cwd,
    );
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const read = await connection.runAndReadAll(`SELECT n FROM '${join(cwd, "day.parquet")}' ORDER BY n`);
    const expected = all.filter(({ atMs }) => rfc3339(atMs).startsWith("2026-11-21")).map(({ n }) => n);
    expect(read.getRows().map(([n]) => Number(n))).toEqual(expected);
    connection.disconnectSync();
  });
});
