/** A route: its outputs, and the condition of each. */
import { failure, type LogpipeError } from "../../../base/errors/index.js";
import { FieldSet } from "../../../event/rows/rows.js";
import { compileExpression } from "../../../expression/expression.js";
import type { YamlEntry } from "../../../options/yaml.js";
import type { RouteNode, RoutePort } from "../../contract/graph.js";
import { fault, optionOf } from "../steps.js";
import type { Faults } from "./faults.js";
import { checkName } from "./gather.js";
import { fromOf, isSaid, type NodeSurroundings, reportUnknown } from "./node-parts.js";
import { partsOf } from "./policy.js";
import { routeProperties } from "./properties.js";

const KNOWN = ["from", "match", "to"];

export function readRoute({ key: name, place, value }: YamlEntry, around: NodeSurroundings): RouteNode {
  const { faults } = around;
  if (value.kind !== "map")
    throw fault(place, `${name} does not say where its events come from, and where they go`, {
      hint: `write ${name}: { from: NAME, to: { errors: 'level == "error"', rest: otherwise } }`,
    });
  const parts = partsOf(value, { from: true, match: true, to: true }, faults);
  const { own, steps } = parts;
  const node = { name, place, known: KNOWN, what: "a route" };
  reportUnknown(steps, node, around);
  const match = own.get("match");
  const matched = match && faults.try(() => optionOf(match, routeProperties.match, "match"));
  const to = own.get("to");
  const isMisspelt = to === undefined && isSaid("to", parts, KNOWN, around);
  const ports = isMisspelt ? [] : faults.try(() => portsOf(to, name, place, faults));
  return {
    name,
    place,
    from: fromOf(parts, node, around),
    match: (matched ?? "first") as RouteNode["match"],
    ports: ports ?? [],
  };
}

function portsOf(
  entry: YamlEntry | undefined,
  name: string,
  place: string,
  faults: Faults,
): readonly RoutePort[] {
  const hint = `write to: { errors: 'level == "error"', rest: otherwise }`;
  const entries = entry === undefined ? [] : entry.value.entries();
  if (entries.length === 0) throw fault(entry?.place ?? place, `the route ${name} has no outputs`, { hint });
  const ports: RoutePort[] = [];
  for (const each of entries) {
    const port = faults.try(() => portOf(each));
    const other = port?.when === undefined && ports.find(({ when }) => when === undefined);
    if (port !== undefined && other)
      faults.add(
        fault(each.place, `two outputs of ${name} take what no other takes: ${other.name} and ${port.name}`, {
          hint: "give one of them a condition",
        }),
      );
    // A port with a fault is a port: what reads it is no further fault.
    ports.push(port ?? { name: each.key, when: "true", place: each.place });
  }
  return ports;
}

function portOf(entry: YamlEntry): RoutePort {
  const { key: name, place, value } = entry;
  checkName(entry, "an output");
  if (value.kind !== "scalar")
    throw fault(value.kind === "nothing" ? place : value.place, `${name} has no condition`, {
      hint: `write ${name}: 'status >= 400', or ${name}: otherwise`,
    });
  const text = value.texts()[0]!;
  if (text.trim() === "otherwise") return { name, when: undefined, place };
  try {
    compileExpression(text, new FieldSet(), name, { isCondition: true, nowMs: () => 0 });
  } catch (error) {
    const { message, help } = error as LogpipeError;
    throw failure("usage.file", { place: value.place, reason: message, hint: help }, error);
  }
  return { name, when: text, place };
}
