// Enter here: a graph in YAML, and a chain as a graph.
/**
 * A pipeline with named nodes: sources, lists of stages, routes and sinks, each saying where its events come from.
 * All faults of a file are found at once.
 */
import { normalize } from "node:path";
import type { LogpipeError } from "../../../base/errors/index.js";
import type { YamlEntry, YamlValue } from "../../../options/yaml.js";
import type { Graph, RouteNode, SinkNode, SourceNode, StagesNode } from "../../contract/graph.js";
import type { Commands } from "../build.js";
import type { Preset } from "../quoted.js";
import { fault } from "../steps.js";
import { checkEnds, type GraphPlace } from "./ends.js";
import type { Faults } from "./faults.js";
import { Gathering, type GatherSurroundings, GRAPH_KEYS, type Written } from "./gather.js";
import { StageLists, type StageStep } from "./lists.js";
import type { NodeSurroundings } from "./node-parts.js";
import { readSink, readSource, readStages } from "./nodes.js";
import { readJournal } from "./policy.js";
import { readRoute } from "./route.js";
import { checkWiring, type WiredNode } from "./wiring.js";
import { SECTIONS_OF_OTHERS } from "./words-of-others.js";

export interface GraphSurroundings extends GatherSurroundings, GraphPlace {
  readonly commands: Commands;
  readonly preset: Preset;
  /** Given to `run` beside the pipeline: for its only source, or the only one that names none. */
  readonly files: readonly string[];
  /** What was found before, and what is found now. */
  readonly faults: Faults;
}

/** What was read, with all that is wrong with it: where there are faults the graph may lack what has them. */
export interface ReadGraph {
  readonly graph: Graph;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly tests: YamlValue | undefined;
  readonly faults: readonly LogpipeError[];
  readonly warnings: readonly LogpipeError[];
  /** The files that were read, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** All stages that could be read, those of nodes with faults among them. */
  readonly stages: readonly StageStep[];
}

/** Whether the top of a file is that of a graph: not a list, and not one with settings beside it. */
export function isGraph(root: YamlValue): boolean {
  if (root.kind !== "map") return false;
  const only = GRAPH_KEYS.filter((key) => key !== "stages" && key !== "tests");
  const entries = root.entries();
  const isOwn = ({ key, value }: YamlEntry) =>
    (only as readonly string[]).includes(key) || (key === "stages" && value.kind === "map");
  // A file of another program: each part is told what it is called here.
  const isOfOthers = ({ key, value }: YamlEntry) =>
    Object.hasOwn(SECTIONS_OF_OTHERS, key.toLowerCase()) && value.kind !== "scalar";
  const others = entries.filter(isOfOthers);
  const isOther = others.length > 1 || others.some(({ key }) => key === "pipeline");
  return entries.some(isOwn) || (isOther && !entries.some(isList));
}

/** `stages: [...]`, as a file with one list has it. */
function isList({ key, value }: YamlEntry): boolean {
  return (key === "stages" || key === "pipeline") && value.kind === "list";
}

/** Throws nothing but what is no fault of the file. */
export async function readGraph(
  root: YamlValue,
  text: string,
  path: string,
  around: GraphSurroundings,
): Promise<ReadGraph> {
  const { faults } = around;
  const texts = new Map([path, normalize(path)].map((name) => [name, text] as const));
  const written = await new Gathering(around, faults, texts).read(root, path);
  const { commands, preset } = around;
  const lists = new StageLists(written, commands, preset, faults);
  await lists.readDefined();
  const read = await readNodes(
    written,
    { commands, preset, faults, lists, defaults: written.defaults },
    around.files,
  );
  const warnings = [
    ...written.warnings,
    ...checkWiring(
      read.wired,
      {
        root: root.place,
        sections: written.sections,
        twice: written.twice,
        isWhole: written.isWhole,
      },
      faults,
    ),
    ...checkEnds(read, around, faults),
  ];
  const { sources, stages, routes, sinks } = read;
  const journal = readJournal(written.journal, faults);
  return {
    graph: { sources, stages, routes, sinks, journal },
    settings: written.settings,
    tests: written.tests?.value,
    faults: faults.sorted([path, ...texts.keys()]),
    warnings,
    texts,
    stages: lists.steps,
  };
}

interface ReadNodes {
  readonly sources: readonly SourceNode[];
  readonly stages: readonly StagesNode[];
  readonly routes: readonly RouteNode[];
  readonly sinks: readonly SinkNode[];
  readonly wired: ReadonlyMap<string, WiredNode>;
}

async function readNodes(
  { nodes }: Written,
  around: NodeSurroundings,
  files: readonly string[],
): Promise<ReadNodes> {
  const { faults } = around;
  const read = {
    sources: [] as SourceNode[],
    stages: [] as StagesNode[],
    routes: [] as RouteNode[],
    sinks: [] as SinkNode[],
  };
  const wired = new Map<string, WiredNode>();
  const written = [...nodes.values()];
  const sourceCount = written.filter(({ section }) => section === "sources").length;
  for (const { section, entry } of written) {
    const before = faults.count;
    const node = await faults.tryAsync(async () => {
      if (section === "sources") return readSource(entry, sourceCount === 1 ? files : [], around);
      if (section === "stages") return readStages(entry, around);
      return section === "routes" ? readRoute(entry, around) : readSink(entry, around);
    });
    // One with a fault is no whole node: what it lacks is no further fault.
    if (node !== undefined && faults.count === before) (read[section] as (typeof node)[]).push(node);
    const from = node !== undefined && "from" in node && node.from.length > 0 ? node.from : undefined;
    const ports = node !== undefined && "ports" in node && node.ports.length > 0 ? node.ports : undefined;
    wired.set(entry.key, { name: entry.key, place: entry.place, section, from, ports });
  }
  if (files.length > 0 && sourceCount > 1) {
    const place = written.find(({ section }) => section === "sources")!.entry.place;
    faults.add(
      fault(place, `which of the ${sourceCount} sources reads ${files[0]} is not said`, {
        hint: "name files in the sources; only a graph with one source reads those of the command line",
      }),
    );
  }
  return { ...read, wired };
}
