/** The last step from a command line to a running pipeline: plan or run, and what it reads. */
import { failure } from "../../base/errors/index.js";
import type { Pipeline, RunOptions } from "../contract/pipeline.js";
import type { Terminal } from "../contract/terminal.js";
import { assertReadable } from "../read/build.js";
import { hostOf } from "./host.js";
import { isPrinting, withoutShown } from "./open-sink.js";
import { explainPlan, runPipeline } from "./run-pipeline.js";

export { hostOf };

/** Prints what would run, and changes nothing. */
export async function printPlan(
  pipeline: Pipeline,
  options: RunOptions,
  terminal: Terminal,
): Promise<number> {
  await terminal.stdout.write(`${explainPlan(withoutShown(pipeline, options), options).trimEnd()}\n`);
  return 0;
}

/**
 * Throws usage.unused-option for an output file beside a sink that has no use for it: it would be emptied for nothing.
 */
export function checkOutput({ sink }: Pipeline, { output, result }: RunOptions): void {
  if (sink === undefined || isPrinting(sink)) return;
  const option = output !== undefined ? "--output" : result?.isAsked === true ? "--to" : undefined;
  if (option === undefined) return;
  const hint = `the pipeline ends in ${sink.declaration.name}, which says where its events go`;
  throw failure("usage.unused-option", { command: "run", option, hint });
}

/**
 * Runs the pipeline that `command` was asked for. Throws usage.nothing-to-read when it would wait for someone to type.
 */
export async function startPipeline(
  pipeline: Pipeline,
  options: RunOptions,
  terminal: Terminal,
  command: string,
): Promise<number> {
  assertReadable(pipeline, command, terminal);
  return runPipeline(pipeline, options, hostOf(terminal));
}
