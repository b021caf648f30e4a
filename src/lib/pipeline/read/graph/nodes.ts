/** Sources, lists of stages and sinks with what stands under them. */
import type { YamlEntry } from "../../../options/yaml.js";
import type { SinkNode, SourceNode, StagesNode } from "../../contract/graph.js";
import type { Step } from "../../contract/pipeline.js";
import type { SinkDeclaration, SourceDeclaration } from "../../contract/stage.js";
import { fault, optionOf } from "../steps.js";
import { fromOf, isSaid, type NodeSurroundings, readStep, reportUnknown } from "./node-parts.js";
import { partsOf, policyIn, policyOf, RATE_LIMIT, rateLimitIn } from "./policy.js";
import { printedProperties, sinkProperties } from "./properties.js";
import { propertiesOf } from "./unknown-names.js";

export async function readSource(
  { key: name, place, value }: YamlEntry,
  files: readonly string[],
  around: NodeSurroundings,
): Promise<SourceNode> {
  const { own, steps } = partsOf(value, { ...RATE_LIMIT }, around.faults);
  const rateLimit = rateLimitIn(own, around, "sources");
  const step = await readStep(steps, "source", { name, files }, around);
  return {
    name,
    place,
    files: step === undefined ? files : [],
    ...(step !== undefined && { step: step as Step<SourceDeclaration> }),
    ...(rateLimit !== undefined && { rateLimit }),
  };
}

const STAGES_KNOWN = ["from", "stages"];

export async function readStages(
  { key: name, place, value }: YamlEntry,
  around: NodeSurroundings,
): Promise<StagesNode> {
  const hint = `write ${name}: { from: NAME, stages: [...] }`;
  if (value.kind !== "map") throw fault(place, `${name} does not say where its events come from`, { hint });
  const { faults, lists } = around;
  const parts = partsOf(value, { from: true, stages: true }, faults);
  const { own, steps } = parts;
  const node = { name, place, known: STAGES_KNOWN, what: "a list of stages" };
  reportUnknown(steps, node, around);
  const list = own.get("stages");
  if (list === undefined && !isSaid("stages", parts, STAGES_KNOWN, around))
    faults.add(fault(place, `${name} has no list of stages`, { hint }));
  const stages = list && (await faults.tryAsync(() => lists.read(list.value)));
  return { name, place, from: fromOf(parts, node, around), stages: stages ?? [] };
}

export async function readSink(
  { key: name, place, value }: YamlEntry,
  around: NodeSurroundings,
): Promise<SinkNode> {
  const { faults } = around;
  if (value.kind !== "map")
    throw fault(place, `${name} does not say where its events come from`, {
      hint: `write ${name}: { from: NAME, sink: ./store }`,
    });
  const known = { from: true, ...RATE_LIMIT, ...sinkProperties, ...printedProperties };
  const parts = partsOf(value, known, faults);
  const { own, steps } = parts;
  const from = fromOf(parts, { name, place, known: propertiesOf("sink"), what: "a sink" }, around);
  const policy = {
    ...policyIn(around.defaults.get("sinks")?.value, faults),
    ...policyOf(own, sinkProperties, faults),
  };
  const rateLimit = rateLimitIn(own, around, "sinks");
  const output = own.get("output");
  const [inside] = steps.filter(({ key }) => around.commands.names.includes(key));
  if (output !== undefined && inside !== undefined)
    faults.add(
      fault(output.place, `"output" stands beside "${inside.key}"`, {
        hint: `write it inside: ${inside.key}: { output: FILE }`,
      }),
    );
  // As of -o: standard output.
  const path = output && faults.try(() => optionOf(output, printedProperties.output, "output"));
  const step = await faults.tryAsync(() => readStep(steps, "sink", { name, files: [] }, around));
  return {
    name,
    place,
    from,
    required: policy.required ?? "alone",
    onFull: policy.onFull ?? "block",
    ...(step !== undefined && { step: step as Step<SinkDeclaration> }),
    ...(step === undefined && path !== undefined && path !== "-" && { output: path as string }),
    ...(rateLimit !== undefined && { rateLimit }),
  };
}
