import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Bench, expectWithin } from "./support.js";

/** As the engine does: waits, lets out, asks again. */
function waitOut(bench: Bench, onRound: () => void = () => {}): void {
  for (let ms = bench.transform.waitMs!(); ms > 0; ms = bench.transform.waitMs!()) {
    bench.nowMs += Math.ceil(ms);
    onRound();
    bench.idle();
  }
}

describe("throttle --on-limit block", () => {
  it("loses nothing, keeps the order, and lets through what a bucket would: no more, and hardly later", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 100 }),
        fc.boolean(),
        (blocks, perSecond, burst, isReloading) => {
          const bench = new Bench([`${perSecond}/s`], { burst, onLimit: "block" });
          const began = bench.nowMs;
          let n = 0;
          for (const count of blocks) {
            bench.push(...Array.from({ length: count }, () => String(n++)));
            waitOut(bench, () => isReloading && bench.reload());
          }
          expect(bench.lines).toEqual(Array.from({ length: n }, (_, at) => String(at)));
          expectWithin(bench, perSecond / 1000, burst);
          // Each as soon as the bucket allows, but for the portions, and whole milliseconds a portion.
          bench.out.forEach(({ atMs }, at) => {
            const dueMs = (Math.max(0, at + 1 - burst) / perSecond) * 1000;
            const portions = Math.max(1, at);
            expect(atMs - began).toBeLessThanOrEqual(dueMs + 20 + portions);
          });
        },
      ),
    );
  });

  it("gives a steady stream: no portion is more than what 20 ms have", () => {
    const bench = new Bench(["1000/s"], { burst: 100 });
    bench.push(...Array.from({ length: 2000 }, (_, n) => String(n)));
    waitOut(bench);
    const portions = new Map<number, number>();
    for (const { atMs } of bench.out.slice(100)) portions.set(atMs, (portions.get(atMs) ?? 0) + 1);
    expect(Math.max(...portions.values())).toBeLessThanOrEqual(21);
    expect(bench.lines).toHaveLength(2000);
  });

  it("keeps what waits in its state, and lets go of it at the end", () => {
    const bench = new Bench(["2/s"], { by: ["k"] });
    const lines = ["a", "a", "a", "b"].map((k, n) => JSON.stringify({ k, n }));
    bench.push(...lines);
    expect(bench.lines).toEqual(lines.slice(0, 2));
    expect(bench.transform.waitMs!()).toBe(500);
    bench.reload();
    bench.idle();
    expect(bench.lines).toHaveLength(2);
    bench.end();
    expect(bench.lines).toEqual(lines);
    expect(bench.counts["released_at_end"]).toBe(2);
    expect(bench.transform.waitMs!()).toBe(0);
  });

  it("waits no longer where the clock is set back", () => {
    const bench = new Bench(["10/s"], { burst: 1 });
    bench.push("a", "b", "c");
    bench.nowMs -= 3_600_000;
    let waitedMs = 0;
    for (let ms = bench.transform.waitMs!(); ms > 0; ms = bench.transform.waitMs!()) {
      waitedMs += ms;
      bench.nowMs += ms;
      bench.idle();
    }
    expect(bench.lines).toEqual(["a", "b", "c"]);
    expect(waitedMs).toBe(200);
  });

  it("takes what is pushed without waiting behind what waits", () => {
    const bench = new Bench(["10/s"], { burst: 2 });
    bench.push("a", "b", "c");
    bench.push("d");
    bench.nowMs += 100;
    bench.push("e");
    expect(bench.lines).toEqual(["a", "b", "c"]);
    waitOut(bench);
    expect(bench.lines).toEqual(["a", "b", "c", "d", "e"]);
  });
});
