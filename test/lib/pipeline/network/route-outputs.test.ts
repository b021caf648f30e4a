/** Several ports of one route to one place. */
import { expect, it } from "vitest";
import type { Network } from "../../../../src/lib/pipeline/chain/network/network.js";
import { planNetwork } from "../../../../src/lib/pipeline/chain/network/plan-network.js";
import { Run } from "../../../../src/lib/pipeline/run/run.js";
import { quietHost } from "../support/host.js";
import { Blocks, Boundary, OPTIONS } from "./ends.js";

const line = (n: number) => `{"n":${n}}\n`;
const ALL = Array.from({ length: 60 }, (_, n) => n);

async function outputsOf(
  match: "first" | "all",
  inputs: readonly (readonly number[])[],
): Promise<number[][]> {
  const boundary = new Boundary(inputs.length);
  const network: Network = {
    entries: [{ name: "in" }],
    nodes: [
      {
        name: "r",
        from: [{ entry: 0 }],
        match,
        ports: [
          { name: "three", when: "n % 3 == 0" },
          { name: "rest", when: undefined },
          { name: "two", when: "n % 2 == 0" },
        ],
      },
    ],
    exits: inputs.map((ports, n) => ({
      name: `s${n}`,
      from: ports.length === 0 ? [{ node: 0 }] : ports.map((port) => ({ node: 0, port })),
    })),
  };
  const source = new Blocks([ALL.slice(0, 25).map(line).join(""), ALL.slice(25).map(line).join("")]);
  await new Run(planNetwork(network, OPTIONS), OPTIONS, quietHost(), [source], boundary).toEnd();
  expect(source.outcomes.map(([outcome]) => outcome?.kind)).toEqual(["stored", "stored"]);
  return inputs.map((_, n) =>
    boundary
      .textOf(n)
      .trim()
      .split("\n")
      .map((text) => JSON.parse(text).n),
  );
}

it("gives what takes several ports its events in their order, each once", async () => {
  const [both, all, one, turned] = await outputsOf("first", [[0, 2], [], [1], [2, 0]]);
  const isBoth = (n: number) => n % 3 === 0 || n % 2 === 0;
  expect(both).toEqual(ALL.filter(isBoth));
  expect(turned).toEqual(both);
  expect(all).toEqual(ALL);
  expect(one).toEqual(ALL.filter((n) => !isBoth(n)));
});

it("gives an event once for each port that it matches, and each port that is named twice", async () => {
  const sorted = (numbers: number[] | undefined) => numbers?.toSorted((a, b) => a - b);
  const [matched] = await outputsOf("all", [[0, 2]]);
  const threes = ALL.filter((n) => n % 3 === 0);
  const twos = ALL.filter((n) => n % 2 === 0);
  expect(sorted(matched)).toEqual(sorted([...threes, ...twos]));
  const [twice] = await outputsOf("first", [[0, 0]]);
  expect(sorted(twice)).toEqual(sorted([...threes, ...threes]));
});
