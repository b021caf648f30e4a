/** Decides how a pipeline runs: which stages go to worker threads, what the engine adds, in words for `--explain`. */
import { countOf } from "../../base/size.js";
import type { Pipeline, RunOptions } from "../contract/pipeline.js";
import type { Network } from "./network/network.js";
import { type NetworkPlan, planNetwork } from "./network/plan-network.js";
import type { WiredLink } from "./network/wiring.js";

/** The plan of a chain: a network with one of each. */
export function planPipeline(pipeline: Pipeline, options: RunOptions): NetworkPlan {
  return planNetwork(networkOf(pipeline), options);
}

function networkOf({ stages, sink }: Pipeline): Network {
  return {
    entries: [{}],
    nodes: [{ from: [{ entry: 0 }], stages }],
    exits: [{ from: [{ node: 0 }], sink }],
  };
}

/** The plan as lines of text, the same for the same pipeline and machine. */
export function explainPlan(pipeline: Pipeline, options: RunOptions): string {
  const plan = planPipeline(pipeline, options);
  const lines = [`source  ${sourceName(pipeline)}`];
  const inWorkers = plan.workers > 0 ? plan.spreadInWorkers : plan.spread;
  const spread = shown(inWorkers.links, pipeline.source !== undefined);
  const [first] = pipeline.stages;
  if (first?.declaration.parsesLogs !== undefined && pipeline.source === undefined)
    lines.push(`stages  parse  (where the first lines are log lines, CSV or JSON over several lines)`);
  if (spread.length > 0) {
    const where =
      plan.workers > 0
        ? `fused, in ${countOf(plan.workers, "worker")} once the input passes 2 MiB, order kept`
        : "fused, on the main thread";
    lines.push(`stages  ${spread.join(" -> ")}  (${where})`);
  }
  const serial = shown(plan.serial.links, true);
  if (serial.length > 0)
    lines.push(`stages  ${serial.join(" -> ")}  (fused, on the main thread: keeps state)`);
  lines.push(`sink    ${sinkName(pipeline, options)}`);
  return `${lines.join("\n")}\n`;
}

function shown(links: readonly WiredLink[], isFramed: boolean): readonly string[] {
  return links.flatMap(({ what }) => {
    if (what.kind === "route") return ["route"];
    if (what.kind === "builtin")
      return what.step.name === "watch" || (what.step.name === "frame" && !isFramed) ? [] : [what.step.name];
    const { name } = what.step.declaration;
    return [what.kind === "half" ? `first half of ${name}` : name];
  });
}

function sourceName({ source, files }: Pipeline): string {
  if (source !== undefined) return [source.declaration.name, ...source.given.operands].join(" ");
  return files.length === 0 ? "standard input" : files.join(", ");
}

function sinkName({ sink }: Pipeline, options: RunOptions): string {
  if (sink === undefined) {
    const { output = "standard output", result } = options;
    const packed = result?.packing === undefined ? "" : `, packed as ${result.packing}`;
    return result?.format === undefined ? `${output}${packed}` : `${result.format} to ${output}${packed}`;
  }
  return [sink.declaration.name, ...sink.given.operands].join(" ");
}
