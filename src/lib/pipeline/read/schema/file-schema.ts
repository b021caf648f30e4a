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
    anyOf: [ref("chain"), ref("file"), ref("fileWithLists"), testFileSchema()],
    definitions: {
      ...COMMON,
      chain: { type: "array", minItems: 1, items: ref("step") },
      step: stepSchema(
        parts,
        parts.map(({ name }) => name),
      ),
      // Where lists have names of their own (define, include), any name may be one of them.
      file: fileSchema(settings, ""),
      fileWithLists: {
        ...fileSchema(settings, LISTS),
        anyOf: [{ required: ["define"] }, { required: ["include"] }],
      },
      ...listSchemas(parts, ""),
      ...listSchemas(parts, LISTS),
      ...nodeSchemas(parts),
      ...Object.fromEntries(parts.map((part) => [valueName(part), valueSchema(part)])),
    },
  };
}

/** A value may be, or hold, a variable: whatever it must be otherwise. */
const VARIABLE = { type: "string", pattern: "\\$\\{" };
const SCALAR = { type: ["string", "number", "boolean"] };
const SCALARS = { anyOf: [SCALAR, { type: "array", items: SCALAR }] };
/** What texts look like; whether every unit fits is for `run --check`. */
const NUMBER = "\\s*\\d+(\\.\\d+)?\\s*";
const RATE = { type: "string", pattern: `^${NUMBER}[A-Za-z]*\\s*(/|per\\s)\\s*\\S*[A-Za-z]+\\s*$|\\$\\{` };
const SIZE = {
  anyOf: [
    { type: "number", minimum: 0 },
    { type: "string", pattern: `^${NUMBER}([kKmMgGtT]([iI]?[bB])?|[bB])?\\s*$|\\$\\{` },
  ],
};
const DURATION = { type: "string", pattern: `^(${NUMBER}[A-Za-z]+\\s*)+$|\\$\\{` };
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
    anyOf: [RATE, object(propertiesOf(rateProperties))],
  },
} as const;

/** Ends the names of definitions for files with lists of their own. */
const LISTS = " or lists";

function listSchemas(parts: readonly Part[], suffix: string): Readonly<Record<string, Schema>> {
  const own = parts.filter(({ kind }) => kind === "stage");
  const names = own.map(({ name }) => name);
  const others = parts.filter(({ kind }) => kind !== "stage").map(({ name }) => name);
  const [list, step] = [`stageList${suffix}`, `stageStep${suffix}`];
  const use = { use: { description: "a list of stages of define", ...SCALARS } };
  const alone = suffix === "" ? names : { type: "string", pattern: NAME, not: { enum: others } };
  return {
    [list]: { anyOf: [ref(step), { type: "array", minItems: 1, items: ref(step) }] },
    [step]: stepSchema(own, alone, suffix === "" ? {} : use),
    [`stages${suffix}`]: object({ from: ref("from"), stages: ref(list) }, ["from", "stages"]),
  };
}

function fileSchema(settings: Options, suffix: string): Schema {
  const nodes = (name: string) => named(ref(name));
  const shape = object({
    ...propertiesOf(settings),
    ...(suffix !== "" && {
      include: { description: "files whose nodes and lists belong to this one", ...SCALARS },
      define: { description: "lists of stages that are used by name", ...named(ref(`stageList${suffix}`)) },
    }),
    sources: { description: "where events come from", ...nodes("source") },
    stages: {
      description: "what is done with events, in order",
      anyOf: [ref("chain"), nodes(`stages${suffix}`)],
    },
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
    tests: {
      description: "cases that logpipe test tries",
      anyOf: [CASES, object({ env: ANY_MAP, at: SCALAR, cases: CASES }, ["cases"])],
    },
  });
  // Sinks of a graph may stand in a file that it includes.
  const isGraph = { anyOf: [{ required: ["sources"] }, { required: ["routes"] }] };
  // biome-ignore lint/suspicious/noThenProperty: it is the keyword of JSON Schema
  return suffix === "" ? { ...shape, if: isGraph, then: { required: ["sinks"] } } : shape;
}

const ANY_MAP = { type: ["object", "null"] };
const CASES = {
  type: "array",
  items: object(
    {
      name: { description: "what it shows", type: "string", minLength: 1 },
      at: { description: "the time that it is", ...SCALAR },
      given: { description: "lines or events, for the source or for nodes by their names" },
      expect: { description: "what comes out, by sink, node, ROUTE.OUTPUT or dead-letters" },
      end: { description: "whether the input is over", type: "boolean" },
    },
    ["name", "given"],
  ),
};

/** `NAME.test.yaml`. */
function testFileSchema(): Schema {
  const properties = {
    pipeline: { description: "what is tested: a file, a quoted pipeline, or several", ...SCALARS },
    env: { description: "what variables in the pipeline are", ...ANY_MAP },
    at: { description: "the time that it is", ...SCALAR },
    tests: { description: "the cases", ...CASES, minItems: 1 },
  };
  return object(properties, ["tests"]);
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
    route: object(
      {
        from: ref("from"),
        ...propertiesOf(routeProperties),
        to: { description: CONDITIONS, ...named(SCALAR), minProperties: 1 },
      },
      ["from", "to"],
    ),
    sink: {
      ...object({ ...sink, ...partProperties(sinks) }, ["from"]),
      not: { required: ["output"], anyOf: sinks.map(({ name }) => ({ required: [name] })) },
    },
  };
}

const CONDITIONS = "outputs by name, each with its condition; otherwise: what no other takes";

/** A stage, alone or with values. `alone`: what may stand without them: names, or what they look like. */
function stepSchema(parts: readonly Part[], alone: readonly string[] | Schema, more: Schema = {}): Schema {
  const known = parts.map((part) => ({ const: part.name, description: part.summary }));
  const names = Array.isArray(alone) ? { type: "string", enum: alone } : (alone as Schema);
  const withValues = { ...object({ ...partProperties(parts), ...more }), minProperties: 1, maxProperties: 1 };
  return { anyOf: [...known, names, withValues] };
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

function shapeOf({ kind, choices, suggestions, pattern }: AnyOption): Schema {
  if (kind === "flag") return { anyOf: [{ type: "boolean" }, { enum: ["true", "false"] }, VARIABLE] };
  if (kind === "choice") return { anyOf: [{ enum: choices }, VARIABLE] };
  if (kind === "integer")
    return { anyOf: [{ type: "integer" }, { type: "string", pattern: "^-?[1-9]\\d*$|^0$" }, VARIABLE] };
  if (kind === "list") return SCALARS;
  if (kind === "size") return SIZE;
  if (kind === "duration") return DURATION;
  if (kind === "rate") return RATE;
  if (pattern !== undefined)
    return { anyOf: [{ type: "integer" }, { type: "string", pattern: `${pattern}|\\$\\{` }] };
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
