import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EnrichStep, planPasses } from "../../../../../src/lib/stages/enrich/core/plan-passes.js";
import { computedEnricher } from "../../../../../src/lib/stages/enrich/fields/computed.js";
import { passed } from "../support.js";

function computed(name: string, expression: string): EnrichStep {
  return {
    kind: "look",
    enricher: computedEnricher(
      name,
      expression,
      () => 0,
      () => {},
    ),
  };
}

function constant(name: string, json: string): EnrichStep {
  return { kind: "constant", assignment: { name, json } };
}

function run(input: string, steps: readonly EnrichStep[]): string {
  return planPasses(steps).reduce(passed, input);
}

describe("planPasses", () => {
  it("puts together what is apart, and only that", () => {
    const count = (...steps: EnrichStep[]) => planPasses(steps).length;
    expect(count()).toBe(1);
    expect(count(constant("a", "1"), constant("b", "2"))).toBe(1);
    expect(count(constant("a", "1"), computed("b", "x + 1"), constant("c", "2"))).toBe(1);
    expect(count(constant("a", "1"), computed("b", "a + 1"))).toBe(2);
    expect(count(computed("a", "x + 1"), computed("b", "a.y > 1"))).toBe(2);
    expect(count(computed("a", "x + 1"), computed("a", "y + 1"))).toBe(2);
    expect(count(computed("a", "x + 1"), constant("a", "1"))).toBe(2);
  });

  it("gives what one step after the other gives", () => {
    const name = fc.constantFrom("a", "b", "c", "x");
    const step = fc.oneof(
      fc.tuple(name, fc.integer()).map(([to, n]) => constant(to, String(n))),
      fc.tuple(name, name, fc.integer({ max: 99 })).map(([to, from, n]) => computed(to, `${from} + (${n})`)),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), fc.dictionary(name, fc.integer()), (steps, event) => {
        const input = JSON.stringify(event);
        const alone = steps.reduce((text, one) => run(text, [one]), input);
        expect(JSON.parse(run(input, steps))).toEqual(JSON.parse(alone));
      }),
    );
  });

  it("splits what needs more fields than one pass has", () => {
    const steps = Array.from({ length: 80 }, (_, n) => computed(`t${n}`, `f${n}.g.h + 1`));
    const input = `{${Array.from({ length: 80 }, (_, n) => `"f${n}":{"g":{"h":${n}}}`).join(",")}}`;
    const out = JSON.parse(run(input, steps)) as Record<string, number>;
    expect(out["t79"]).toBe(80);
  });
});
