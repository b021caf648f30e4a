import { describe, expect, it, vi } from "vitest";
import { Clock } from "../../../../src/lib/query/restricted/clock.js";

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it("does not run while someone else is waited for", async () => {
  let ends = 0;
  let onEnd = () => {};
  const ended = new Promise<void>((resolve) => {
    onEnd = resolve;
  });
  const clock = new Clock(1, () => {
    ends++;
    onEnd();
  });
  // Before a timer can fire.
  const rested = clock.resting(async () => {
    await wait(50);
    return ends;
  });
  expect(await rested).toBe(0);
  await ended;
  await wait(20);
  expect(ends).toBe(1);
});

it("is silent once it is stopped", async () => {
  let ends = 0;
  const clock = new Clock(1, () => ends++);
  clock.stop();
  await clock.resting(async () => {});
  await wait(20);
  expect(ends).toBe(0);
});

/** Keeps the loop from its timers. */
function block(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

describe("is not held up", () => {
  const counted = (timeMs: number) => {
    const counts = { ends: 0 };
    return { counts, clock: new Clock(timeMs, () => counts.ends++) };
  };

  it("by a loop that is late, and a rest that begins before its timers", async () => {
    const { counts, clock } = counted(5);
    block(20);
    await clock.resting(async () => {});
    expect(counts.ends).toBe(1);
  });

  it("by one rest after the other without a turn of the loop between them", async () => {
    const { counts, clock } = counted(20);
    for (let n = 0; n < 1000 && counts.ends === 0; n++) {
      block(1);
      await clock.resting(async () => {});
    }
    expect(counts.ends).toBe(1);
  });

  it("by a rest that ends with an error", async () => {
    const { counts, clock } = counted(5);
    const fails = clock.resting(async () => {
      throw new Error("the reader has gone");
    });
    await expect(fails).rejects.toThrow("the reader has gone");
    await vi.waitFor(() => expect(counts.ends).toBe(1));
  });

  it("and ends before what is done in the rest, and once", async () => {
    const { counts, clock } = counted(5);
    block(20);
    expect(await clock.resting(async () => counts.ends)).toBe(1);
    await clock.resting(async () => wait(20));
    await wait(20);
    expect(counts.ends).toBe(1);
  });

  it("and stays silent when it was stopped in a rest", async () => {
    const { counts, clock } = counted(1);
    await clock.resting(async () => clock.stop());
    await wait(20);
    expect(counts.ends).toBe(0);
  });
});
