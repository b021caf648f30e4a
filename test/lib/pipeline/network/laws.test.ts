/** What holds for every network, whatever comes and however it is cut. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Block } from "../../../../src/lib/event/block.js";
import type { Outcome } from "../../../../src/lib/event/delivery/delivery.js";
import { STORED, worseOutcome } from "../../../../src/lib/event/delivery/delivery.js";
import { Chain } from "../../../../src/lib/pipeline/chain/chain.js";
import { planNetwork } from "../../../../src/lib/pipeline/chain/network/plan-network.js";
import { Run } from "../../../../src/lib/pipeline/run/run.js";
import { quietHost } from "../support/host.js";
import { Blocks, Boundary, cutInto, OPTIONS, sorted } from "./ends.js";
import { type Drawn, type Event, events, networks } from "./networks.js";

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 });
const lineOf = (event: Event) => `${JSON.stringify(event)}\n`;

interface Settings {
  readonly workers?: number;
  readonly boundary?: Boundary;
  readonly pace?: (n: number) => Promise<void>;
}

async function ran(
  { network }: Drawn,
  texts: readonly (readonly string[])[],
  { workers = 0, boundary = new Boundary(network.exits.length), pace }: Settings = {},
) {
  const all = texts.map((blocks) => new Blocks(blocks, pace));
  const options = { ...OPTIONS, workers };
  await new Run(planNetwork(network, options), options, quietHost(), all, boundary).toEnd();
  return { boundary, sources: all };
}

describe("a network", () => {
  it("gives each sink what a naive evaluation gives, however the input is cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        networks,
        fc.array(events, { minLength: 3, maxLength: 3 }),
        sizes,
        async (drawn, all, cuts) => {
          const inputs = all.slice(0, drawn.network.entries.length);
          const { boundary, sources } = await ran(
            drawn,
            inputs.map((one) => cutInto(one.map(lineOf), cuts)),
          );
          drawn.naive(inputs).forEach((expected, exit) => {
            expect(boundary.sortedOf(exit)).toEqual(sorted(expected));
          });
          for (const { outcomes, isClosed } of sources) {
            expect(isClosed).toBe(true);
            for (const settled of outcomes) expect(settled).toEqual([STORED]);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("does so in workers, too", async () => {
    await fc.assert(
      fc.asyncProperty(networks, fc.constantFrom(1, 2), async (drawn, workers) => {
        const inputs = drawn.network.entries.map((_, entry) =>
          Array.from({ length: 40_000 }, (_, n) => ({
            n: (n * 7 + entry) % 61,
            k: "abc"[n % 3]!,
            pad: "y".repeat(40),
          })),
        );
        const texts = inputs.map((one) => cutInto(one.map(lineOf), [900, 1300]));
        const { boundary, sources } = await ran(drawn, texts, { workers });
        drawn.naive(inputs).forEach((expected, exit) => {
          expect(boundary.sortedOf(exit)).toEqual(sorted(expected));
        });
        for (const { outcomes } of sources) for (const settled of outcomes) expect(settled).toEqual([STORED]);
      }),
      { numRuns: 2 },
    );
  }, 300_000);

  it("settles each delivery once, with the worst of what became of the events", async () => {
    const outcome: fc.Arbitrary<Outcome> = fc.constantFrom<Outcome>(
      STORED,
      STORED,
      { kind: "refused", reason: "r" },
      { kind: "failed", reason: "f" },
    );
    await fc.assert(
      fc.asyncProperty(
        networks,
        events,
        sizes,
        fc.infiniteStream(outcome),
        async (drawn, all, cuts, fates) => {
          // What became of what was written while the block was the newest: stages that hold nothing.
          const isStateless = planNetwork(drawn.network, OPTIONS).cuts.length === 0;
          const pending: (() => void)[] = [];
          const expected: Outcome[] = [];
          const boundary = new Boundary(drawn.network.exits.length, (block) => {
            const fate = fates.next().value as Outcome;
            expected[at] = worseOutcome(expected[at] ?? STORED, fate);
            pending.push(() => block.delivery?.settle(fate));
          });
          let at = -1;
          const pace = async (n: number) => {
            at = n;
            if (n % 3 === 2) for (const settle of pending.splice(0).reverse()) settle();
          };
          boundary.close = async () => {
            for (const settle of pending.splice(0).reverse()) settle();
          };
          const texts = drawn.network.entries.map((_, entry) =>
            entry === 0 ? cutInto(all.map(lineOf), cuts) : [],
          );
          const { sources } = await ran(drawn, texts, { boundary, pace });
          sources
            .slice(0, 1)
            .flatMap(({ outcomes }) => outcomes)
            .forEach((settled, n) => {
              expect(settled).toHaveLength(1);
              if (isStateless && texts.length === 1) expect(settled[0]).toEqual(expected[n] ?? STORED);
            });
        },
      ),
      { numRuns: 200 },
    );
  });

  it("goes on from what was saved as if it had not stopped", async () => {
    await fc.assert(
      fc.property(networks, events, sizes, (drawn, all, cuts) => {
        const { serial } = planNetwork(drawn.network, OPTIONS);
        if (serial.entries.length === 0) return;
        const blocks = cutInto(all.map(lineOf), cuts);
        const outOf = (isCut: boolean) => {
          let chain = new Chain(serial, Date.now);
          const out: string[] = [];
          const take = (made: ReturnType<Chain["push"]>) => {
            for (const { bytes, exits } of made) for (const exit of exits ?? []) out.push(`${exit} ${bytes}`);
          };
          blocks.forEach((text, n) => {
            take(chain.push(blockOf(text), n % serial.entries.length));
            if (!isCut) return;
            const next = new Chain(serial, Date.now);
            next.load(structuredClone(chain.save()));
            chain = next;
          });
          take(chain.end());
          return out;
        };
        expect(outOf(true)).toEqual(outOf(false));
      }),
      { numRuns: 200 },
    );
  });
});

function blockOf(text: string): Block {
  return new Block(Buffer.from(text));
}
