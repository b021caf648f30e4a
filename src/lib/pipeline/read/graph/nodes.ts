/** Sources, lists of stages, routes and sinks with what stands under them. */
import { failure, type LogpipeError } from "../../../base/errors/index.js";
import type { Rate } from "../../../base/rate.js";
import { suggest } from "../../../base/suggest.js";
import { FieldSet } from "../../../event/rows/rows.js";
import { compileExpression } from "../../../expression/expression.js";
import type { Options } from "../../../options/options.js";
import type { YamlEntry, YamlValue } from "../../../options/yaml.js";
import type {
  JournalSettings,
  NodeOutput,
  RateLimit,
  RouteNode,
  RoutePort,
  SinkNode,
  SourceNode,
  StagesNode,
} from "../../contract/graph.js";
import type { Step } from "../../contract/pipeline.js";
import type { SinkDeclaration, SourceDeclaration } from "../../contract/stage.js";
import type { Commands, PipelinePart } from "../build.js";
import type { Preset } from "../quoted.js";
import { fault, optionName, optionOf, partOf, stepOf } from "../steps.js";
import type { Faults } from "./faults.js";
import { checkName } from "./gather.js";
import type { StageLists } from "./lists.js";
import {
  journalProperties,
  printedProperties,
  rateLimitOf,
  rateProperties,
  routeProperties,
  sinkProperties,
} from "./properties.js";
import { STEPS_OF_OTHERS } from "./words-of-others.js";

/** What reading a node needs. */
export interface NodeSurroundings {
  readonly commands: Commands;
  readonly preset: Preset;
  readonly faults: Faults;
  readonly lists: StageLists;
  readonly defaults: ReadonlyMap<string, YamlEntry>;
}

export async function readSource(
  { key: name, place, value }: YamlEntry,
  files: readonly string[],
  around: NodeSurroundings,
): Promise<SourceNode> {
  const parts = partsOf(value, { ...RATE_LIMIT });
  const rateLimit = rateLimitIn(parts.own, around, "sources");
  const step = await readStep(parts.steps, "source", { name, place, files }, around);
  return {
    name,
    place,
    files: step === undefined ? files : [],
    ...(step !== undefined && { step: step as Step<SourceDeclaration> }),
    ...(rateLimit !== undefined && { rateLimit }),
  };
}

export async function readStages(
  { key: name, place, value }: YamlEntry,
  around: NodeSurroundings,
): Promise<StagesNode> {
  if (value.kind !== "map")
    throw fault(place, `${name} does not say where its events come from`, {
      hint: `write ${name}: { from: NAME, stages: [...] }`,
    });
  const { own, steps } = partsOf(value, { from: true, stages: true });
  for (const entry of steps) around.faults.add(notHere(entry, name, ["from", "stages"], "stages"));
  const from = around.faults.try(() => fromOf(own.get("from"), name, place));
  const list = own.get("stages");
  if (list === undefined)
    throw fault(place, `${name} has no list of stages`, {
      hint: `write ${name}: { from: NAME, stages: [...] }`,
    });
  return { name, place, from: from ?? [], stages: await around.lists.read(list.value) };
}

export function readRoute({ key: name, place, value }: YamlEntry, around: NodeSurroundings): RouteNode {
  const { faults } = around;
  if (value.kind !== "map")
    throw fault(place, `${name} does not say where its events come from, and where they go`, {
      hint: `write ${name}: { from: NAME, to: { errors: 'level == "error"', rest: otherwise } }`,
    });
  const { own, steps } = partsOf(value, { from: true, match: true, to: true });
  for (const entry of steps) faults.add(notHere(entry, name, ["from", "match", "to"], "a route"));
  const from = faults.try(() => fromOf(own.get("from"), name, place));
  const match = own.get("match");
  const matched = match && faults.try(() => optionOf(match, routeProperties.match, "match"));
  const ports = faults.try(() => portsOf(own.get("to"), name, place, faults));
  return {
    name,
    place,
    from: from ?? [],
    match: (matched ?? "first") as RouteNode["match"],
    ports: ports ?? [],
  };
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
  const { own, steps } = partsOf(value, known);
  const from = faults.try(() => fromOf(own.get("from"), name, place));
  const policy = {
    ...policyIn(around.defaults.get("sinks")?.value, around),
    ...policyOf(own, sinkProperties, faults),
  };
  const rateLimit = rateLimitIn(own, around, "sinks");
  const output = own.get("output");
  if (output !== undefined && steps.length > 0)
    faults.add(
      fault(output.place, `"output" stands beside "${steps[0]!.key}"`, {
        hint: `write it inside: ${steps[0]!.key}: { output: FILE }`,
      }),
    );
  // As of -o: standard output.
  const path = output && faults.try(() => optionOf(output, printedProperties.output, "output"));
  const step = await faults.tryAsync(() => readStep(steps, "sink", { name, place, files: [] }, around));
  return {
    name,
    place,
    from: from ?? [],
    required: policy.required ?? "alone",
    onFull: policy.onFull ?? "block",
    ...(step !== undefined && { step: step as Step<SinkDeclaration> }),
    ...(step === undefined && path !== undefined && path !== "-" && { output: path as string }),
    ...(rateLimit !== undefined && { rateLimit }),
  };
}

