import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sketchMacroSql } from "../../../../src/lib/query/sql/sketch-macros.js";
import { Distinct } from "../../../../src/lib/sketch/distinct.js";
import { Quantiles } from "../../../../src/lib/sketch/quantiles.js";
import { TopK } from "../../../../src/lib/sketch/top-k.js";
import { logNormal, zipf } from "../../../support/random.js";

let instance: DuckDBInstance;
let connection: Awaited<ReturnType<DuckDBInstance["connect"]>>;

beforeAll(async () => {
  instance = await DuckDBInstance.create(":memory:");
  connection = await instance.connect();
  await connection.run(sketchMacroSql("TEMP "));
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/** The value of `expression` over a column `s` of these sketches. */
async function ask(
  expression: string,
  sketches: readonly (string | null)[],
  type = "JSON",
): Promise<unknown> {
  const rows = sketches
    .map((text) => (text === null ? "(NULL)" : `('${text.replaceAll("'", "''")}')`))
    .join(",");
  const from = sketches.length === 0 ? "(SELECT NULL AS t WHERE false)" : `(VALUES ${rows}) v(t)`;
  const reader = await connection.runAndReadAll(
    `SELECT ${expression} AS answer FROM (SELECT t::${type} AS s FROM ${from})`,
  );
  return reader.getRowObjectsJson()[0]!["answer"];
}

function digests(values: readonly number[], parts: number): Quantiles[] {
  return Array.from({ length: parts }, (_, part) => {
    const made = new Quantiles();
    values.forEach((value, i) => {
      if (i % parts === part) made.add(value);
    });
    return made;
  });
}

describe("tdigest macros", () => {
  it("give what the sketch gives, of one", async () => {
    for (const count of [1, 2, 100, 5000]) {
      const [sketch] = digests(logNormal(count, 4), 1);
      const read = Quantiles.fromJson(sketch!.toJson())!;
      for (const q of [0, 0.01, 0.5, 0.99, 1]) {
        const answer = (await ask(`tdigest_quantile(s, ${q})`, [sketch!.toJson()])) as number;
        expect(Math.abs(answer / read.quantile(q) - 1)).toBeLessThan(count <= 100 ? 1e-9 : 0.01);
      }
    }
  });

  it("find p99 of a day from its minutes", async () => {
    const values = logNormal(100_000, 5);
    const minutes = digests(values, 60).map((sketch) => sketch.toJson());
    const sorted = Float64Array.from(values).sort();
    const merged = (await ask(`tdigest_merge(s)`, minutes)) as string;
    for (const q of [0.5, 0.95, 0.99]) {
      const truth = sorted[Math.round(q * (sorted.length - 1))]!;
      const answer = (await ask(`tdigest_quantile(s, ${q})`, minutes)) as number;
      const again = (await ask(`tdigest_quantile(s, ${q})`, [merged])) as number;
      expect(Math.abs(answer / truth - 1)).toBeLessThan(0.01);
      expect(Math.abs(again / truth - 1)).toBeLessThan(0.015);
    }
    expect(await ask("tdigest_count(s)", minutes)).toBe(100_000);
  });

  it("say nothing of nothing", async () => {
    for (const sketches of [[], [null], ["[]"]]) {
      expect(await ask("tdigest_quantile(s, 0.5)", sketches)).toBeNull();
      expect(Number(await ask("tdigest_count(s)", sketches))).toBe(0);
    }
  });
});

describe("hll macros", () => {
  const of = (from: number, to: number) => {
    const made = new Distinct();
    for (let i = from; i < to; i++) made.addText(`u${i}`);
    return made;
  };

  it("estimate what the sketch estimates, of any size and as text or JSON", async () => {
    for (const count of [0, 1, 50, 3000, 100_000]) {
      const sketch = of(0, count);
      const estimate = String(Math.round(sketch.estimate()));
      expect(await ask("hll_distinct(s)", [sketch.toJson()])).toBe(estimate);
      const text = JSON.parse(sketch.toJson()) as string;
      expect(await ask("hll_distinct(s)", [text, null], "VARCHAR")).toBe(estimate);
    }
  });

  it("merge to the very sketch of all", async () => {
    const cases = [
      [of(0, 20), of(10, 30)],
      [of(0, 1500), of(1000, 2500)],
      [of(0, 9000), of(5000, 30_000), of(0, 5)],
    ];
    for (const sketches of cases) {
      const whole = new Distinct();
      for (const sketch of sketches) whole.merge(sketch);
      const texts = sketches.map((sketch) => sketch.toJson());
      expect(await ask("hll_merge(s)", texts)).toBe(JSON.parse(whole.toJson()));
      expect(await ask("hll_distinct(s)", texts)).toBe(String(Math.round(whole.estimate())));
    }
  });
});

describe("topk macros", () => {
  it("merge as the sketch merges", async () => {
    const parts = [1, 2, 3].map((seed) => {
      const made = new TopK(50);
      for (const n of zipf(5000, 400, 1.2, seed)) made.add(`/it's/${n}`);
      return made;
    });
    const texts = parts.map((part) => part.toJson());
    const merged = new TopK(1000);
    for (const part of parts) merged.merge(TopK.fromJson(part.toJson(), 50)!);
    const answer = (await ask("topk(s, 10)", texts)) as { value: string; count: string; error: string }[];
    expect(answer.map(({ value }) => value)).toEqual(exactly(10));
    const again = JSON.parse((await ask("topk_merge(s, 20)", texts)) as string) as { value: string }[];
    expect(again.slice(0, 10).map(({ value }) => value)).toEqual(exactly(10));
    expect(again).toHaveLength(20);
    expect(await ask("topk(s, 3)", [])).toEqual([]);

    function exactly(n: number): string[] {
      const counts = new Map<string, number>();
      for (const seed of [1, 2, 3])
        for (const k of zipf(5000, 400, 1.2, seed))
          counts.set(`/it's/${k}`, (counts.get(`/it's/${k}`) ?? 0) + 1);
      return [...counts]
        .sort((a, b) => b[1] - a[1])
        .slice(0, n)
        .map(([value]) => value);
    }
  });

  it("bound the true counts", async () => {
    const one = '[{"value":"a","count":5,"error":0},{"value":"b","count":3,"error":2}]';
    const two = '[{"value":"a","count":1,"error":0}]';
    expect(await ask("topk(s, 9)", [one, two])).toEqual([
      { value: "a", count: "6", error: "0" },
      { value: "b", count: "3", error: "2" },
    ]);
    const other = '[{"value":"c","count":4,"error":1}]';
    expect(await ask("topk(s, 1)", [one, other])).toEqual([{ value: "a", count: "9", error: "4" }]);
  });
});
