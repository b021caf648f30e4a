/** Random graphs, as they are written and as they must be read. */
import fc from "fast-check";
import { stringify } from "yaml";
import { registry } from "../../../../../src/commands/registry.js";
import { pipelineOptions } from "../../../../../src/lib/options/common.js";
import { variablesOf } from "../../../../../src/lib/options/variables.js";
import type { Graph } from "../../../../../src/lib/pipeline/contract/graph.js";
import { type ExaminedFile, examinePipelineFile } from "../../../../../src/lib/pipeline/read/yaml.js";

export interface WrittenGraph {
  readonly file: Record<string, unknown>;
  /** The names of its nodes with what they read, and what they are. */
  readonly nodes: Readonly<Record<string, { readonly from: readonly string[]; readonly is: string }>>;
}

const STAGES = [
  "parse",
  "redact",
  { filter: "n > 1" },
  { enrich: { set: ["a=1"] } },
  { use: "tidy" },
  "tidy",
];
const CONDITIONS = ['level == "error"', "n > 1", "has(user)", "true"];

/** Nodes read nodes before them; all that nobody reads comes to the last sink. */
export const writtenGraph: fc.Arbitrary<WrittenGraph> = fc
  .record({
    sources: fc.integer({ min: 1, max: 3 }),
    middle: fc.array(
      fc.record({
        isRoute: fc.boolean(),
        reads: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
        stages: fc.array(fc.constantFrom(...STAGES), { minLength: 1, maxLength: 3 }),
        ports: fc.array(fc.constantFrom(...CONDITIONS), { minLength: 1, maxLength: 3 }),
        hasRest: fc.boolean(),
        match: fc.constantFrom("first", "all", undefined),
      }),
      { maxLength: 6 },
    ),
    sinks: fc.array(
      fc.record({
        reads: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
        required: fc.constantFrom("alone", "together", "optional", undefined),
        onFull: fc.constantFrom("block", "drop-oldest", "drop-newest", undefined),
      }),
      { maxLength: 3 },
    ),
  })
  .map(writtenOf);

interface Drawn {
  readonly sources: number;
  readonly middle: readonly {
    readonly isRoute: boolean;
    readonly reads: readonly number[];
    readonly stages: readonly unknown[];
    readonly ports: readonly string[];
    readonly hasRest: boolean;
    readonly match: string | undefined;
  }[];
  readonly sinks: readonly {
    readonly reads: readonly number[];
    readonly required: string | undefined;
    readonly onFull: string | undefined;
  }[];
}

function writtenOf({ sources, middle, sinks }: Drawn): WrittenGraph {
  const file = { define: { tidy: ["parse"] }, sources: {}, stages: {}, routes: {}, sinks: {} } as {
    [section: string]: Record<string, unknown>;
  };
  const nodes: Record<string, { from: readonly string[]; is: string }> = {};
  const outputs: string[] = [];
  const taken = new Set<string>();
  const readsOf = (picks: readonly number[]) => {
    const from = [...new Set(picks.map((pick) => outputs[pick % outputs.length]!))];
    for (const output of from) taken.add(output);
    return from;
  };
  for (let n = 0; n < sources; n++) {
    file["sources"]![`in${n}`] = { ingest: `${n}.log` };
    nodes[`in${n}`] = { from: [], is: "ingest" };
    outputs.push(`in${n}`);
  }
  for (const [n, { isRoute, reads, stages, ports, hasRest, match }] of middle.entries()) {
    const from = readsOf(reads);
    const name = isRoute ? `route-${n}` : `list_${n}`;
    const to = Object.fromEntries(ports.map((condition, k) => [`p${k}`, condition]));
    if (hasRest) to["rest"] = "otherwise";
    if (isRoute) file["routes"]![name] = { from, to, ...(match && { match }) };
    else file["stages"]![name] = { from: from.length === 1 ? from[0] : from, stages };
    const names = stages.map((each) =>
      each === "tidy" ? "parse" : typeof each === "string" ? each : Object.keys(each as object)[0]!,
    );
    const is = isRoute
      ? `${match ?? "first"} ${Object.keys(to).join(" ")}`
      : names.join(" ").replace("use", "parse");
    nodes[name] = { from, is: is.replaceAll("use", "parse") };
    outputs.push(...(isRoute ? Object.keys(to).map((port) => `${name}.${port}`) : [name]));
  }
  for (const [n, { reads, ...policy }] of sinks.entries()) {
    const from = readsOf(reads);
    const { required, onFull } = policy;
    file["sinks"]![`out${n}`] = {
      from,
      output: `${n}.ndjson`,
      ...(required && { required }),
      ...(onFull && { "on-full": onFull }),
    };
    nodes[`out${n}`] = { from, is: `${n}.ndjson ${required ?? "alone"} ${onFull ?? "block"}` };
  }
  const left = outputs.filter((output) => !taken.has(output));
  const from = left.length === 0 ? [outputs[0]!] : left;
  file["sinks"]!["last"] = { from, sink: "./store" };
  nodes["last"] = { from, is: "sink alone block" };
  return { file, nodes };
}

/** As `WrittenGraph.nodes`. */
export function nodesOf({ sources, stages, routes, sinks }: Graph): WrittenGraph["nodes"] {
  const said = (from: Graph["sinks"][number]["from"]) =>
    from.map(({ node, port }) => (port === undefined ? node : `${node}.${port}`));
  return Object.fromEntries([
    ...sources.map(({ name, step }) => [name, { from: [], is: step!.declaration.name }]),
    ...stages.map((each) => [
      each.name,
      { from: said(each.from), is: each.stages.map(({ declaration }) => declaration.name).join(" ") },
    ]),
    ...routes.map(({ name, from, match, ports }) => [
      name,
      { from: said(from), is: `${match} ${ports.map((port) => port.name).join(" ")}` },
    ]),
    ...sinks.map(({ name, from, step, output, required, onFull }) => [
      name,
      { from: said(from), is: `${step?.declaration.name ?? output} ${required} ${onFull}` },
    ]),
  ]);
}

export function textOf(file: unknown, flow: boolean): string {
  return stringify(file, { collectionStyle: flow ? "flow" : "any" });
}

/** `files`: those that may be included, by path. */
export function examine(text: string, env: Readonly<Record<string, string>> = {}): Promise<ExaminedFile> {
  return examinePipelineFile(text, "p.yaml", registry, undefined, [], pipelineOptions, variablesOf(env));
}
