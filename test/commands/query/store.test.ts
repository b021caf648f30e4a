import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Block } from "../../../src/lib/event/block.js";
import { scan } from "../../../src/lib/event/scan.js";
import { StoreSink } from "../../../src/lib/sinks/store/store.js";
import { ask, failureOf, lines } from "./ask.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "logpipe-query-test-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("a store", () => {
  let store: string;
  const day = (d: number, n: number) =>
    `2026-11-${d}T10:00:${String(n % 60).padStart(2, "0")}.${String(n).padStart(6, "0")}Z`;

  async function put(table: string, text: string, isLeftOpen = false): Promise<StoreSink> {
    const options = {
      tableDirectory: join(store, table),
      segmentBytes: 1 << 26,
      flushIntervalMs: 3_600_000,
      maxColumns: 1000,
    };
    const sink = await StoreSink.open({ ...options, nowMs: () => Date.parse("2026-11-22T10:00:00Z") });
    const [{ bytes, summary }] = scan(Buffer.from(text)) as [ReturnType<typeof scan>[number]];
    await sink.write(new Block(bytes, undefined, summary));
    await sink.flush();
    if (!isLeftOpen) await sink.close();
    return sink;
  }

  let open: StoreSink;
  beforeAll(async () => {
    store = join(directory, "store");
    for (const d of [19, 20, 21]) {
      await put(
        "logs",
        lines(
          ...Array.from({ length: 100 }, (_, n) => ({ timestamp: day(d, n), status: 200 + (n % 2), day: d })),
        ),
      );
    }
    await put("metrics", lines({ timestamp: day(21, 0), metric: "cpu", value: 0.5 }));
    open = await put(
      "logs",
      lines({ timestamp: "2026-11-22T09:59:59.123456789Z", status: "late", day: 22 }),
      true,
    );
  });
  afterAll(async () => open.close());

  const hash = () => {
    const sum = createHash("sha256");
    for (const entry of readdirSync(store, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) sum.update(entry.name).update(readFileSync(join(entry.parentPath, entry.name)));
    }
    return sum.digest("hex");
  };

  it("is queried with its live end, and not changed", async () => {
    const before = hash();
    const { text } = await ask("SELECT day, count(*) AS n FROM logs GROUP BY 1 ORDER BY 1", { store });
    expect(text).toBe('{"day":19,"n":100}\n{"day":20,"n":100}\n{"day":21,"n":100}\n{"day":22,"n":1}\n');
    expect(hash()).toBe(before);
  });

  it("gives back nanoseconds and values of several types", async () => {
    const { text } = await ask("FROM logs WHERE day = 22", { store });
    expect(text).toBe('{"timestamp":"2026-11-22T09:59:59.123456789Z","status":"late","day":22}\n');
  });

  it("shows its tables, and those of the environment's store", async () => {
    expect((await ask("SHOW TABLES", {}, { env: { LOGPIPE_STORE: store } })).text).toBe(
      '{"name":"logs"}\n{"name":"metrics"}\n',
    );
    expect(await failureOf("FROM metric", { store })).toMatchObject({ help: 'did you mean "metrics"?' });
  });

  it("is cut by --since and --until, files too", async () => {
    const context = { store, tz: "UTC", since: "2026-11-20", until: "2026-11-21" };
    expect((await ask("SELECT DISTINCT day FROM logs", context)).text).toBe('{"day":20}\n');
    const { text } = await ask("SELECT day FROM logs", { ...context, explain: true });
    expect(text).toMatch(
      /^table logs\n {2}rows wanted .*\n {2}files considered {6}3 \(.*\)\n {2}pruned by partition {3}2\n(.*\n){2} {2}files read {12}1 /,
    );
    expect(text).toContain("live events           1 ");
    expect(text).not.toContain("table metrics");
  });

  it("is exact at the edges of the range", async () => {
    const at = (since: string, until: string) =>
      ask("SELECT count(*) AS n FROM logs", { store, since, until, tz: "UTC" });
    // Seconds 7 and 8 of one day: events 7, 8, 67 and 68, but not 69.
    expect((await at(day(20, 7), day(20, 9))).text).toBe('{"n":4}\n');
    expect((await at(day(20, 8), day(20, 68))).text).toBe('{"n":1}\n');
    expect((await at("yesterday", "now")).text).toBe('{"n":101}\n');
    expect((await at("2027-01-01", "2028-01-01")).text).toBe('{"n":0}\n');
  });

  it("that is not there is no obstacle unless it was named", async () => {
    expect((await ask("SELECT 1 AS a")).text).toBe('{"a":1}\n');
    expect(await failureOf("SELECT 1", { store: join(directory, "nowhere") })).toMatchObject({
      code: "store.missing",
      exitCode: 1,
    });
    expect((await failureOf("FROM logs")).help).toContain("--store");
  });
});
