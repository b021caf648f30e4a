import fc from "fast-check";
import { expect, it } from "vitest";
import { type Delivery, type Outcome, STORED } from "../../../../src/lib/event/delivery/delivery.js";
import { ProducerIndex } from "../../../../src/lib/event/delivery/producer-index.js";

const FAILED: Outcome = { kind: "failed", reason: "503" };
const REFUSED: Outcome = { kind: "refused", reason: "400" };

const steps = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant("send" as const), id: fc.constantFrom("a", "b", "c", "d") }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("settle" as const),
        which: fc.nat(),
        outcome: fc.constantFrom(STORED, REFUSED, FAILED),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 80 }) }),
    },
  ),
  { maxLength: 60 },
);

it("stores a request once while it is on its way and for its time to live, and answers everybody", () => {
  fc.assert(
    fc.property(steps, (all) => {
      let nowMs = 0;
      const index = new ProducerIndex({ ttlMs: 100, maxRequests: 1000, nowMs: () => nowMs });
      const open: { id: string; delivery: Delivery }[] = [];
      const last = new Map<string, { tookMs: number; outcome: Outcome | undefined }>();
      let sent = 0;
      const answers: Outcome[] = [];
      for (const step of all) {
        if (step.kind === "wait") nowMs += step.ms;
        else if (step.kind === "send") {
          sent++;
          const { id } = step;
          const known = last.get(id);
          const isKnown =
            known !== undefined &&
            known.outcome !== FAILED &&
            (known.outcome === undefined || known.tookMs > nowMs - 100);
          const delivery = index.take(id, (outcome) => void answers.push(outcome));
          expect(delivery === undefined, `${id} at ${nowMs}`).toBe(isKnown);
          if (delivery === undefined) {
            if (known?.outcome !== undefined) expect(answers.at(-1)).toBe(known.outcome);
            continue;
          }
          last.set(id, { tookMs: nowMs, outcome: undefined });
          open.push({ id, delivery });
        } else if (open.length > 0) {
          const [{ id, delivery }] = open.splice(step.which % open.length, 1) as [(typeof open)[number]];
          last.get(id)!.outcome = step.outcome;
          delivery.settle(step.outcome);
        }
      }
      for (const { delivery } of open) delivery.settle(FAILED);
      expect(answers).toHaveLength(sent);
    }),
  );
});

it("is bounded: the oldest go, those on their way stay", () => {
  const index = new ProducerIndex({ ttlMs: 1e9, maxRequests: 10, nowMs: () => 0 });
  const first = index.take("first", () => {})!;
  for (let n = 0; n < 1000; n++) index.take(`${n}`, () => {})!.settle(STORED);
  expect(index.size).toBeLessThanOrEqual(11);
  expect(index.take("first", () => {})).toBeUndefined();
  first.settle(STORED);
});
