/** Random networks of real stages, and what each sink of one is to get by a naive evaluation. */
import fc from "fast-check";
import dedupe from "../../../../src/commands/stages/dedupe.js";
import enrich from "../../../../src/commands/stages/enrich.js";
import filter from "../../../../src/commands/stages/filter.js";
import stats from "../../../../src/commands/stages/stats.js";
import { defaultsOf } from "../../../../src/lib/options/options.js";
import type {
  Network,
  NetworkExit,
  NetworkInput,
  NetworkNode,
} from "../../../../src/lib/pipeline/chain/network/network.js";
import type { Step } from "../../../../src/lib/pipeline/contract/pipeline.js";
import type { StageDeclaration } from "../../../../src/lib/pipeline/contract/stage.js";
import { openStages } from "../../../../src/lib/pipeline/run/resources.js";
import { quietHost } from "../support/host.js";

export type Event = Readonly<Record<string, unknown>>;

/** A stage, and what it makes of all the events that come to it, in any order. */
interface Known {
  readonly step: Step<StageDeclaration>;
  readonly of: (events: readonly Event[]) => Event[];
}

async function opened(
  declaration: unknown,
  operands: string[],
  over: object = {},
): Promise<Step<StageDeclaration>> {
  const real = declaration as StageDeclaration;
  const given = { operands, options: { ...defaultsOf(real.options), ...over } };
  const pipeline = { files: [], stages: [{ declaration: real, given }] };
  const { stages } = await openStages(pipeline, quietHost(), { startedMs: 0, secrets: new Map() });
  const { label: _, ...step } = stages[0]!;
  return step;
}

const number = ({ n }: Event) => (typeof n === "number" ? n : Number.NaN);

export const KNOWN: readonly Known[] = [
  { step: await opened(filter, ["n % 2 == 0"]), of: (events) => events.filter((e) => number(e) % 2 === 0) },
  {
    step: await opened(filter, ["k == 'a' || n > 40"]),
    of: (events) => events.filter((e) => e["k"] === "a" || number(e) > 40),
  },
  { step: await opened(enrich, [], { set: ["x=1"] }), of: (events) => events.map((e) => ({ ...e, x: 1 })) },
  {
    step: await opened(stats, ["count by k"]),
    of: (events) => {
      const counts = new Map<unknown, number>();
      for (const { k } of events) counts.set(k, (counts.get(k) ?? 0) + 1);
      return [...counts].map(([k, count]) => ({ k, count }));
    },
  },
  {
    step: await opened(dedupe, []),
    of: (events) => [...new Map(events.map((e) => [JSON.stringify(e), e])).values()],
  },
];

export const CONDITIONS: readonly (readonly [string, (event: Event) => boolean])[] = [
  ["n % 3 == 0", (e) => number(e) % 3 === 0],
  ["k == 'b'", (e) => e["k"] === "b"],
  ["n > 25", (e) => number(e) > 25],
  // An error for every event.
  ["size(n) > 3", () => false],
];

export interface Drawn {
  readonly network: Network;
  /** What each sink is to get, from what came at each entry. */
  readonly naive: (inputs: readonly (readonly Event[])[]) => Event[][];
  readonly [fc.toStringMethod]: () => string;
}

interface Choice {
  readonly isRoute: boolean;
  readonly picks: readonly number[];
  readonly from: readonly number[];
  readonly isFirst: boolean;
  readonly hasRest: boolean;
}

const choice: fc.Arbitrary<Choice> = fc.record({
  isRoute: fc.boolean(),
  picks: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
  from: fc.array(fc.nat(), { minLength: 1, maxLength: 2 }),
  isFirst: fc.boolean(),
  hasRest: fc.boolean(),
});

/** Checks that sinks may want: the inputs hold nothing that they would change. */
const SINKS = [
  undefined,
  { name: "table", input: "checked", timesOf: () => ({ timeField: "timestamp" }) },
  { name: "text", input: "checked", keepsText: () => true },
  { name: "lines", input: "lines" },
  { name: "events", input: "checked", wantsEventsOnly: true },
] as const;

export const networks: fc.Arbitrary<Drawn> = fc
  .record({
    entries: fc.integer({ min: 1, max: 3 }),
    nodes: fc.array(choice, { minLength: 1, maxLength: 5 }),
    exits: fc.array(fc.record({ from: fc.array(fc.nat(), { minLength: 1, maxLength: 2 }), sink: fc.nat() }), {
      minLength: 1,
      maxLength: 4,
    }),
  })
  .map(({ entries, nodes, exits }) => drawn(entries, nodes, exits));

