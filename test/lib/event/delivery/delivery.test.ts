import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Delivery,
  joinedDelivery,
  newDelivery,
  type Outcome,
  STORED,
  worseOutcome,
} from "../../../../src/lib/event/delivery/delivery.js";

const outcomes: fc.Arbitrary<Outcome> = fc.oneof(
  fc.constant(STORED),
  fc.record({ kind: fc.constant("refused" as const), reason: fc.constantFrom("400", "413") }),
  fc.record({
    kind: fc.constant("failed" as const),
    reason: fc.constantFrom("429", "503"),
    retryAfterMs: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
  }),
);
const RANK = { stored: 0, refused: 1, failed: 2 };
/** All of an outcome but the reason, which is that of the first. */
const weight = (outcome: Outcome) =>
  RANK[outcome.kind] * 100 + (outcome.kind === "failed" ? (outcome.retryAfterMs ?? 0) : 0);

/** Who shares with whom: each entry shares the delivery made by an earlier one. */
const trees = fc.array(fc.nat(), { maxLength: 12 });

function sharesOf(root: Delivery, tree: readonly number[]): Delivery[] {
  const shares = [root];
  for (const n of tree) shares.push(shares[n % shares.length]!.share());
  return shares;
}

describe("a delivery", () => {
  it("settles once, when the last of its shares does, with the worst outcome, in any order", () => {
    fc.assert(
      fc.property(trees, fc.infiniteStream(outcomes), fc.infiniteStream(fc.nat()), (tree, results, order) => {
        const told: Outcome[] = [];
        const open = sharesOf(
          newDelivery((outcome) => void told.push(outcome)),
          tree,
        );
        const given: Outcome[] = [];
        while (open.length > 0) {
          expect(told).toEqual([]);
          const [share] = open.splice(order.next().value! % open.length, 1);
          const outcome = results.next().value!;
          given.push(outcome);
          share!.settle(outcome);
          share!.settle({ kind: "failed", reason: "twice", retryAfterMs: 1e9 });
        }
        expect(told).toHaveLength(1);
        expect(weight(told[0]!)).toBe(Math.max(...given.map(weight)));
        expect(given).toContainEqual(told[0]);
      }),
    );
  });

  it("may be shared until it is settled, while others are", () => {
    const told: Outcome[] = [];
    const delivery = newDelivery((outcome) => void told.push(outcome));
    const first = delivery.share();
    first.settle(STORED);
    const second = delivery.share();
    delivery.settle(STORED);
    expect(told).toEqual([]);
    second.settle({ kind: "refused", reason: "400" });
    expect(told).toEqual([{ kind: "refused", reason: "400" }]);
    expect(() => delivery.share()).toThrow(/settled/);
  });

  it("of joined blocks settles each of them, shares and all", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4 }),
        trees,
        fc.infiniteStream(outcomes),
        (count, tree, results) => {
          const told = Array.from({ length: count }, () => [] as Outcome[]);
          const joined = joinedDelivery(
            told.map((into) => newDelivery((outcome) => void into.push(outcome))),
          );
          expect(joined === undefined).toBe(count === 0);
          if (joined === undefined) return;
          const given = sharesOf(joined, tree).map((share) => {
            const outcome = results.next().value!;
            share.settle(outcome);
            return outcome;
          });
          for (const one of told) expect(one.map(weight)).toEqual([Math.max(...given.map(weight))]);
        },
      ),
    );
  });
});

it("the worse of two outcomes is the same whichever comes first, but for the reason", () => {
  fc.assert(
    fc.property(outcomes, outcomes, outcomes, (a, b, c) => {
      expect(weight(worseOutcome(a, b))).toBe(weight(worseOutcome(b, a)));
      expect(worseOutcome(worseOutcome(a, b), c)).toEqual(worseOutcome(a, worseOutcome(b, c)));
      expect(worseOutcome(a, STORED)).toEqual(a);
      expect(worseOutcome(a, a)).toBe(a);
    }),
  );
});
