/**
 * What a newcomer does in the first hour: eighteen everyday jobs, each the line of docs/cookbook.md over data of its
 * own, and its answer worked out beside it from the objects that the data was written from. Here those of
 * changing, counting and handing on.
 */
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { ROOT, shell } from "../../support/logpipe.js";
import { mmdb } from "../../support/mmdb.js";
import { countBy, DAY_MS, done, mixed, NOON, rows, withFiles } from "./ground.js";
import { access, json, lines, orders, rfc3339 } from "./orders.js";

const SAMPLE = "logpipe parse app.log | logpipe sample --rate 10% --by trace_id --keep 'n == 7'";

describe("the first hour", () => {
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
    const byCountry = "logpipe window 1d --by geo.country.iso_code --agg 'distinct(user)'";
    const line = `logpipe parse app.log | logpipe enrich --geoip geo.mmdb | ${byCountry}`;
    const found = rows(await done(line, cwd));
    const users = new Map<string, Set<string>>();
    for (const { atMs, ip, user } of all) {
      const key = `${rfc3339(atMs).slice(0, 10)} ${countries[Number(ip.split(".")[2])]}`;
      users.set(key, (users.get(key) ?? new Set()).add(user));
    }
    const expected = [...users].map(([key, names]) => [key, names.size] as const).sort();
    const counted = found.map((row) => {
      const day = String(row["window_start"]).slice(0, 10);
      return [`${day} ${row["geo.country.iso_code"]}`, row["distinct_user"]];
    });
    expect(counted.sort()).toEqual(expected);
    const whole = "logpipe stats 'distinct(user) as users by geo.country.iso_code'";
    const totals = rows(
      await done(`logpipe parse app.log | logpipe enrich --geoip geo.mmdb | ${whole}`, cwd),
    );
    expect(totals).toHaveLength(countries.length);
    for (const { users: count } of totals) expect(count).toBe(20);
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
    const found = await done("logpipe a.log b.log c.log", cwd);
    const shown = [...found.matchAll(/@([abc]) n=(\d+)$/gm)].map(([, host, n]) => `${host}${n}`);
    const expected = [...all].sort((a, b) => a.atMs - b.atMs || a.host.localeCompare(b.host));
    expect(shown).toEqual(expected.map(({ host, n }) => `${host}${n}`));
  });

  it("13: noisy repeats, once with their number", async () => {
    const messages = Array.from({ length: 90 }, (_, n) => (n % 10 === 9 ? `odd ${n}` : "disk is full"));
    const text = messages
      .map((msg, n) => {
        const time = rfc3339(NOON + n * 1000);
        return n % 2 === 0 ? `${JSON.stringify({ time, msg })}\n` : `time=${time} msg="${msg}"\n`;
      })
      .join("");
    const cwd = withFiles({ "app.log": text });
    const kinds = countBy(messages, (message) => message);
    const [noisy] = rows(await done("logpipe top message app.log -m 1", cwd));
    expect(noisy).toEqual({ message: "disk is full", count: 81, share: 0.9 });
    const found = rows(await done("logpipe parse app.log | logpipe dedupe --by message --count", cwd));
    const repeated = found.reduce((sum, { repeated: n = 0 }) => sum + (n as number), 0);
    expect(new Set(found.map(({ message }) => message))).toEqual(new Set(kinds.keys()));
    expect(repeated).toBe(kinds.get("disk is full")! - 1);
    const similar = rows(await done("logpipe parse app.log | logpipe dedupe --similar", cwd));
    expect(similar.map(({ message }) => message)).toEqual(["disk is full", "odd 9"]);
  });

  it("14: a sample by trace that keeps the errors", async () => {
    const all = orders(4000, NOON, 1000, 14);
    const cwd = withFiles({ "app.log": lines(all, json) });
    const found = rows(await done(SAMPLE, cwd));
    const ids = (from: readonly { n?: unknown; level?: unknown }[]) =>
      from.flatMap(({ n, level }) => (level === "error" ? [n] : []));
    expect(ids(found)).toEqual(ids(all));
    expect(found.some(({ n }) => n === 7)).toBe(true);
    const others = (from: readonly { level?: unknown; trace?: unknown; n?: unknown }[]) =>
      countBy(
        from.filter(({ level, n }) => level !== "error" && n !== 7),
        ({ trace }) => String(trace),
      );
    const whole = others(all);
    const kept = others(found.map(({ level, trace_id, n }) => ({ level, n, trace: trace_id })));
    for (const [trace, count] of kept) expect([trace, count]).toEqual([trace, whole.get(trace)]);
    expect(kept.size / whole.size).toBeGreaterThan(0.05);
    expect(kept.size / whole.size).toBeLessThan(0.17);
  });

  it("15: exit 1 when more than 2% are errors, for CI", async () => {
    const ratio = `logpipe stats 'ratio(status >= 500) as failed' --fail-if 'failed > 0.02' access.log`;
    const any = "logpipe filter 'status >= 500' --exit-code access.log > /dev/null";
    const many = withFiles({ "access.log": lines(orders(500, NOON, 1000, 15), access) });
    for (const line of [ratio, any]) {
      const ran = await shell(line, { cwd: many });
      expect({ line, code: ran.code }).toEqual({ line, code: 1 });
      expect(ran.stderr).toMatch(/^logpipe: condition holds: [^\n]+\n$/);
    }
    const few = orders(500, NOON, 1000, 15).map((order, n) => ({
      ...order,
      status: n % 60 === 0 ? 500 : 200,
    }));
    await done(ratio, withFiles({ "access.log": lines(few, access) }));
    const none = few.map((order) => ({ ...order, status: 200 }));
    await done(any, withFiles({ "access.log": lines(none, access) }));
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
    await done("logpipe parse app.log -o all.parquet", cwd);
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const numbers = async (file: string) => {
      const read = await connection.runAndReadAll(`SELECT n FROM '${join(cwd, file)}' ORDER BY n`);
      return read.getRows().map(([n]) => Number(n));
    };
    const expected = all.filter(({ atMs }) => rfc3339(atMs).startsWith("2026-11-21")).map(({ n }) => n);
    expect(await numbers("day.parquet")).toEqual(expected);
    expect(await numbers("all.parquet")).toEqual(all.map(({ n }) => n));
    connection.disconnectSync();
  });
});
