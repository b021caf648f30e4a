/** A graph as it is written, for drawings: without what only its plan knows. */
import { formatRate } from "../../../base/rate.js";
import type {
  Graph,
  NodeOutput,
  Outline,
  OutlineEdge,
  RateLimit,
  RoutePort,
  SinkNode,
  SourceNode,
} from "../../contract/graph.js";
import type { Step } from "../../contract/pipeline.js";
import type { AnyDeclaration } from "../../contract/stage.js";

export function outlineOfGraph({ sources, stages, routes, sinks }: Graph): Outline {
  const nodes = [
    ...sources.map((node) => ({
      name: node.name,
      kind: "source" as const,
      title: sourceTitle(node),
      notes: limitNotes(node.rateLimit),
    })),
    ...stages.map(({ name, stages: steps }) => ({
      name,
      kind: "stages" as const,
      title: steps.map(({ declaration }) => declaration.name).join(" -> "),
      notes: [],
    })),
    ...routes.map(({ name, match, ports }) => ({
      name,
      kind: "route" as const,
      title: match === "first" ? "to the first that holds" : "to each that holds",
      notes: ports.map(portText),
    })),
    ...sinks.map((node) => ({
      name: node.name,
      kind: "sink" as const,
      title: sinkTitle(node),
      notes: sinkNotes(node),
    })),
  ];
  const edges = [...stages, ...routes, ...sinks].flatMap(({ name, from }) =>
    from.flatMap((output) => edgesOf(output, name, routes)),
  );
  return { nodes, edges };
}

/** Of a route without a name of its output there is one for each of them. */
function edgesOf({ node, port }: NodeOutput, to: string, routes: Graph["routes"]): readonly OutlineEdge[] {
  const route = routes.find(({ name }) => name === node);
  if (route === undefined) return [{ from: node, to }];
  return route.ports
    .filter(({ name }) => port === undefined || name === port)
    .map((each) => ({ from: node, to, label: portText(each) }));
}

function portText({ name, when }: RoutePort): string {
  return `${name}: ${when ?? "otherwise"}`;
}

/** `ingest access.log`, `standard input`. */
export function sourceTitle({ step, files }: SourceNode): string {
  if (step !== undefined) return stepTitle(step);
  const named = files.filter((file) => file !== "-");
  return named.length === 0 ? "standard input" : named.join(" ");
}

/** `sink ./store`, `standard output`. */
export function sinkTitle({ step, output }: SinkNode): string {
  if (step !== undefined) return stepTitle(step);
  return output === undefined || output === "-" ? "standard output" : output;
}

const SHOWN_OPTIONS = ["store", "table", "to", "output", "command", "address", "url"];

function stepTitle({ declaration, given }: Step<AnyDeclaration>): string {
  const { options } = declaration;
  const shown = SHOWN_OPTIONS.flatMap((name) => {
    const value = (given.options as Readonly<Record<string, unknown>> | undefined)?.[name];
    const isDefault =
      value === undefined || value === (options as Record<string, { default: unknown }>)[name]?.default;
    return isDefault ? [] : [Array.isArray(value) ? value.join(" ") : String(value)];
  });
  return [declaration.name, ...given.operands, ...shown].join(" ");
}

function sinkNotes({ required, onFull, rateLimit }: SinkNode): readonly string[] {
  return [
    ...(required === "alone" ? [] : [`required: ${required}`]),
    ...(onFull === "block" ? [] : [`on-full: ${onFull}`]),
    ...limitNotes(rateLimit),
  ];
}

function limitNotes(limit: RateLimit | undefined): readonly string[] {
  if (limit === undefined) return [];
  const { events, bytes, by, onLimit } = limit;
  const rates = [events, bytes].filter((rate) => rate !== undefined).map(formatRate);
  return [`at most ${rates.join(", ")}${by.length === 0 ? "" : ` by ${by.join(", ")}`}, ${BEYOND[onLimit]}`];
}

const BEYOND: Readonly<Record<RateLimit["onLimit"], string>> = {
  block: "the rest waits",
  drop: "the rest is dropped",
  sample: "a part of the rest",
};
