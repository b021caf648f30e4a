import fc from "fast-check";
import { describe, expect, it } from "vitest";
import declaration from "../../../../src/commands/stages/sample.js";
import { parseRate } from "../../../../src/lib/base/rate.js";
import type { StageDeclaration } from "../../../../src/lib/pipeline/contract/stage.js";
import { run, sizes } from "../common/support.js";

const sample = declaration as StageDeclaration;
const START_MS = Date.UTC(2026, 10, 22, 10);

function event(fields: object): string {
  return JSON.stringify(fields);
}

const ids = Array.from({ length: 4000 }, (_, n) => event({ trace_id: `t${n}`, n: 1 }));
const idOf = (line: string) => (JSON.parse(line) as { trace_id: string }).trace_id;

describe("sample --rate", () => {
  it("keeps about that part of the keys, and of a lower rate only keys that a higher one keeps", () => {
    const kept = [0.01, 0.1, 0.5].map((rate) => run(sample, { rate, by: ["trace_id"] }, ids).lines.map(idOf));
    expect(kept.map(({ length }) => length / ids.length)).toEqual([
      expect.closeTo(0.01, 2),
      expect.closeTo(0.1, 1),
      expect.closeTo(0.5, 1),
    ]);
    for (const id of kept[0]!) expect(kept[1]).toContain(id);
    for (const id of kept[1]!) expect(kept[2]).toContain(id);
  });

  it("chooses the same keys for good: these are part of the format", () => {
    const chosen = run(sample, { rate: 0.1, by: ["trace_id"] }, ids.slice(0, 60)).lines.map(idOf);
    expect(chosen).toMatchInlineSnapshot(`
      [
        "t0",
        "t10",
        "t11",
        "t12",
        "t20",
        "t34",
        "t53",
      ]
    `);
    const seeded = run(sample, { rate: 0.1, by: ["trace_id"], seed: 7 }, ids.slice(0, 60)).lines.map(idOf);
    expect(seeded).not.toEqual(chosen);
  });

  it("judges a value however it is written: escaped, as a number or as a string, at the top or nested", () => {
    for (let n = 0; n < 50; n++) {
      const alike = [`{"k":"${n}é"}`, `{"k":"${n}\\u00e9"}`, `{"\\u006b":"${n}é"}`, `{"x":1,"k":"${n}é"}`];
      expect([0, 4]).toContain(run(sample, { rate: 0.5, by: ["k"] }, alike).lines.length);
      const numbers = [`{"a":{"k":${n}}}`, `{"a.k":"${n}"}`];
      expect([0, 2]).toContain(run(sample, { rate: 0.5, by: ["a.k"] }, numbers).lines.length);
    }
  });

  it("says what each event stands for, and multiplies", () => {
    const [line] = run(sample, { rate: 0.999999 }, ['{"sample_rate":0.1,"id":9223372036854775807}']).lines;
    expect(line).toBe('{"sample_rate":0.0999999,"id":9223372036854775807}');
    const lines = ["{}", "{ }", '{"a":{}}', '{"a":1} ', '{"\\u0061":[]}', '{"sample_rate":"x"}'];
    expect(run(sample, { rate: 0.999999 }, lines).lines).toEqual([
      '{"sample_rate":0.999999}',
      '{ "sample_rate":0.999999}',
      '{"a":{},"sample_rate":0.999999}',
      '{"a":1,"sample_rate":0.999999} ',
      '{"\\u0061":[],"sample_rate":0.999999}',
      '{"sample_rate":0.999999}',
    ]);
  });

  it("keeps errors as they are, and what --keep names", () => {
    const lines = ["error", "FATAL", "crit", "info"].map((level) => event({ level, trace_id: "c3" }));
    expect(run(sample, { rate: 0.01, by: ["trace_id"] }, lines).lines).toEqual(lines.slice(0, 3));
    expect(run(sample, { rate: 0.01, by: ["trace_id"], keepErrors: false }, lines).lines).toEqual([]);
    const keep = 'level == "info"';
    expect(run(sample, { rate: 0.01, by: ["trace_id"], keep }, lines).lines).toEqual(lines);
  });
});

describe("sample --one-in", () => {
  it("keeps the first of each N, whatever the blocks and restarts", () => {
    const lines = Array.from({ length: 23 }, (_, n) => event({ n }));
    fc.assert(
      fc.property(sizes, fc.boolean(), fc.integer({ min: 1, max: 9 }), (cuts, isReloading, oneIn) => {
        const { lines: kept, counts } = run(sample, { oneIn }, lines, cuts, isReloading);
        expect(kept.map((line) => (JSON.parse(line) as { n: number }).n)).toEqual(
          lines.map((_, n) => n).filter((n) => n % oneIn === 0),
        );
        expect(counts["kept"]! + counts["dropped"]!).toBe(lines.length);
      }),
    );
  });
});

