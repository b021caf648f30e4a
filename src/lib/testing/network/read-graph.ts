/** A pipeline that is to be tested, as a graph. */
import { resolve } from "node:path";
import { failure, LogpipeError, reasonOf } from "../../base/errors/index.js";
import { readText } from "../../base/local/read-text.js";
import type { Variables } from "../../options/variables.js";
import type { Graph } from "../../pipeline/contract/graph.js";
import type { Terminal } from "../../pipeline/contract/terminal.js";
import type { Commands } from "../../pipeline/read/build.js";
import { fileOptions } from "../../pipeline/read/given.js";
import { graphOfPipeline } from "../../pipeline/read/graph/chain.js";
import { type Preset, readQuoted } from "../../pipeline/read/quoted.js";
import { examinePipelineFile } from "../../pipeline/read/yaml.js";
import type { PipelineUnderTest } from "../cases/read-test-file.js";

export interface GraphReading {
  readonly registry: Commands;
  readonly preset: Preset;
}

/** Throws usage.unreadable, and the last fault of the pipeline; those before it are reported. */
export async function readGraphOf(
  pipeline: PipelineUnderTest,
  variables: Variables,
  terminal: Pick<Terminal, "cwd" | "env" | "complain">,
  { registry, preset }: GraphReading,
): Promise<Graph> {
  if ("quoted" in pipeline) {
    try {
      return graphOfPipeline(await readQuoted(pipeline.quoted, registry, preset, []));
    } catch (error) {
      if (!(error instanceof LogpipeError)) throw error;
      throw pipeline.part.fault(error.message, { hint: error.help });
    }
  }
  const { path } = pipeline;
  return readGraphText(readFileText(path, terminal.cwd), path, variables, terminal, { registry, preset });
}

/** As `readGraphOf`, of a text; `path` is what messages call it, and where relative paths start from. */
export async function readGraphText(
  text: string,
  path: string,
  variables: Variables,
  terminal: Pick<Terminal, "cwd" | "env" | "complain">,
  { registry, preset }: GraphReading,
): Promise<Graph> {
  const examined = await examinePipelineFile(
    text,
    path,
    registry,
    preset,
    [],
    fileOptions,
    variables,
    terminal,
  );
  const { file, faults } = examined;
  for (const { message, help } of faults.slice(0, -1)) terminal.complain(message, help);
  if (file === undefined || faults.length > 0) throw faults.at(-1)!;
  return file.graph;
}

function readFileText(path: string, cwd: string): string {
  try {
    return readText(resolve(cwd, path));
  } catch (error) {
    throw failure("usage.unreadable", { what: "pipeline file", path, reason: reasonOf(error) }, error);
  }
}
