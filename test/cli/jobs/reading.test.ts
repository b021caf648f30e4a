/**
 * What a newcomer does in the first hour: eighteen everyday jobs, each the line of docs/cookbook.md over data of its
 * own, and its answer worked out beside it from the objects that the data was written from. Here those of reading.
 */
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { finished, start } from "../../support/logpipe.js";
import { countBy, DAY_MS, done, mixed, NOON, rows, withFiles } from "./ground.js";
import { ACCESS_WRITERS, json, lines, logfmt, type Order, orders, rfc3339, WRITERS } from "./orders.js";

describe("the first hour", () => {
  it("1: the last 20 errors of a mixed log, in colour", async () => {
    const all = orders(900, NOON, 1000);
    const cwd = withFiles({ "app.log": lines(all, mixed) });
    const shown = await done("logpipe app.log --level error+ --tail 20 --color always", cwd);
    const expected = all.filter(({ level }) => level === "error").slice(-20);
    expect([...shown.matchAll(/order (\d+) failed/g)].map(([, n]) => Number(n))).toEqual(
      expected.map(({ n }) => n),
    );
    expect(shown).toContain("\u001b[");
  });

  it.each(Object.keys(ACCESS_WRITERS))("2: the slow endpoints, with p50, p95 and p99: %s", async (file) => {
    const all = orders(2000, NOON, 500, 2);
    const cwd = withFiles({ [file]: lines(all, ACCESS_WRITERS[file]!) });
    const line = `logpipe stats 'count, p50(request_time), p95(request_time), p99(request_time) by path sort p95' ${file}`;
    const found = rows(await done(line, cwd));
    const [first] = found;
    const times = all.filter(({ path }) => path === "/search").map(({ seconds }) => seconds);
    times.sort((a, b) => a - b);
    expect({ path: first!["path"], count: first!["count"] }).toEqual({
      path: "/search",
      count: times.length,
    });
    // Percentiles of a t-digest: by rank within half a percent of all values.
    for (const q of [50, 95, 99]) {
      const value = first![`p${q}_request_time`] as number;
      const rank = times.filter((time) => time <= value).length / times.length;
      expect(Math.abs(rank - q / 100)).toBeLessThan(0.01);
    }
    expect(found).toHaveLength(4);
  });

  it("3: errors a minute, as a chart", async () => {
    const all = orders(1200, NOON, 1000, 3);
    const cwd = withFiles({ "app.log": lines(all, mixed) });
    const line = `logpipe histogram app.log --where 'level == "error"' --interval 1m`;
    const chart = await done(`${line} --ascii --tz UTC`, cwd);
    const found = rows(await done(`${line} --to ndjson`, cwd));
    const errors = all.filter(({ level }) => level === "error");
    const expected = countBy(errors, ({ atMs }) => `${rfc3339(atMs).slice(0, 17)}00Z`);
    expect(new Map(found.map(({ window_start, count }) => [window_start, count]))).toEqual(expected);
    expect(chart).toContain(`count, ${errors.length} in all\n1m a column, 2026-11-21 12:00 to 12:20 UTC\n`);
    const columns = chart
      .split("\n")
      .filter((row) => row.includes("|"))
      .at(-1)!;
    expect(columns.split("|")[1]!.trim()).not.toBe("");
  });

  it("4: follow the warnings of one service", async () => {
    const all = orders(300, NOON, 1000, 4);
    // One of the last ten: that it is shown says that the file is followed.
    all[99] = { ...all[99]!, level: "warn", service: "pay" };
    const cwd = withFiles({ "app.log": lines(all.slice(0, 100), json) });
    const child = start(["bash", "-c", "exec logpipe -f app.log --level warn+ service=pay"], { cwd });
    const isWanted = ({ level, service }: Order) =>
      service === "pay" && (level === "warn" || level === "error");
    const wanted = all.filter((order) => order.n >= 90 && isWanted(order)).map(({ n }) => n);
    let text = "";
    const numbers = () => [...text.matchAll(/\bn=(\d+)\n/g)].map(([, n]) => Number(n));
    const shown = (n: number) =>
      new Promise<void>((resolve) => {
        child.stdout!.on("data", () => {
          if (numbers().includes(n)) resolve();
        });
      });
    child.stdout!.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    const ended = finished(child, undefined);
    await shown(99);
    const last = shown(wanted.at(-1)!);
    appendFileSync(join(cwd, "app.log"), lines(all.slice(100), json));
    await last;
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
    expect(numbers()).toEqual(wanted);
  });

  it("5: logfmt to CSV", async () => {
    const all = orders(200, NOON, 1000, 5);
    const cwd = withFiles({ "app.log": lines(all, logfmt) });
    const found = await done("logpipe parse app.log --to csv", cwd);
    const expected = all.map(
      ({ atMs, level, service, message, trace, user, n }) =>
        `${rfc3339(atMs).replace(".000Z", "Z")},${level},${service},${message},${trace},${user},${n}\n`,
    );
    expect(found).toBe(`timestamp,level,service,message,trace_id,user,n\n${expected.join("")}`);
    await done("logpipe parse app.log -o app.csv.gz", cwd);
    expect(gunzipSync(readFileSync(join(cwd, "app.csv.gz"))).toString()).toBe(found);
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
    const found = await done("logpipe logs --grep t00042", cwd);
    const named = all.filter(({ trace, n }) => trace === "t00042" && n % WRITERS.length !== 2);
    named.sort((a, b) => a.atMs - b.atMs);
    expect([...found.matchAll(/\bn=(\d+)$/gm)].map(([, n]) => Number(n))).toEqual(named.map(({ n }) => n));
  });

  it("8: keep 14 days, with a line for cron that is silent", async () => {
    const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    const all = orders(20 * 24, today - 20 * DAY_MS, 3_600_000, 8);
    const cwd = withFiles({ "app.log": lines(all, json) });
    await done("logpipe parse app.log | logpipe sink -q ./store", cwd);
    await done("logpipe store retention set logs --older-than 14d --store ./store -q", cwd);
    const nightly = 'env -i HOME="$HOME" PATH="$PATH" logpipe compact -q --store ./store < /dev/null 2>&1';
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
});
