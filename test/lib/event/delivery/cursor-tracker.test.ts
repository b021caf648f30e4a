import fc from "fast-check";
import { expect, it } from "vitest";
import { CursorTracker } from "../../../../src/lib/event/delivery/cursor-tracker.js";
import { type Delivery, type Outcome, STORED } from "../../../../src/lib/event/delivery/delivery.js";

const FAILED: Outcome = { kind: "failed", reason: "503", retryAfterMs: 1000 };
const REFUSED: Outcome = { kind: "refused", reason: "400" };

interface Handed {
  readonly offset: number;
  readonly delivery: Delivery | undefined;
  outcome: Outcome | undefined;
}

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("hand over" as const), stream: fc.constantFrom("a", "b", "c") }),
    fc.record({ kind: fc.constant("reach" as const), stream: fc.constantFrom("a", "b", "c") }),
    fc.record({
      kind: fc.constant("settle" as const),
      which: fc.nat(),
      outcome: fc.constantFrom(STORED, STORED, STORED, REFUSED, FAILED),
    }),
  ),
  { maxLength: 60 },
);

/** The last offset before which all is stored or refused; undefined: not even the first is. */
function doneWith(handed: readonly Handed[]): number | undefined {
  let last: number | undefined;
  for (const { offset, outcome } of handed) {
    if (outcome === undefined || outcome.kind === "failed") return last;
    last = offset;
  }
  return last;
}

it("commits as far as all before is done with, in each stream for itself, in any order of settling", () => {
  fc.assert(
    fc.property(steps, (all) => {
      const committed = new Map<string, number>();
      const tracker = new CursorTracker<{ stream: string; offset: number }>(({ stream, offset }) => {
        expect(offset).toBeGreaterThan(committed.get(stream) ?? -1);
        committed.set(stream, offset);
      });
      const handed: Record<string, Handed[]> = { a: [], b: [], c: [] };
      for (const [offset, step] of all.entries()) {
        if (step.kind === "hand over") {
          const { stream } = step;
          const delivery = tracker.handedOver(stream, { stream, offset });
          handed[stream]!.push({ offset, delivery, outcome: undefined });
        } else if (step.kind === "reach") {
          const { stream } = step;
          tracker.reached(stream, { stream, offset });
          handed[stream]!.push({ offset, delivery: undefined, outcome: STORED });
        } else {
          const open = Object.values(handed)
            .flat()
            .filter(({ outcome }) => outcome === undefined);
          const one = open[step.which % open.length];
          if (one === undefined) continue;
          one.outcome = step.outcome;
          one.delivery!.settle(step.outcome);
        }
        for (const [stream, list] of Object.entries(handed))
          expect(committed.get(stream)).toBe(doneWith(list));
      }
    }),
  );
});

it("remembers nothing of what is done with, nor of what cannot be any more", () => {
  const tracker = new CursorTracker<number>(() => {});
  const first = Array.from({ length: 100 }, (_, n) => tracker.handedOver("a", n));
  expect(tracker.waiting).toBe(100);
  for (const delivery of first.toReversed()) delivery.settle(STORED);
  expect(tracker.waiting).toBe(0);
  tracker.handedOver("a", 100).settle(FAILED);
  for (let n = 0; n < 100; n++) tracker.handedOver("a", n);
  expect(tracker.waiting).toBe(0);
});
