// Enter here: fields that expressions of a pipeline ask for and no example has.
/**
 * Examples of what comes in go through the stages of a pipeline, and each expression is asked whether any event that
 * came to it has its fields: what a run would say at its end is known before. Nothing is stored.
 */
import { failure, type LogpipeError } from "../../base/errors/index.js";
import { neededFields } from "../../expression/needed.js";
import { MissingFields } from "../../pipeline/accounting/hints/missing-fields.js";
import { type FieldsSeen, FieldWatch, pathsOf } from "../../pipeline/chain/field-watch.js";
import type { Graph, NodeOutput } from "../../pipeline/contract/graph.js";
import type { AskedField } from "../../pipeline/contract/stage.js";
import type { OpenedGraph } from "../network/opened.js";
import { stagesOfGraph, type Tap } from "../network/tapped.js";
import { Trial } from "../network/trial.js";

/** Whole lines that come out of a source. */
export interface ExampleLines {
  readonly source: string;
  readonly bytes: Buffer;
}

/** One warning for each stage, condition and sink with such fields, in the order of the graph. */
export function unknownFields(
  opened: OpenedGraph,
  examples: readonly ExampleLines[],
  nowMs: number,
): readonly LogpipeError[] {
  const asking = askingOf(opened.graph);
  const inputs = [...new Set(examples.map(({ source }) => source))];
  const out = (tap: Tap, bytes: Buffer) => {
    for (const one of asking) if (one.isAt(tap)) one.watch.look(bytes);
  };
  const trial = new Trial(opened, inputs, nowMs, { out, reject: () => {} });
  for (const { source, bytes } of examples) {
    trial.push(source, Buffer.from(bytes));
  }
  trial.end();
  return asking.flatMap(warningsOf);
}

/** What asks for fields, and where it gets its events from. */
interface Asking {
  readonly name: string;
  readonly place: string | undefined;
  readonly fields: readonly AskedField[];
  readonly watch: FieldWatch;
  readonly isAt: (tap: Tap) => boolean;
}

function askingOf(graph: Graph): readonly Asking[] {
  const stages = stagesOfGraph(graph).map(({ node, index }, number) => {
    const { declaration, given, place } = graph.stages.find(({ name }) => name === node)!.stages[index]!;
    const fields = declaration.reads?.(given) ?? [];
    return asked({ name: declaration.name, place, fields, isAt: ({ into }) => into.includes(number) });
  });
  const ports = graph.routes.flatMap(({ name, from, ports }) =>
    ports.flatMap(({ name: port, when, place }) => {
      const isAt = outputsAt(from, graph);
      return when === undefined
        ? []
        : [asked({ name: `${name}.${port}`, place, fields: neededFields(when), isAt })];
    }),
  );
  const sinks = graph.sinks.flatMap(({ name, step, place }) => {
    const fields = step?.declaration.reads?.(step.given) ?? [];
    return [asked({ name, place: step?.place ?? place, fields, isAt: ({ output }) => output === name })];
  });
  return [...stages, ...ports, ...sinks].filter(({ fields }) => fields.length > 0);
}

function asked(asking: Omit<Asking, "watch">): Asking {
  return { ...asking, watch: new FieldWatch(asking.fields.flatMap(pathsOf)) };
}

/** A route without a name of its output stands for all of them. */
function outputsAt(from: readonly NodeOutput[], { routes }: Graph): Asking["isAt"] {
  const names = from.flatMap(({ node, port }) => {
    const ports = routes.find(({ name }) => name === node)?.ports ?? [];
    if (ports.length === 0) return [node];
    return (port === undefined ? ports.map(({ name }) => name) : [port]).map((each) => `${node}.${each}`);
  });
  return ({ output }) => output !== undefined && names.includes(output);
}

function warningsOf({ watch, ...asking }: Asking): readonly LogpipeError[] {
  const seen = watch.take();
  return seen === undefined ? [] : missingIn(asking, seen, "the examples");
}

/** A warning for each field that was not seen. `what`: where one looked. */
export function missingIn(
  { name, place = "pipeline", fields }: Pick<Asking, "name" | "place" | "fields">,
  seen: FieldsSeen,
  what: string,
): readonly LogpipeError[] {
  const missing = new MissingFields(new Map([[name, fields]]));
  missing.add({ [name]: seen });
  const warnings: LogpipeError[] = [];
  const log = (_level: unknown, reason: string) => {
    const hint = `it is about ${what}: events with the field may come yet`;
    warnings.push(failure("usage.file", { place, reason, hint }));
  };
  missing.report({ log });
  return warnings;
}
