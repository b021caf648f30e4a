import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRate } from "../../../../src/lib/base/rate.js";
import { Block } from "../../../../src/lib/event/block.js";
import { throttleStep } from "../../../../src/lib/pipeline/contract/rate-limit.js";
import { Bench, expectWithin, throttle } from "./support.js";

const event = (fields: object) => JSON.stringify(fields);

/** Exact fractions: numerators over `intervalMs`. */
class Model {
  private readonly keys = new Map<string, { tokens: bigint; atMs: number }>();
  private readonly amount: bigint;
  private readonly intervalMs: bigint;
  private readonly burst: bigint;

  constructor(amount: number, intervalMs: number, burst: number) {
    this.amount = BigInt(amount);
    this.intervalMs = BigInt(intervalMs);
    this.burst = BigInt(burst) * this.intervalMs;
  }

  passes(key: string, atMs: number): boolean {
    const before = this.keys.get(key) ?? { tokens: this.burst, atMs };
    const gained = before.tokens + BigInt(atMs - before.atMs) * this.amount;
    const tokens = gained > this.burst ? this.burst : gained;
    const passes = tokens >= this.intervalMs;
    this.keys.set(key, { tokens: passes ? tokens - this.intervalMs : tokens, atMs });
    return passes;
  }
}

const arrivals = fc.array(
  fc.record({
    key: fc.constantFrom("a", "b", "c"),
    afterMs: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 4000 })),
    isReloading: fc.boolean(),
  }),
  { maxLength: 200 },
);
const limits = fc.record({
  amount: fc.integer({ min: 1, max: 50 }),
  intervalMs: fc.constantFrom(7, 1000, 3000, 60_000),
  burst: fc.integer({ min: 1, max: 60 }),
});

describe("throttle --on-limit drop", () => {
  it("is the bucket of the definition, by key, to the event", () => {
    fc.assert(
      fc.property(arrivals, limits, (list, { amount, intervalMs, burst }) => {
        const bench = new Bench([`${amount}/${intervalMs}ms`], { burst, by: ["key"], onLimit: "drop" });
        const model = new Model(amount, intervalMs, burst);
        const expected: string[] = [];
        for (const [n, { key, afterMs, isReloading }] of list.entries()) {
          bench.nowMs += afterMs;
          if (isReloading) bench.reload();
          const line = event({ key, n });
          if (model.passes(key, bench.nowMs)) expected.push(line);
          bench.push(line);
        }
        expect(bench.lines).toEqual(expected);
        expect(bench.counts["passed"] ?? 0).toBe(expected.length);
        expect(bench.counts["dropped"] ?? 0).toBe(list.length - expected.length);
      }),
    );
  });

  it("lets no more pass in any span than the burst and the rate of that span, however long it runs", () => {
    fc.assert(
      fc.property(arrivals, limits, (list, { amount, intervalMs, burst }) => {
        const bench = new Bench([`${amount}/${intervalMs}ms`], { burst, onLimit: "drop" });
        for (const { afterMs } of list) {
          bench.nowMs += afterMs;
          bench.push("{}", "{}");
        }
        expectWithin(bench, amount / intervalMs, burst);
      }),
    );
  });

  it("needs tokens of both, events and bytes, and takes none where one is missing", () => {
    const bench = new Bench(["10/s"], { bytes: parseRate("100B/s", ""), burst: 3, onLimit: "drop" });
    const small = "1234"; // 5 bytes
    const large = "x".repeat(89); // 90 bytes
    bench.push(large, large, small, small, small);
    expect(bench.lines).toEqual([large, small, small]);
  });

  it("lets an event that is larger than the bucket pass when that is full, and has it paid for", () => {
    const bench = new Bench(["100B/s"], { onLimit: "drop" });
    const large = "x".repeat(299);
    bench.push(large, "a");
    bench.nowMs += 2000;
    bench.push("b");
    bench.nowMs += 20;
    bench.push("c");
    expect(bench.lines).toEqual([large, "c"]);
  });

  it("knows half an event a second", () => {
    const bench = new Bench(["0.5/s"], { onLimit: "drop" });
    for (let n = 0; n < 8; n++) {
      bench.push(String(n));
      bench.nowMs += 500;
    }
    expect(bench.lines).toEqual(["0", "4"]);
  });
});

describe("throttle and clocks", () => {
  it.each([3_600_000, 1, 86_400_000])("goes on at its rate when the clock is set back by %i ms", (backMs) => {
    const bench = new Bench(["10/s"], { onLimit: "drop" });
    let passed = 0;
    for (let n = 0; n < 100; n++) {
      if (n === 50) bench.nowMs -= backMs;
      bench.nowMs += 20;
      bench.push(String(n));
      passed = bench.out.length;
    }
    // 10 at once, then one each 100 ms, of 2 s.
    expect(passed).toBeGreaterThanOrEqual(10 + 18);
    expect(passed).toBeLessThanOrEqual(10 + 20);
  });

  it("gives no more than a burst for a clock that jumps to and fro", () => {
    const bench = new Bench(["10/s"], { onLimit: "drop" });
    for (let n = 0; n < 100; n++) bench.push(String(n));
    bench.nowMs -= 3_600_000;
    for (let n = 0; n < 100; n++) bench.push(String(n));
    expect(bench.out).toHaveLength(10);
    bench.nowMs += 3_600_000;
    for (let n = 0; n < 100; n++) bench.push(String(n));
    expect(bench.out).toHaveLength(20);
  });

  it("goes by the time of the events, late ones and those of far away among them", () => {
    const bench = new Bench(["1/s"], { onLimit: "drop", byEventTime: true });
    const at = (ms: number) => event({ timestamp: new Date(bench.nowMs + ms).toISOString() });
    const lines = [at(0), at(10), at(-500), at(4e12), at(20), at(1000), at(1500), at(2000)];
    bench.push(...lines);
    expect(bench.lines).toEqual([lines[0], lines[5], lines[7]]);
  });
});

