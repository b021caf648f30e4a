// Enter here: the JSON Schema of pipeline files, for editors.
/**
 * Made from the declarations of all commands: names, summaries, choices and defaults are those of the help. Draft 7,
 * which the YAML servers of editors read. It knows shapes and names; what only reading tells (`run --check`) it lets
 * pass.
 */
import type { AnyOption, Options } from "../../../options/options.js";
import type {
  AnyDeclaration,
  SinkDeclaration,
  SourceDeclaration,
  StageDeclaration,
} from "../../contract/stage.js";
import {
  journalProperties,
  printedProperties,
  rateProperties,
  routeProperties,
  sinkProperties,
} from "../graph/properties.js";

export type Schema = Readonly<Record<string, unknown>>;
type Part = SourceDeclaration | StageDeclaration | SinkDeclaration;

/** `settings`: what may stand at the top of a file beside its stages. */
export function pipelineFileSchema(declarations: readonly AnyDeclaration[], settings: Options): Schema {
  const parts = declarations.filter((each): each is Part => each.kind !== "command");
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "A pipeline of logpipe",
    anyOf: [ref("chain"), fileSchema(settings)],
    definitions: {
      ...COMMON,
      chain: { type: "array", minItems: 1, items: ref("step") },
      step: stepSchema(
        parts,
        parts.map(({ name }) => name),
      ),
      stageList: { anyOf: [ref("stageStep"), { type: "array", minItems: 1, items: ref("stageStep") }] },
      stageStep: stepSchema(
        parts.filter(({ kind }) => kind === "stage"),
        undefined,
        { use: { description: "a list of stages of define", ...SCALARS } },
      ),
      ...nodeSchemas(parts),
      ...Object.fromEntries(parts.map((part) => [valueName(part), valueSchema(part)])),
    },
  };
}

/** A value may be, or hold, a variable: whatever it must be otherwise. */
const VARIABLE = { type: "string", pattern: "\\$\\{" };
const SCALAR = { type: ["string", "number", "boolean"] };
const SCALARS = { anyOf: [SCALAR, { type: "array", items: SCALAR }] };
const NAME = "^[A-Za-z_][A-Za-z0-9_-]{0,63}$";

const COMMON = {
  from: {
    description: "where its events come from: a node, ROUTE.OUTPUT, or several",
    anyOf: [
      { type: "string", minLength: 1 },
      { type: "array", minItems: 1, items: { type: "string", minLength: 1 } },
    ],
  },
  rateLimit: {
    description: "how much comes through, in events and bytes a second",
    anyOf: [{ type: "string" }, object(propertiesOf(rateProperties))],
  },
} as const;

function fileSchema(settings: Options): Schema {
  const nodes = (name: string) => named(ref(name));
  return object({
    ...propertiesOf(settings),
    include: { description: "files whose nodes and lists belong to this one", ...SCALARS },
    define: { description: "lists of stages that are used by name", ...named(ref("stageList")) },
    sources: { description: "where events come from", ...nodes("source") },
    stages: { description: "what is done with events, in order", anyOf: [ref("chain"), nodes("stages")] },
    pipeline: ref("chain"),
    routes: { description: "which events go where", ...nodes("route") },
    sinks: { description: "where events go", ...nodes("sink") },
    defaults: {
      description: "what nodes have that do not say otherwise",
      ...object({
        sources: object(both("rateLimit", ref("rateLimit"))),
        sinks: object({ ...both("rateLimit", ref("rateLimit")), ...propertiesOf(sinkProperties) }),
      }),
    },
    journal: {
      description: "what is kept until every sink has it",
      anyOf: [optionSchema(journalProperties.mode), object(propertiesOf(journalProperties))],
    },
    tests: { description: "cases that logpipe test tries" },
  });
}