/** `journal: none`, or its settings. */
export function readJournal(entry: YamlEntry | undefined, faults: Faults): JournalSettings {
  if (entry === undefined) return { mode: "auto" };
  const { place, value } = entry;
  if (value.kind !== "map") {
    const mode = faults.try(() => optionOf(entry, journalProperties.mode, "journal"));
    return { mode: (mode ?? "auto") as JournalSettings["mode"], place };
  }
  const { own, steps } = partsOf(value, journalProperties);
  for (const each of steps)
    faults.add(notHere(each, "journal", Object.keys(journalProperties), "the journal"));
  const { mode, directory, limit } = policyOf(own, journalProperties, faults);
  return {
    mode: mode ?? "auto",
    ...(directory !== undefined && { directory }),
    ...(limit !== undefined && { limitBytes: limit }),
    place,
  };
}

const RATE_LIMIT = { rateLimit: true } as const;

interface Parts {
  /** The node's own properties, by their names in the program. */
  readonly own: ReadonlyMap<string, YamlEntry>;
  /** What is none of them: the step, where there is one. */
  readonly steps: readonly YamlEntry[];
}

function partsOf(value: YamlValue, known: Readonly<Record<string, unknown>>): Parts {
  if (value.kind === "nothing") return { own: new Map(), steps: [] };
  if (value.kind === "scalar") {
    const { place, line } = value;
    return { own: new Map(), steps: [{ key: value.texts()[0]!, place, line, value: NOTHING(value) }] };
  }
  const own = new Map<string, YamlEntry>();
  const steps: YamlEntry[] = [];
  for (const entry of value.entries()) {
    const name = optionName(entry.key, known as Options);
    const before = name === undefined ? undefined : own.get(name);
    if (before !== undefined) throw fault(entry.place, `"${entry.key}" stands beside "${before.key}"`);
    if (name === undefined) steps.push(entry);
    else own.set(name, entry);
  }
  return { own, steps };
}

/** What stands under a name that has nothing under it. */
function NOTHING({ place, line }: YamlValue): YamlValue {
  return { kind: "nothing", place, line, texts: () => [], items: () => [], entries: () => [] };
}

interface StepOwner {
  readonly name: string;
  readonly place: string;
  readonly files: readonly string[];
}

async function readStep(
  steps: readonly YamlEntry[],
  kind: "source" | "sink",
  owner: StepOwner,
  around: NodeSurroundings,
): Promise<Step<PipelinePart> | undefined> {
  const [entry, second] = steps;
  if (entry === undefined) return undefined;
  if (second !== undefined) {
    const isKnown = around.commands.names.includes(second.key);
    const wrong = isKnown
      ? second
      : (steps.find(({ key }) => !around.commands.names.includes(key)) ?? second);
    throw isKnown && around.commands.names.includes(entry.key)
      ? fault(second.place, `"${second.key}" stands beside "${entry.key}"`, {
          hint: `one node is one ${kind}: give it a name of its own`,
        })
      : notHere(wrong, owner.name, propertiesOf(kind), `a ${kind}`);
  }
  const named = { name: entry.key, place: entry.place, value: entry.value };
  if (!around.commands.names.includes(entry.key)) throw await unknownStep(entry, kind, around.commands);
  const declaration = await partOf(named, around.commands);
  if (declaration.kind !== kind)
    throw fault(entry.place, `${entry.key} is a ${declaration.kind}, and a ${kind} is wanted here`, {
      hint: `${declaration.kind === "stage" ? "stages" : `${declaration.kind}s`} stand under "${declaration.kind}s:"`,
    });
  return stepOf(declaration, named, { index: 0, files: owner.files }, around.preset);
}

function propertiesOf(kind: "source" | "sink"): readonly string[] {
  return kind === "source" ? ["rate-limit"] : ["from", "required", "on-full", "rate-limit", "output"];
}

