/** A chain as a graph: the one shape that everything runs as. */
import type { Graph } from "../../contract/graph.js";
import type { Pipeline } from "../../contract/pipeline.js";

export interface ChainNames {
  readonly source: string;
  readonly stages: string;
  readonly sink: string;
}

const NAMES: ChainNames = { source: "source", stages: "stages", sink: "sink" };

/**
 * One source, its stages where there are any, one sink. Without a step the source is the files, or standard input, and
 * the sink standard output.
 */
export function graphOfPipeline(
  { source, files, stages, sink }: Pipeline,
  names: Partial<ChainNames> = {},
): Graph {
  const called = { ...NAMES, ...names };
  const hasStages = stages.length > 0;
  const placeOf = (step: { readonly place?: string } | undefined) =>
    step?.place === undefined ? {} : { place: step.place };
  return {
    sources: [
      { name: called.source, files, ...(source !== undefined && { step: source }), ...placeOf(source) },
    ],
    stages: hasStages
      ? [{ name: called.stages, from: [{ node: called.source }], stages, ...placeOf(stages[0]) }]
      : [],
    routes: [],
    sinks: [
      {
        name: called.sink,
        from: [{ node: hasStages ? called.stages : called.source }],
        required: "alone",
        onFull: "block",
        ...(sink !== undefined && { step: sink }),
        ...placeOf(sink),
      },
    ],
    journal: { mode: "auto" },
  };
}

/**
 * The graph as a chain, where it is one: a row of nodes without a route, a limit or a policy of its own. Undefined
 * where it is not.
 */
export function pipelineOfGraph({ sources, stages, routes, sinks, journal }: Graph): Pipeline | undefined {
  const [source, ...otherSources] = sources;
  const [sink, ...otherSinks] = sinks;
  if (
    source === undefined ||
    sink === undefined ||
    otherSources.length + otherSinks.length + routes.length > 0
  )
    return undefined;
  if (source.rateLimit !== undefined || sink.rateLimit !== undefined || sink.output !== undefined)
    return undefined;
  if (journal.mode !== "auto" || journal.directory !== undefined) return undefined;
  const row: (typeof stages)[number][] = [];
  for (let at = sink.from; ; at = row[0]!.from) {
    if (at.length !== 1) return undefined;
    const before = stages.find(({ name }) => name === at[0]!.node);
    if (before === undefined) break;
    row.unshift(before);
  }
  if (row.length !== stages.length) return undefined;
  return {
    files: source.files,
    stages: row.flatMap((node) => node.stages),
    ...(source.step !== undefined && { source: source.step }),
    ...(sink.step !== undefined && { sink: sink.step }),
  };
}
