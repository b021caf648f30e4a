import { expect, it } from "vitest";
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
