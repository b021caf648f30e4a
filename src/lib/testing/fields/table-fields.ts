/**
 * Fields that expressions ask for where events of tables come as they are stored, and no column has: only the log of a
 * table is read, and behind a stage that may change events nothing is known any more.
 */
import { LogpipeError } from "../../base/errors/index.js";
import { diskFiles } from "../../base/files.js";
import { neededFields } from "../../expression/needed.js";
import { pathsOf } from "../../pipeline/chain/field-watch.js";
import type { Graph, NodeOutput, SourceNode } from "../../pipeline/contract/graph.js";
import type { AskedField } from "../../pipeline/contract/stage.js";
import type { Terminal } from "../../pipeline/contract/terminal.js";
import { loadState } from "../../store/delta/load.js";
import { namedTables, storePath } from "../../store/inspect/tables.js";
import { localTable } from "../../store/storage/local.js";
import { missingIn } from "./unknown-fields.js";

/** What events of tables have. */
interface Known {
  readonly tables: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
}

/** Stages that pass events on as they are. */
const UNCHANGING: ReadonlySet<string> = new Set(["filter"]);

/** One warning for each field that no column of the tables has, in the order of the graph. Writes nothing. */
export async function fieldsOfNoColumn(
  { sources, stages, routes, sinks }: Graph,
  terminal: Pick<Terminal, "cwd" | "env">,
): Promise<readonly LogpipeError[]> {
  const known = new Map<string, Known | undefined>();
  for (const source of sources) known.set(source.name, await columnsOf(source, terminal));
  if ([...known.values()].every((columns) => columns === undefined)) return [];
  const warnings: LogpipeError[] = [];
  const ask = (name: string, place: string | undefined, fields: readonly AskedField[], at: Known) =>
    warnings.push(...missingOf(name, place, fields, at));
  const waiting = [...stages, ...routes];
  // Each round goes one node further; where none could, the rest is behind what could not be read.
  for (let left = waiting.length + 1; waiting.length > 0 && waiting.length < left; ) {
    left = waiting.length;
    for (const node of waiting.splice(0)) {
      if (!node.from.every((output) => known.has(output.node))) {
        waiting.push(node);
        continue;
      }
      let at = joined(node.from, known);
      if ("stages" in node)
        for (const { declaration, given, place } of node.stages) {
          if (at !== undefined) ask(declaration.name, place, declaration.reads?.(given) ?? [], at);
          if (!UNCHANGING.has(declaration.name)) at = undefined;
        }
      else if (at !== undefined)
        for (const { name, when, place } of node.ports)
          if (when !== undefined) ask(`${node.name}.${name}`, place, neededFields(when), at);
      known.set(node.name, at);
    }
  }
  for (const { name, step, from, place } of sinks) {
    const at = joined(from, known);
    if (at !== undefined) ask(name, step?.place ?? place, step?.declaration.reads?.(step.given) ?? [], at);
  }
  return warnings;
}

/** What is known of all that comes; undefined where some of it may have any field. */
function joined(
  from: readonly NodeOutput[],
  known: ReadonlyMap<string, Known | undefined>,
): Known | undefined {
  const all = from.map(({ node }) => known.get(node));
  if (all.some((one) => one === undefined)) return undefined;
  const [tables, names] = [new Set<string>(), new Set<string>()];
  for (const one of all) {
    for (const table of one!.tables) tables.add(table);
    for (const name of one!.names) names.add(name);
  }
  return { tables, names };
}

/** Undefined: it reads no table, or one that is not there yet, or that has fields without columns. */
async function columnsOf(
  { step }: SourceNode,
  terminal: Pick<Terminal, "cwd" | "env">,
): Promise<Known | undefined> {
  const { table, store } = (step?.given.options ?? {}) as { table?: string; store?: string };
  if (step?.declaration.name !== "ingest" || table === undefined) return undefined;
  try {
    const [found] = await namedTables(diskFiles, storePath(store, terminal), [table]);
    const { schema } = (await loadState(localTable(found!.directory))).state.snapshot();
    if (schema.columns.length === 0 || schema.columns.some(({ role }) => role === "rest")) return undefined;
    const names = schema.columns.flatMap(({ name, key, aliases = [] }) => [key, name, ...aliases]);
    return { tables: new Set([table]), names: new Set(names) };
  } catch (error) {
    if (error instanceof LogpipeError) return undefined;
    throw error;
  }
}

function missingOf(
  name: string,
  place: string | undefined,
  fields: readonly AskedField[],
  { tables, names }: Known,
): readonly LogpipeError[] {
  const isThere = (path: string) => names.has(path) || names.has(path.split(".", 1)[0]!);
  const seen = fields.flatMap(pathsOf).filter(isThere);
  const of = `the columns of ${tables.size === 1 ? "table" : "tables"} ${[...tables].join(", ")}`;
  return missingIn({ name, place, fields }, { seen, names: [...names] }, of);
}
