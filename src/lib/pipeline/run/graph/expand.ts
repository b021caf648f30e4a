/** What the planner puts into a graph: the stages that sinks ask for, and the limits of sources and sinks. */
import { isExpanding } from "../../contract/expansion.js";
import type { Graph, SinkNode, StagesNode } from "../../contract/graph.js";
import type { Step } from "../../contract/pipeline.js";
import type { StageDeclaration } from "../../contract/stage.js";

/** Names of a graph have no dots: what is added has one. */
const ADDED = ".stages";

/** A second time changes nothing. */
export async function expanded(graph: Graph): Promise<Graph> {
  const stages: StagesNode[] = [...graph.stages];
  const sinks: SinkNode[] = [];
  for (const node of graph.sinks) {
    const name = `${node.name}${ADDED}`;
    const isDone = stages.some((other) => other.name === name);
    const added = isDone ? [] : await stagesOfSink(node);
    if (added.length === 0) sinks.push(node);
    else {
      stages.push({ name, place: node.place, from: node.from, stages: added });
      sinks.push({ ...node, from: [{ node: name }] });
    }
  }
  return { ...graph, stages, sinks };
}

/** `view --level warn+`: it is asked of the sink, and done right before it. */
async function stagesOfSink({ step }: SinkNode): Promise<readonly Step<StageDeclaration>[]> {
  if (step === undefined || !isExpanding(step.declaration)) return [];
  return step.declaration.stagesBefore(step.given);
}
