/** `stats` and `top` against the same done by hand, however the events are cut; and the language of their clauses. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { registry } from "../../../../../src/commands/registry.js";
import { Block } from "../../../../../src/lib/event/block.js";
import type { StageDeclaration } from "../../../../../src/lib/pipeline/contract/stage.js";
import { readQuoted } from "../../../../../src/lib/pipeline/read/quoted.js";
import { replaceAggregates } from "../../../../../src/lib/stages/window/aggregates/conditions.js";
import { readCondition, readTotals } from "../../../../../src/lib/stages/window/whole/language.js";

interface Row {
  readonly key: string | number | null | undefined;
  readonly value: number | null | undefined;
}

const rows = fc.array(
  fc.record({
    key: fc.oneof(fc.constantFrom("a", "b", "c", null, undefined), fc.string(), fc.integer()),
    value: fc.option(fc.integer({ min: -1000, max: 1000 }), { freq: 4, nil: undefined }),
  }),
  { maxLength: 60 },
);

/** What the command gives for the events, cut into blocks at these places. */
async function run(
  command: string,
  events: readonly unknown[],
  cut: number,
): Promise<Record<string, unknown>[]> {
  const { stages } = await readQuoted(command, registry);
  const { declaration, given } = stages[0] as { declaration: StageDeclaration; given: never };
  const context = { nowMs: () => 0, reject: () => {}, count: () => {} };
  const transform = declaration.create(given, context, undefined);
  const out: Buffer[] = [];
  const emit = (block: Block) => out.push(block.bytes) > 0;
  for (let at = 0; at < events.length; at += cut) {
    const lines = events.slice(at, at + cut).map((event) => `${JSON.stringify(event)}\n`);
    transform.push(new Block(Buffer.from(lines.join(""))), emit);
  }
  transform.end?.(emit);
  const text = Buffer.concat(out).toString();
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("stats", () => {
  it("counts and sums as a loop does, in any cutting", async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 9 }), async (events, cut) => {
        const got = await run("stats 'count, sum(value) as sum, max(value) as max by key'", events, cut);
        const found = got.map(({ key, count, sum, max }) => [JSON.stringify(key), count, sum ?? null, max]);
        expect(new Set(found.map(String))).toEqual(new Set(byHand(events).map(String)));
        const counts = got.map(({ count }) => Number(count));
        expect(counts).toEqual([...counts].sort((a, b) => b - a));
      }),
    );
  });

  it("sorts by any column, what is not there last", async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.boolean(), async (events, isAscending) => {
        const got = await run(
          `stats 'count, max(value) as max by key sort max${isAscending ? " asc" : ""}'`,
          events,
          7,
        );
        const values = got.map(({ max }) => max as number | null);
        const there = values.filter((value) => value !== null);
        const sorted = [...there].sort((a, b) => (isAscending ? a - b : b - a));
        expect(values).toEqual([...sorted, ...values.filter((value) => value === null)]);
      }),
    );
  });
});

describe("top", () => {
  it("gives the first of what counting gives, with shares of all that have the field", async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 4 }), async (events, limit) => {
        const got = await run(`top key -m ${limit}`, events, 5);
        const all = byHand(events.filter(({ key }) => key !== null && key !== undefined));
        const counts = all.map(([, count]) => count).sort((a, b) => b - a);
        expect(got.map(({ count }) => count)).toEqual(counts.slice(0, limit));
        const total = counts.reduce((sum, count) => sum + count, 0);
        for (const { count, share } of got) expect(share).toBeCloseTo(Number(count) / total, 3);
      }),
    );
  });

  it("is never wrong by more than it says when values are given up", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(30), { minLength: 50, maxLength: 400 }), async (keys) => {
        const got = await run(
          "top key --max-groups 3",
          keys.map((key) => ({ key })),
          50,
        );
        for (const { key, count, missed_max: missed = 0 } of got) {
          const real = keys.filter((other) => other === key).length;
          expect(Number(count)).toBeLessThanOrEqual(real);
          expect(Number(count) + Number(missed)).toBeGreaterThanOrEqual(real);
        }
      }),
    );
  });
});

function byHand(events: readonly Row[]): [string, number, number | null, number | null][] {
  const groups = new Map<string, number[]>();
  const counts = new Map<string, number>();
  for (const { key, value } of events) {
    const name = JSON.stringify(key ?? null);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    groups.set(name, [
      ...(groups.get(name) ?? []),
      ...(value === null || value === undefined ? [] : [value]),
    ]);
  }
  return [...groups].map(([name, values]) => [
    name,
    counts.get(name)!,
    values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0),
    values.length === 0 ? null : Math.max(...values),
  ]);
}

describe("the language", () => {
  it.each([
    ["count", { agg: "count", by: [] }],
    ["count by a", { agg: "count", by: ["a"] }],
    ["by a, b.c", { agg: "count", by: ["a", "b.c"] }],
    ["count, p95(by) as by by by", { agg: "count, p95(by) as by", by: ["by"] }],
    ["count where by in [1] by x", { agg: "count", by: ["x"], where: "by in [1]" }],
    ['count(where a == "x by y") by z', { agg: 'count(where a == "x by y")', by: ["z"] }],
    ["count GROUP BY a ORDER BY count desc LIMIT 5", { by: ["a"], sort: "count desc", limit: 5 }],
    ["count where limit > 3 && sort == 1 limit 2", { where: "limit > 3 && sort == 1", limit: 2 }],
    ["count by `odd name`", { by: ["odd name"] }],
    ["  count  by  a  ", { agg: "  count", by: ["a"] }],
  ])("%s", (text, expected) => {
    expect(readTotals(text)).toMatchObject(expected);
  });

  it("reads conditions with windows", () => {
    expect(readCondition("count > 3 by a every 5m where b == 1", "x")).toEqual({
      condition: "count > 3",
      by: ["a"],
      every: "5m",
      where: "b == 1",
    });
  });

  it("never fails with anything but an error of ours", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom("by", "where", "sort", "limit 3", "every 1m", "'", "("),
        (a, b) => {
          for (const text of [a, `${a} ${b}`, `count ${b} ${a}`, `count ${b} ${a} ${b}`])
            try {
              readTotals(text);
              readCondition(text, "x");
            } catch (error) {
              expect((error as { code?: string }).code).toMatch(/^usage\./);
            }
        },
      ),
    );
  });

  it("finds aggregates in conditions and leaves the rest", () => {
    const found: string[] = [];
    const { over: text, origin } = replaceAggregates(
      'count(where a == "count") / count > 0.1 && p99.9(ms) < x.count',
      (call) => {
        found.push(call);
        return `v${found.length}`;
      },
    );
    expect(found).toEqual(['count(where a == "count")', "count", "p99.9(ms)"]);
    expect(text).toBe("v1 / v2 > 0.1 && v3 < x.count");
    for (const [part, written] of [
      ["v2", "count > "],
      ["v3", "p99.9(ms)"],
      ["x.count", "x.count"],
    ] as const)
      expect(origin.at(text.indexOf(part))).toBe(origin.text.indexOf(written));
  });
});
