/** Whether the nodes of a graph are joined as they can be: each name is one, nothing goes round, nothing is left. */
import type { LogpipeError } from "../../../base/errors/index.js";
import { suggest } from "../../../base/suggest.js";
import type { NodeOutput, RoutePort } from "../../contract/graph.js";
import { fault } from "../steps.js";
import type { Faults } from "./faults.js";
import type { Section } from "./gather.js";

/** A node as far as it could be read. */
export interface WiredNode {
  readonly name: string;
  readonly place: string;
  readonly section: Section;
  /** Undefined: it could not be read. */
  readonly from: readonly NodeOutput[] | undefined;
  readonly ports?: readonly RoutePort[] | undefined;
}

/** Where the file begins, and the sections that it has. */
export interface WiringPlace {
  readonly root: string;
  readonly sections: ReadonlySet<Section>;
  /** Names of several nodes: which of them is meant is not known. */
  readonly twice: ReadonlySet<string>;
  /** Whether these are all nodes: where a file is missing, what is not here is no fault. */
  readonly isWhole: boolean;
}

/** Adds every fault to `faults`, and returns the warnings. */
export function checkWiring(
  nodes: ReadonlyMap<string, WiredNode>,
  { root, sections, twice, isWhole }: WiringPlace,
  faults: Faults,
): readonly LogpipeError[] {
  const misspelt = new Set<string>();
  for (const node of nodes.values()) {
    for (const [index, output] of (node.from ?? []).entries()) {
      if (twice.has(output.node)) continue;
      if (!isWhole && !nodes.has(output.node)) continue;
      const wrong = outputFault(output, node, nodes, misspelt) ?? repeated(output, node, index);
      if (wrong !== undefined) faults.add(wrong);
    }
  }
  for (const cycle of cyclesOf(nodes)) faults.add(cycle);
  if (!isWhole) return [];
  const all = [...nodes.values()];
  for (const section of ["sources", "sinks"] as const) {
    // One that is there and cannot be read has a fault of its own.
    if (!sections.has(section) && !all.some((node) => node.section === section))
      faults.add(fault(root, `the graph has no ${section}`, { hint: HINTS[section] }));
  }
  // What a node that could not be read may read is not known.
  if (all.some(({ section, from }) => section !== "sources" && from === undefined)) return [];
  return unread(all, new Set([...misspelt, ...twice]), faults);
}

const HINTS = {
  sources: "write sources: { main: { ingest: access.log } }",
  sinks: "write sinks: { main: { from: NAME, sink: ./store } }; a sink with from alone is standard output",
};

function outputFault(
  { node: name, port, place = "" }: NodeOutput,
  reader: WiredNode,
  nodes: ReadonlyMap<string, WiredNode>,
  misspelt: Set<string>,
): LogpipeError | undefined {
  const node = nodes.get(name);
  if (node === undefined) {
    const names = [...nodes.values()].filter(
      ({ section, name: n }) => section !== "sinks" && n !== reader.name,
    );
    const suggestion = suggest(
      name,
      names.map((each) => each.name),
    );
    if (suggestion !== undefined) misspelt.add(suggestion);
    return fault(place, `no node is called "${name}"`, {
      suggestion: suggestion && port !== undefined ? `${suggestion}.${port}` : suggestion,
      hint: names.length === 0 ? undefined : `there are ${names.map((each) => each.name).join(", ")}`,
    });
  }
  if (node.section === "sinks")
    return fault(place, `${name} is a sink: nothing comes out of it`, { hint: `name what ${name} reads` });
  if (port === undefined) return undefined;
  if (node.section !== "routes")
    return fault(place, `${name} is no route: it has no output called "${port}"`, { hint: `write ${name}` });
  if (node.ports === undefined || node.ports.some((each) => each.name === port)) return undefined;
  const ports = node.ports.map((each) => each.name);
  const suggestion = suggest(port, ports);
  if (suggestion !== undefined) misspelt.add(`${name}.${suggestion}`);
  return fault(place, `the route ${name} has no output "${port}"`, {
    suggestion: suggestion && `${name}.${suggestion}`,
    hint: `it has ${ports.map((each) => `${name}.${each}`).join(", ")}`,
  });
}

/** The same events would come twice. */
function repeated({ node, port, place = "" }: NodeOutput, { name, from }: WiredNode, index: number) {
  const before = from!
    .slice(0, index)
    .find((each) => each.node === node && (each.port ?? port) === (port ?? each.port));
  if (before === undefined) return undefined;
  return fault(place, `${said({ node, port })} comes to ${name} twice`, { hint: "name it once" });
}

function said({ node, port }: NodeOutput): string {
  return port === undefined ? node : `${node}.${port}`;
}

/** Each way round once, at the name that closes it. Not recursive: a graph may be long. */
function cyclesOf(nodes: ReadonlyMap<string, WiredNode>): readonly LogpipeError[] {
  const found: LogpipeError[] = [];
  const done = new Set<string>();
  for (const start of nodes.keys()) {
    const way: { name: string; next: number }[] = [];
    const open = new Set<string>();
    const enter = (name: string) => {
      way.push({ name, next: 0 });
      open.add(name);
    };
    if (!done.has(start)) enter(start);
    while (way.length > 0) {
      const at = way.at(-1)!;
      const output = nodes.get(at.name)!.from?.[at.next++];
      if (output === undefined) {
        done.add(at.name);
        open.delete(at.name);
        way.pop();
      } else if (open.has(output.node))
        found.push(
          cycle(
            output,
            way.map(({ name }) => name),
          ),
        );
      else if (nodes.has(output.node) && !done.has(output.node)) enter(output.node);
    }
  }
  return found;
}

/** `way` goes against the events. */
function cycle({ node, place = "" }: NodeOutput, way: readonly string[]): LogpipeError {
  const round = [...way.slice(way.indexOf(node)), node].reverse();
  return fault(place, `the events would go round: ${round.join(" -> ")}`, {
    hint: "every node gets its events from nodes before it",
  });
}

const NOUNS: Readonly<Record<Section, string>> = {
  sources: "source",
  stages: "node",
  routes: "route",
  sinks: "sink",
};

/** Nodes whose events nobody takes are faults; outputs of routes, warnings. */
function unread(
  all: readonly WiredNode[],
  misspelt: ReadonlySet<string>,
  faults: Faults,
): readonly LogpipeError[] {
  const taken = new Set(
    all.flatMap(({ from = [] }) => from.flatMap((output) => [said(output), output.node])),
  );
  const whole = new Set(
    all.flatMap(({ from = [] }) => from.flatMap(({ node, port }) => (port === undefined ? [node] : []))),
  );
  const warnings: LogpipeError[] = [];
  for (const { name, place, section, ports = [] } of all) {
    if (section === "sinks" || misspelt.has(name)) continue;
    if (!taken.has(name)) {
      faults.add(
        fault(place, `nothing reads the ${NOUNS[section]} ${name}`, {
          hint: `name it in the from of another node, or leave it out`,
        }),
      );
      continue;
    }
    for (const port of whole.has(name) ? [] : ports) {
      const full = `${name}.${port.name}`;
      if (taken.has(full) || misspelt.has(full)) continue;
      warnings.push(
        fault(port.place ?? place, `events of ${full} go nowhere: they are dropped, and counted`, {
          hint: `name ${full} in the from of a node`,
        }),
      );
    }
  }
  return warnings;
}