interface Arrival {
  readonly key: string;
  readonly afterMs: number;
}

const arrivals = fc.array(
  fc.record({ key: fc.constantFrom("a", "b", "c"), afterMs: fc.integer({ min: 0, max: 400 }) }),
  { maxLength: 60 },
);

describe("sample --throttle", () => {
  it("is a token bucket a key; what it leaves out is in the summaries", () => {
    fc.assert(
      fc.property(
        arrivals,
        sizes,
        fc.boolean(),
        fc.integer({ min: 1, max: 4 }),
        (list, cuts, isReloading, amount) => {
          const throttle = { ...parseRate("1/s", "--throttle"), amount };
          const { lines, kept } = modelled(list, amount);
          const ran = run(sample, { throttle, by: ["key"], every: 2000 }, lines, cuts, isReloading);
          const isSummary = (line: string) => line.includes("suppressed");
          expect(ran.lines.filter((line) => !isSummary(line))).toEqual(kept);
          const sums = ran.lines.filter(isSummary).map((line) => JSON.parse(line) as Record<string, number>);
          const suppressed = sums.reduce((sum, one) => sum + one["suppressed"]!, 0);
          expect(suppressed).toBe(lines.length - kept.length);
          expect(ran.counts["suppressed"] ?? 0).toBe(suppressed);
        },
      ),
    );
  });

  it("goes on after an event of the far future", () => {
    const at = (ms: number) => event({ timestamp: new Date(START_MS + ms).toISOString() });
    const lines = [at(0), at(10), at(4e12), at(20), at(5000), at(10_000)];
    const { lines: out } = run(sample, { throttle: parseRate("1/s", "") }, lines);
    expect(out.filter((line) => !line.includes("suppressed"))).toEqual([lines[0], lines[4], lines[5]]);
  });

  it("gives keys beyond the limit one bucket, and takes new keys once others are idle", () => {
    const one = (key: string, ms: number) => event({ timestamp: new Date(START_MS + ms).toISOString(), key });
    const lines = [one("a", 0), one("b", 1), one("c", 2), one("d", 3), one("e", 60_000), one("e", 60_001)];
    const options = { throttle: parseRate("1/s", ""), by: ["key"], maxKeys: 2 };
    const { lines: out, counts } = run(sample, options, lines);
    expect(out.filter((line) => !line.includes("suppressed"))).toEqual([0, 1, 2, 4].map((n) => lines[n]));
    expect(counts["beyond_max_keys"]).toBe(2);
    expect(out.filter((line) => line.includes('"key":"__other__"'))).toHaveLength(1);
  });

  it("gives keys too long to be remembered one bucket", () => {
    const options = { throttle: parseRate("1/s", ""), by: ["key"] };
    const lines = ["a", "b"].map((letter) => event({ key: letter.repeat(5000) }));
    const { lines: out, counts } = run(sample, options, lines);
    expect(out.filter((line) => !line.includes("suppressed"))).toEqual([lines[0]]);
    expect(out.at(-1)).toContain('"key":"__other__"');
    expect(counts["beyond_max_keys"]).toBe(2);
  });

  it("counts bytes when the rate is one of bytes", () => {
    const line = event({ text: "x".repeat(88) });
    const { lines } = run(sample, { throttle: parseRate("250B/s", "") }, [line, line, line, line]);
    expect(lines.filter((one) => one === line)).toHaveLength(2);
  });

  it("does not name a field twice that is part of the key", () => {
    const line = event({ level: "info", message: "m" });
    const options = { throttle: parseRate("1/s", ""), by: ["level", "message", "missing"] };
    const { lines } = run(sample, options, [line, line]);
    expect(lines[1]).toMatch(/^\{"timestamp":"[^"]+","level":"info","message":"m","suppressed":1,/);
  });
});

/** The lines of the arrivals, and those that a bucket of `amount` a second keeps, computed for each event. */
function modelled(list: readonly Arrival[], amount: number): { lines: string[]; kept: string[] } {
  let atMs = START_MS;
  const lines: string[] = [];
  const kept: string[] = [];
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  for (const [n, { key, afterMs }] of list.entries()) {
    atMs += afterMs;
    const line = event({ timestamp: new Date(atMs).toISOString(), key, n });
    lines.push(line);
    const before = buckets.get(key) ?? { tokens: amount, atMs };
    const tokens = Math.min(amount, before.tokens + ((atMs - before.atMs) * amount) / 1000);
    const passes = tokens > 1 - 1e-9;
    if (passes) kept.push(line);
    buckets.set(key, { tokens: passes ? tokens - 1 : tokens, atMs });
  }
  return { lines, kept };
}