describe("throttle --max-keys", () => {
  it("takes nothing from known keys when a flood of others comes, and remembers no more of those", () => {
    const bench = new Bench(["2/m"], { by: ["k"], maxKeys: 10, onLimit: "drop" });
    const known = Array.from({ length: 10 }, (_, n) => event({ k: `known ${n}` }));
    bench.push(...known, ...known);
    for (let n = 0; n < 1000; n++) {
      bench.push(event({ k: `other ${n}` }));
      if (n % 100 === 0) bench.push(...known);
    }
    expect(bench.lines.slice(0, 20)).toEqual([...known, ...known]);
    // The two of the shared bucket.
    expect(bench.lines).toHaveLength(22);
    expect(bench.counts["beyond_max_keys"]).toBe(1000);
    const saved = bench.transform.save?.() as { buckets: { buckets: unknown[] } };
    expect(saved.buckets.buckets).toHaveLength(10);
    // Once their buckets are full, others can have their places.
    bench.nowMs += 60_000;
    bench.push(event({ k: "new" }), event({ k: "new" }), event({ k: "new" }));
    expect(bench.lines).toHaveLength(24);
    expect(bench.counts["beyond_max_keys"]).toBe(1000);
  });

  it("has one bucket for keys that are too long to be remembered, and one for events without the fields", () => {
    const bench = new Bench(["1/s"], { by: ["k"], onLimit: "drop" });
    const lines = ["a", "b"].map((letter) => event({ k: letter.repeat(5000) }));
    bench.push(...lines, "{}", "no event", "[1]", event({ k: "c" }));
    expect(bench.lines).toEqual([lines[0], "{}", event({ k: "c" })]);
  });
});

describe("throttle --on-limit sample", () => {
  it("keeps the first of each N of a key, and says what it stands for", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 60 }), (sampleOneIn, count) => {
        const bench = new Bench(["1/h"], { by: ["k"], onLimit: "sample", sampleOneIn });
        for (let n = 0; n < count; n++) bench.push(event({ k: n % 2 }));
        const stands = bench.lines.map(
          (line) => 1 / ((JSON.parse(line) as { sample_rate?: number }).sample_rate ?? 1),
        );
        const sum = stands.reduce((total, one) => total + one, 0);
        // Of each key the last that was kept may stand for some that have not come.
        expect(sum).toBeGreaterThanOrEqual(count - 1e-6);
        expect(sum).toBeLessThan(count + 2 * sampleOneIn);
        expect((bench.counts["dropped"] ?? 0) + bench.lines.length).toBe(count);
      }),
    );
  });

  it("multiplies with the rate of before", () => {
    const bench = new Bench(["1/h"], { onLimit: "sample", sampleOneIn: 4 });
    bench.push("{}", '{"sample_rate":0.5}');
    expect(bench.lines).toEqual(["{}", '{"sample_rate":0.125}']);
  });
});

describe("throttle", () => {
  it("drops what is too large before it takes a token, and lets pass what --keep names", () => {
    const bench = new Bench(["1/h"], { onLimit: "drop", maxEventSize: 20, keep: 'level == "error"' });
    const error = event({ level: "error" });
    bench.push("x".repeat(21), error, "x".repeat(20), error, "y");
    expect(bench.lines).toEqual([error, "x".repeat(20), error]);
    expect(bench.counts).toMatchObject({ too_large: 1, kept_always: 2, passed: 1, dropped: 1 });
  });

  it("lets lines of any kind pass byte for byte", () => {
    for (const by of [[], ["k"]]) {
      const bench = new Bench(["100/s"], { by });
      const odd = ["", "  ", " {}", "{} \r", "plain", '{"k":1', '["k"]', '{"k":"é"}', "\u00ff", '{"k":2}'];
      const bytes = Buffer.from(odd.map((line) => `${line}\n`).join(""), "latin1");
      bench.transform.push(new Block(bytes), (block) => {
        expect(block.bytes.equals(bytes)).toBe(true);
        return true;
      });
    }
  });

  it.each([
    [[], {}, "throttle needs RATE"],
    [["100"], {}, 'cannot read RATE "100"'],
    [["1/s"], { events: parseRate("2/s", "") }, "RATE says how many already"],
    [["1/s"], { burst: 0 }, "nothing could ever pass"],
    [["1B/s"], { bytes: parseRate("1B/s", "") }, "RATE is one of bytes"],
    [["1/s"], { byEventTime: true }, "does not pass while they wait"],
  ])("refuses %j %j", (operands, options, reason) => {
    expect(() => new Bench(operands, options)).toThrow(reason);
  });
});

describe("throttleStep", () => {
  it("is the stage with what a limit of a source or a sink says", () => {
    const limit = {
      events: parseRate("10/s", ""),
      bytes: parseRate("100B/s", ""),
      burstEvents: 2,
      burstBytes: 50,
    };
    const { given, label } = throttleStep(
      throttle,
      { ...limit, by: ["k"], maxKeys: 5, onLimit: "sample", sampleOneIn: 3, maxEventBytes: 30 },
      "nginx.throttle",
    );
    expect(label).toBe("nginx.throttle");
    const bench = new Bench([], given.options);
    bench.push('{"k":1}', '{"k":1}', '{"k":1}', '{"k":2}', `{"k":3,"m":"${"x".repeat(30)}"}`);
    expect(bench.lines).toEqual(['{"k":1}', '{"k":1}', '{"k":1,"sample_rate":0.333333333333}', '{"k":2}']);
    expect(bench.counts["too_large"]).toBe(1);
  });
});