async function unknownStep(
  { key, place }: YamlEntry,
  kind: "source" | "sink",
  commands: Commands,
): Promise<LogpipeError> {
  const own = STEPS_OF_OTHERS[kind][key.toLowerCase()];
  if (own !== undefined) return fault(place, `unknown ${kind} "${key}"`, { hint: own });
  const names: string[] = [];
  for (const name of commands.names) if ((await commands.load(name))?.kind === kind) names.push(name);
  return fault(place, `unknown ${kind} "${key}"`, {
    suggestion: suggest(key, [...names, ...propertiesOf(kind)]),
    hint: `there are ${names.join(", ")}`,
  });
}

function notHere(
  { key, place }: YamlEntry,
  name: string,
  known: readonly string[],
  what: string,
): LogpipeError {
  if (key === "inputs" && known.includes("from"))
    return fault(place, `${name} has nothing called "inputs"`, {
      suggestion: "from",
      hint: "here it is called from: NAME, or from: [NAME, ROUTE.OUTPUT]",
    });
  return fault(place, `${name} has nothing called "${key}"`, {
    suggestion: suggest(key, known),
    hint: `${what} has ${known.join(", ")}`,
  });
}

function fromOf(entry: YamlEntry | undefined, name: string, place: string): readonly NodeOutput[] {
  const hint = "write from: NAME, or from: [NAME, ROUTE.OUTPUT]";
  if (entry === undefined || entry.value.kind === "nothing")
    throw fault(entry?.place ?? place, `${name} does not say where its events come from`, { hint });
  const items = entry.value.kind === "list" ? entry.value.items() : [entry.value];
  if (items.length === 0) throw fault(entry.value.place, `nothing comes to ${name}`, { hint });
  return items.map((item) => {
    const [text = ""] = item.texts();
    const [node = "", port, ...more] = text.trim().split(".");
    if (node === "" || port === "" || more.length > 0)
      throw fault(item.place, `"${text}" names no node, and no output of a route`, { hint });
    return { node, ...(port !== undefined && { port }), place: item.place };
  });
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

function policyOf<O extends Options>(
  own: ReadonlyMap<string, YamlEntry>,
  options: O,
  faults: Faults,
  // biome-ignore lint/suspicious/noExplicitAny: the values are those of the options
): { readonly [K in keyof O]?: any } {
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(options)) {
    const entry = own.get(name);
    const value = entry && faults.try(() => optionOf(entry, option, name));
    if (value !== undefined) values[name] = value;
  }
  return values as { readonly [K in keyof O]?: unknown };
}

function policyIn(value: YamlValue | undefined, { faults }: NodeSurroundings) {
  if (value === undefined) return {};
  const found = faults.try(() => partsOf(value, { ...RATE_LIMIT, ...sinkProperties }));
  const { own, steps } = found ?? { own: new Map(), steps: [] };
  for (const each of steps)
    faults.add(notHere(each, "sinks", ["required", "on-full", "rate-limit"], "the defaults of sinks"));
  return policyOf(own, sinkProperties, faults);
}

/** Its own, else that of the defaults of its kind. */
function rateLimitIn(
  own: ReadonlyMap<string, YamlEntry>,
  { faults, defaults }: NodeSurroundings,
  section: "sources" | "sinks",
): RateLimit | undefined {
  const value = defaults.get(section)?.value;
  const known = section === "sources" ? RATE_LIMIT : { ...RATE_LIMIT, ...sinkProperties };
  const general = value === undefined ? undefined : faults.try(() => partsOf(value, known));
  if (section === "sources")
    for (const each of general?.steps ?? [])
      faults.add(notHere(each, "sources", ["rate-limit"], "the defaults of sources"));
  const entry = own.get("rateLimit") ?? general?.own.get("rateLimit");
  return entry && faults.try(() => readRateLimit(entry, faults));
}

function readRateLimit(entry: YamlEntry, faults: Faults): RateLimit | undefined {
  if (entry.value.kind === "scalar") {
    const events = optionOf(entry, rateProperties.events, "rateLimit") as Rate;
    return rateLimitOf({ events });
  }
  const { own, steps } = partsOf(entry.value, rateProperties);
  for (const each of steps) faults.add(notHere(each, "rate-limit", Object.keys(rateProperties), "a limit"));
  const given = policyOf(own, rateProperties, faults);
  if (!own.has("events") && !own.has("bytes"))
    throw fault(entry.place, "the limit says neither events nor bytes", {
      hint: "write rate-limit: { events: 1000/s }",
    });
  const sampling = own.get("sampleOneIn");
  if (sampling !== undefined && given.onLimit !== "sample")
    faults.add(
      fault(sampling.place, `"${sampling.key}" has no effect without on-limit: sample`, {
        hint: "leave it out",
      }),
    );
  return rateLimitOf(given);
}
