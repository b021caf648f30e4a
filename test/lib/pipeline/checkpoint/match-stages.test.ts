import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchStages } from "../../../../src/lib/pipeline/checkpoint/match-stages.js";
import type { StageMark } from "../../../../src/lib/pipeline/checkpoint/state-format.js";

const stage = fc.record({ name: fc.constantFrom("dedupe", "window"), options: fc.constantFrom("a", "b") });
const lists = fc.array(fc.array(stage, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 });

const without = (stages: readonly StageMark[]) => stages.map(({ name, options }) => ({ name, options }));

describe("matchStages", () => {
  it("gives each stage what was saved under its list's name and its place there, in whatever order lists stand", () => {
    const interleaved = lists.chain((all) => {
      const owners = all.flatMap((stages, node) => stages.map(() => node));
      const order = () => fc.shuffledSubarray(owners, { minLength: owners.length });
      return fc.tuple(fc.constant(all), order(), order());
    });
    const row = (all: readonly (readonly StageMark[])[], order: readonly number[]) => {
      const taken = all.map(() => 0);
      return order.map((node) => {
        const n = taken[node]!++;
        return { mark: { ...all[node]![n]!, node: `w${node}` }, id: `${node}.${n}` };
      });
    };
    fc.assert(
      fc.property(interleaved, ([all, before, now]) => {
        const [saved, wanted] = [row(all, before), row(all, now)];
        const marks = (of: typeof saved) => of.map(({ mark }) => mark);
        const { places } = matchStages(marks(saved), marks(wanted));
        expect(places?.map((place) => saved[place]!.id)).toEqual(wanted.map(({ id }) => id));
        // What has no names goes by order, and not at all where the rows differ.
        const old = matchStages(without(marks(saved)), marks(wanted));
        const isSame = JSON.stringify(without(marks(saved))) === JSON.stringify(without(marks(wanted)));
        expect(old.places).toEqual(isSame ? wanted.map((_, n) => n) : undefined);
      }),
    );
  });

  const dedupe = (node?: string, options = "a"): StageMark => ({ name: "dedupe", options, node });
  const window = (node?: string): StageMark => ({ name: "window", options: "a", node });
  const cases: [string, StageMark[], StageMark[], string][] = [
    [
      "another name",
      [dedupe("w1"), dedupe("w2")],
      [dedupe("w1"), dedupe("w3")],
      "it has w2, which the pipeline has not; the pipeline has w3, which it has not",
    ],
    [
      "another order in a list",
      [dedupe("w1"), window("w1")],
      [window("w1"), dedupe("w1")],
      "w1: of dedupe | window, not of window | dedupe",
    ],
    ["other options", [dedupe("w1")], [dedupe("w1", "b")], "w1: the options of dedupe have changed"],
    [
      "another order, without names",
      [dedupe(), window()],
      [window("w2"), dedupe("w1")],
      "of dedupe | window, not of window | dedupe",
    ],
    [
      "two alike that have lost their names",
      [dedupe("w1"), dedupe("w2")],
      [dedupe(), dedupe()],
      "it has dedupe in w1 and w2, and the pipeline has no lists of these names",
    ],
  ];
  it.each(cases)("refuses %s", (_, saved, wanted, difference) => {
    expect(matchStages(saved, wanted)).toEqual({ difference });
  });
});
