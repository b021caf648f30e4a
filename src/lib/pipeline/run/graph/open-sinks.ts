/** Opens the sinks of a graph. */
import { resultTarget } from "../../../options/result-format.js";
import type { Graph, SinkNode } from "../../contract/graph.js";
import type { Host } from "../../contract/host.js";
import type { RunOptions } from "../../contract/pipeline.js";
import type { Sink } from "../../contract/sink.js";
import { openSink } from "../open-sink.js";

/** A sink without a step prints as the stages right before it have it. */
export function openGraphSink(
  { step, output, from }: SinkNode,
  { stages }: Graph,
  options: RunOptions,
  host: Host,
): Promise<Sink> {
  const [only, second] = from;
  const before = second === undefined ? stages.find(({ name }) => name === only?.node) : undefined;
  const pipeline = {
    files: [],
    stages: before?.stages ?? [],
    ...(step !== undefined && { sink: step }),
  };
  const { output: _, result: __, ...others } = options;
  if (step !== undefined) return openSink(pipeline, others, host);
  if (output === undefined) return openSink(pipeline, options, host);
  const result = resultTarget(undefined, output);
  return openSink(pipeline, { ...others, output, ...(result !== undefined && { result }) }, host);
}
