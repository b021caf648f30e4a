/** What two nodes of one graph must not share: standard input, a checkpoint, a file or a table to write. */
import { resolve } from "node:path";
import type { Graph, SinkNode, SourceNode } from "../../contract/graph.js";
import type { Host } from "../../contract/host.js";
import { fault } from "../steps.js";
import type { Faults } from "./faults.js";

/** What paths of the graph start from. */
export interface GraphPlace {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Adds every fault to `faults`, and returns the warnings. */
export function checkEnds(
  { sources, sinks }: Pick<Graph, "sources" | "sinks">,
  at: GraphPlace,
  faults: Faults,
) {
  for (const kind of SOURCES) shared(sources, kind, at, faults);
  for (const kind of SINKS) shared(sinks, kind, at, faults);
  const printing = sinks.filter((sink) => outputOf(sink, at) === undefined && isPrinting(sink));
  const [first, second] = printing;
  if (first === undefined || second === undefined) return [];
  const reason = `${first.name} and ${second.name} write to standard output: their lines come mixed`;
  return [fault(second.place ?? "", reason, { hint: mergedHint(first, second) })];
}

interface Shared<N> {
  readonly what: (node: N, at: GraphPlace) => string | undefined;
  readonly reason: (first: string, second: string) => string;
  readonly hint: (first: N, second: N) => string;
}

const SOURCES: readonly Shared<SourceNode>[] = [
  {
    what: (node) => (readsInput(node) ? "-" : undefined),
    reason: (first, second) => `${first} and ${second} read standard input: only one can`,
    hint: () => "give one of them files, or let both ways begin at one source",
  },
  {
    what: ({ step }, { cwd }) => pathIn(step?.given.options, "checkpoint", cwd),
    reason: (first, second) => `${first} and ${second} keep their positions in the same checkpoint`,
    hint: () => "give each a file of its own",
  },
];

const SINKS: readonly Shared<SinkNode>[] = [
  {
    what: outputOf,
    reason: (first, second) => `${first} and ${second} write the same file`,
    hint: mergedHint,
  },
  {
    what: (node, at) => tableOf(node, at),
    reason: (first, second) => `${first} and ${second} write the same table`,
    hint: mergedHint,
  },
];

function shared<N extends SourceNode | SinkNode>(
  nodes: readonly N[],
  kind: Shared<N>,
  at: GraphPlace,
  faults: Faults,
): void {
  const seen = new Map<string, N>();
  for (const node of nodes) {
    const what = faults.try(() => kind.what(node, at));
    const before = what === undefined ? undefined : seen.get(what);
    if (what === undefined) continue;
    if (before === undefined) seen.set(what, node);
    else
      faults.add(
        fault(node.place ?? "", kind.reason(before.name, node.name), { hint: kind.hint(before, node) }),
      );
  }
}

/** One sink in the place of two. */
function mergedHint(first: SinkNode, second: SinkNode): string {
  const from = [...first.from, ...second.from].map(({ node, port }) =>
    port === undefined ? node : `${node}.${port}`,
  );
  return `one sink can read all of it: from: [${[...new Set(from)].join(", ")}]`;
}

/** Standard input. */
export function readsInput({ step, files }: SourceNode): boolean {
  if (step === undefined) return files.length === 0 || files.includes("-");
  const { declaration, given } = step;
  return declaration.readsInput?.(given) ?? given.operands.length === 0;
}

function isPrinting({ step }: SinkNode): boolean {
  return step === undefined || (step.declaration.isPrinting?.(step.given) ?? true);
}

/** The file that a sink writes. */
function outputOf({ step, output }: SinkNode, { cwd }: GraphPlace): string | undefined {
  return step === undefined ? pathIn({ output }, "output", cwd) : pathIn(step.given.options, "output", cwd);
}

function pathIn(
  options: Readonly<Record<string, unknown>> | undefined,
  name: string,
  cwd: string,
): string | undefined {
  const given = options?.[name];
  return typeof given === "string" && given !== "-" ? resolve(cwd, given) : undefined;
}

function tableOf({ step }: SinkNode, at: GraphPlace): string | undefined {
  // It looks at names alone: nothing of a host but these.
  return step?.declaration.tableOf?.(step.given, at as Host);
}
