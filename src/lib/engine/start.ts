/** The last step from a command line to a running pipeline: plan or run, and where its output goes. */
import type { Terminal } from "../stage/terminal.js";
import { fileOutput } from "../terminal/descriptor.js";
import { assertReadable } from "./build.js";
import { explainPlan, runPipeline } from "./index.js";
import type { Pipeline, RunOptions } from "./pipeline.js";

/** Prints what would run, and changes nothing. */
export async function printPlan(
  pipeline: Pipeline,
  options: RunOptions,
  terminal: Terminal,
): Promise<number> {
  await terminal.stdout.write(`${explainPlan(pipeline, options).trimEnd()}\n`);
  return 0;
}

/**
 * Runs the pipeline that `command` was asked for. With `--output`, a sink that prints finds the file in the place of
 * standard output. Throws usage.nothing-to-read when it would wait for someone to type.
 */
export async function startPipeline(
  pipeline: Pipeline,
  options: RunOptions,
  terminal: Terminal,
  command: string,
): Promise<number> {
  assertReadable(pipeline, command, terminal);
  if (pipeline.sink === undefined || options.output === undefined)
    return runPipeline(pipeline, options, terminal);
  const stdout = fileOutput(options.output);
  try {
    return await runPipeline(pipeline, options, { ...terminal, stdout });
  } finally {
    stdout.close();
  }
}