function drawn(
  entries: number,
  choices: readonly Choice[],
  wanted: readonly { readonly from: readonly number[]; readonly sink: number }[],
): Drawn {
  const outlets: NetworkInput[] = Array.from({ length: entries }, (_, entry) => ({ entry }));
  const inputsOf = (picks: readonly number[]) => picks.map((pick) => outlets[pick % outlets.length]!);
  const nodes: NetworkNode[] = [];
  for (const { isRoute, picks, from, isFirst, hasRest } of choices) {
    const [node, inputs] = [nodes.length, inputsOf(from)];
    if (isRoute) {
      const ports = picks.map((pick, n) => ({
        name: `p${n}`,
        when: CONDITIONS[pick % CONDITIONS.length]![0],
      }));
      const all = hasRest ? [{ name: "rest", when: undefined }, ...ports] : ports;
      nodes.push({ name: `route${node}`, from: inputs, match: isFirst ? "first" : "all", ports: all });
      for (const port of [undefined, ...all.keys()]) outlets.push({ node, port });
    } else {
      const stages = picks.map((pick) => KNOWN[pick % KNOWN.length]!.step);
      nodes.push({ name: `stages${node}`, from: inputs, stages });
      outlets.push({ node });
    }
  }
  const exits = wanted.map(({ from, sink }, n): NetworkExit => {
    const declaration = SINKS[sink % SINKS.length];
    const step =
      declaration &&
      ({ declaration, given: { operands: [], options: {} } } as unknown as NetworkExit["sink"]);
    return { name: `sink${n}`, from: inputsOf(from), sink: step };
  });
  const used = [...nodes, ...exits].flatMap(({ from }) => from);
  const isSame = (a: NetworkInput, b: NetworkInput) =>
    "entry" in a ? "entry" in b && a.entry === b.entry : "node" in b && a.node === b.node;
  const isLeft = (one: NetworkInput) => !used.some((other) => isSame(one, other));
  const left = outlets.filter((one) => isLeft(one) && ("entry" in one || one.port === undefined));
  // Nothing is read for nobody.
  exits[0] = { ...exits[0]!, from: [...exits[0]!.from, ...left] };
  const network = {
    entries: Array.from({ length: entries }, (_, n) => ({ name: `source${n}` })),
    nodes,
    exits,
  };
  return {
    network,
    naive: (inputs) => evaluated(network, inputs),
    [fc.toStringMethod]: () => shown(network),
  };
}

/** In a few lines, for a test that fails. */
function shown({ nodes, exits }: Network): string {
  const from = (inputs: readonly NetworkInput[]) => `from ${JSON.stringify(inputs)}`;
  const lines = nodes.map((node, n) =>
    "ports" in node
      ? `${n}: ${node.match} ${JSON.stringify(node.ports)} ${from(node.from)}`
      : `${n}: ${node.stages.map(({ declaration, given }) => `${declaration.name} ${given.operands}`).join(" | ")} ${from(node.from)}`,
  );
  return [...lines, ...exits.map((exit) => `${exit.sink?.declaration.name} ${from(exit.from)}`)].join("\n");
}

function evaluated({ nodes, exits }: Network, inputs: readonly (readonly Event[])[]): Event[][] {
  const outputs: Event[][][] = [];
  const come = (from: readonly NetworkInput[]): Event[] =>
    from.flatMap((input) => {
      if ("entry" in input) return inputs[input.entry]!;
      const ports = outputs[input.node]!;
      return input.port === undefined ? ports.flat() : ports[input.port]!;
    });
  for (const node of nodes) {
    const events = come(node.from);
    if ("stages" in node) {
      const known = node.stages.map((step) => KNOWN.find((one) => one.step === step)!);
      outputs.push([known.reduce((left, { of }) => of(left), events)]);
    } else {
      const test = (when: string | undefined, event: Event) =>
        CONDITIONS.find(([text]) => text === when)![1](event);
      const tried = node.ports.filter(({ when }) => when !== undefined);
      const taking = (event: Event) => {
        const holding = tried.filter(({ when }) => test(when, event));
        if (holding.length === 0) return node.ports.filter(({ when }) => when === undefined);
        return node.match === "first" ? holding.slice(0, 1) : holding;
      };
      const taken = events.map((event) => [event, taking(event)] as const);
      outputs.push(
        node.ports.map((port) => taken.filter(([, by]) => by.includes(port)).map(([event]) => event)),
      );
    }
  }
  return exits.map(({ from }) => come(from));
}

/** Lines of events without a time, one in a few the same as another. */
export const events = fc.array(
  fc.record({ n: fc.integer({ min: 0, max: 60 }), k: fc.constantFrom("a", "b", "c") }),
  { maxLength: 40 },
);