function nodeSchemas(parts: readonly Part[]): Readonly<Record<string, Schema>> {
  const [sources, sinks] = [
    parts.filter(({ kind }) => kind === "source"),
    parts.filter(({ kind }) => kind === "sink"),
  ];
  const limit = both("rateLimit", ref("rateLimit"));
  const sink = {
    from: ref("from"),
    ...limit,
    ...propertiesOf(sinkProperties),
    ...propertiesOf(printedProperties),
  };
  return {
    source: {
      anyOf: [
        { type: "null" },
        { type: "string", enum: sources.map(({ name }) => name) },
        object({ ...limit, ...partProperties(sources) }),
      ],
    },
    stages: object({ from: ref("from"), stages: ref("stageList") }, ["from", "stages"]),
    route: object(
      {
        from: ref("from"),
        ...propertiesOf(routeProperties),
        to: { description: CONDITIONS, ...named(SCALAR), minProperties: 1 },
      },
      ["from", "to"],
    ),
    sink: object({ ...sink, ...partProperties(sinks) }, ["from"]),
  };
}

const CONDITIONS = "outputs by name, each with its condition; otherwise: what no other takes";

/** The name of a stage, or its name with values. `names`: which may stand alone; undefined: also those of define. */
function stepSchema(parts: readonly Part[], names: readonly string[] | undefined, more: Schema = {}): Schema {
  const alone = names === undefined ? { type: "string", pattern: NAME } : { type: "string", enum: names };
  const known = parts.map((part) => ({ const: part.name, description: part.summary }));
  const withValues = { ...object({ ...partProperties(parts), ...more }), minProperties: 1, maxProperties: 1 };
  return { anyOf: [...known, alone, withValues] };
}

function partProperties(parts: readonly Part[]): Schema {
  return Object.fromEntries(parts.map((part) => [part.name, ref(valueName(part))]));
}

function valueName({ name }: Part): string {
  return `${name} values`;
}

/** Operands alone, or options and operands by name. */
function valueSchema({ summary, operands, options }: Part): Schema {
  const own = Object.fromEntries(
    operands.map((operand) => [operand.name.toLowerCase(), { description: operand.summary, ...SCALARS }]),
  );
  return {
    description: summary,
    anyOf: [
      { type: "null" },
      SCALAR,
      { type: "array", items: SCALAR },
      object({ ...own, ...propertiesOf(options) }),
    ],
  };
}

/** Each option by the name of its flag, and by that of the program. */
function propertiesOf(options: Options): Schema {
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, option]) => Object.entries(both(name, optionSchema(option)))),
  );
}

function both(name: string, schema: Schema): Schema {
  const kebab = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return kebab === name ? { [name]: schema } : { [kebab]: schema, [name]: schema };
}

function optionSchema(option: AnyOption): Schema {
  const isPlain = ["string", "number", "boolean"].includes(typeof option.default);
  return {
    description: option.summary,
    ...(isPlain && option.kind !== "size" && option.kind !== "duration" && { default: option.default }),
    ...shapeOf(option),
  };
}

function shapeOf({ kind, choices, suggestions }: AnyOption): Schema {
  if (kind === "flag") return { anyOf: [{ type: "boolean" }, { enum: ["true", "false"] }, VARIABLE] };
  if (kind === "choice") return { anyOf: [{ enum: choices }, VARIABLE] };
  if (kind === "integer")
    return { anyOf: [{ type: "integer" }, { type: "string", pattern: "^-?[1-9]\\d*$|^0$" }, VARIABLE] };
  if (kind === "list") return SCALARS;
  if (kind === "size" || kind === "duration") return { type: ["string", "number"] };
  return suggestions === undefined ? SCALAR : { ...SCALAR, examples: suggestions };
}

function named(values: Schema): Schema {
  return { type: ["object", "null"], propertyNames: { pattern: NAME }, additionalProperties: values };
}

function object(properties: Schema, required: readonly string[] = []): Schema {
  return {
    type: "object",
    properties,
    additionalProperties: false,
    ...(required.length > 0 && { required }),
  };
}

function ref(name: string): Schema {
  return { $ref: `#/definitions/${encodeURIComponent(name)}` };
}
