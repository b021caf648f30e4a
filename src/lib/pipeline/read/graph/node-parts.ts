/** What nodes of every kind are read with: where their events come from, the one step of a source or sink. */
import type { YamlEntry } from "../../../options/yaml.js";
import type { NodeOutput } from "../../contract/graph.js";
import type { Step } from "../../contract/pipeline.js";
import type { Commands, PipelinePart } from "../build.js";
import type { Preset } from "../quoted.js";
import { fault, partOf, stepOf } from "../steps.js";
import type { StageLists } from "./lists.js";
import type { Parts, PolicySurroundings } from "./policy.js";
import { meantBy, notHere, propertiesOf, unknownStep } from "./unknown-names.js";
import { STEPS_OF_OTHERS } from "./words-of-others.js";

/** What reading a node needs. */
export interface NodeSurroundings extends PolicySurroundings {
  readonly commands: Commands;
  readonly preset: Preset;
  readonly lists: StageLists;
}

export interface NodeHead {
  readonly name: string;
  readonly place: string;
  /** The names of its properties. */
  readonly known: readonly string[];
  /** "a route". */
  readonly what: string;
}

/** Whether one of the names that nothing has was meant for the property: then it is not missing as well. */
export function isSaid(
  property: string,
  { steps: unknown, isWhole }: Parts,
  known: readonly string[],
  { commands }: NodeSurroundings,
): boolean {
  if (!isWhole) return true;
  return unknown.some(({ key }) =>
    property === "stages" && commands.names.includes(key) ? true : meantBy(key, known) === property,
  );
}

/** Of a node that has properties alone. */
export function reportUnknown(
  unknown: readonly YamlEntry[],
  { name, known, what }: NodeHead,
  { commands, faults }: NodeSurroundings,
): void {
  for (const entry of unknown) {
    const isStep = commands.names.includes(entry.key);
    const place = known.includes("stages") ? "" : "in a node under stages: ";
    const hint = isStep ? `a stage stands in a list: ${place}stages: [{ ${entry.key}: ... }]` : undefined;
    faults.add(notHere(entry, name, known, what, hint));
  }
}

/** Where its events come from; nothing where that cannot be read. */
export function fromOf(
  parts: Parts,
  { name, place, known }: NodeHead,
  around: NodeSurroundings,
): readonly NodeOutput[] {
  const { faults } = around;
  const entry = parts.own.get("from");
  const hint = "write from: NAME, or from: [NAME, ROUTE.OUTPUT]";
  if (entry === undefined || entry.value.kind === "nothing") {
    if (entry !== undefined || !isSaid("from", parts, known, around))
      faults.add(fault(entry?.place ?? place, `${name} does not say where its events come from`, { hint }));
    return [];
  }
  const items = entry.value.kind === "list" ? entry.value.items() : [entry.value];
  if (items.length === 0) faults.add(fault(entry.value.place, `nothing comes to ${name}`, { hint }));
  return items.flatMap((item) => {
    const output = faults.try((): NodeOutput => {
      const [text = ""] = item.texts();
      const [node = "", port, ...more] = text.trim().split(".");
      if (node === "" || port === "" || more.length > 0)
        throw fault(item.place, `"${text}" names no node, and no output of a route`, { hint });
      return { node, ...(port !== undefined && { port }), place: item.place };
    });
    return output === undefined ? [] : [output];
  });
}

interface StepOwner {
  readonly name: string;
  readonly files: readonly string[];
}

/** What a source or sink is, among all that is none of its properties; what else is there is a fault. */
export async function readStep(
  steps: readonly YamlEntry[],
  kind: "source" | "sink",
  { name, files }: StepOwner,
  around: NodeSurroundings,
): Promise<Step<PipelinePart> | undefined> {
  const { commands, faults, preset } = around;
  const known = steps.filter(({ key }) => commands.names.includes(key));
  const kinds = new Map<string, string | undefined>();
  for (const { key } of known) kinds.set(key, (await commands.load(key))?.kind);
  const entry = known.find(({ key }) => kinds.get(key) === kind) ?? known[0];
  for (const other of known)
    if (other !== entry)
      faults.add(
        fault(other.place, `"${other.key}" stands beside "${entry!.key}"`, {
          hint:
            kinds.get(other.key) === "stage"
              ? "a stage stands in a list: write stages: [...] in a node under stages:"
              : `one node is one ${kind}: give it a name of its own`,
        }),
      );
  const properties = propertiesOf(kind);
  const unknown = steps.filter((other) => !known.includes(other));
  // The one that was meant for the source or sink: of the others there are only properties.
  const meant =
    entry === undefined ? unknown.find(({ key }) => meantBy(key, properties) === undefined) : undefined;
  for (const other of unknown)
    faults.add(
      other === meant
        ? await unknownStep(other, kind, commands)
        : notHere(other, name, properties, `a ${kind}`, STEPS_OF_OTHERS[kind][other.key.toLowerCase()]),
    );
  if (entry === undefined) return undefined;
  const named = { name: entry.key, place: entry.place, value: entry.value };
  const declaration = await partOf(named, commands);
  if (declaration.kind !== kind)
    throw fault(entry.place, `${entry.key} is a ${declaration.kind}, and a ${kind} is wanted here`, {
      hint: `${declaration.kind === "stage" ? "stages" : `${declaration.kind}s`} stand under "${declaration.kind}s:"`,
    });
  return stepOf(declaration, named, { index: 0, files }, preset, faults);
}
