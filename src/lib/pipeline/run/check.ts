/** Whether the stages of a pipeline can begin: everything that can be known before anything is read or written. */
import { failure, LogpipeError } from "../../base/errors/index.js";
import type { Pipeline } from "../contract/pipeline.js";
import type { Terminal } from "../contract/terminal.js";
import { hostOf } from "./host.js";
import { openStages } from "./resources.js";

/**
 * Opens what each stage needs (keys, look-up files, patterns) and makes the stage, so that its expressions, fields and
 * formats are read. The input and the sink stay closed. Throws what the run would, with the place in the file.
 */
export async function checkStages(pipeline: Pipeline, terminal: Terminal): Promise<void> {
  const host = hostOf(terminal);
  const context = { nowMs: host.nowMs, reject: () => {}, count: () => {} };
  for (const step of pipeline.stages) {
    try {
      const alone = { files: [], stages: [step] };
      const { stages } = await openStages(alone, host, { startedMs: host.nowMs(), secrets: new Map() });
      const [opened] = stages;
      opened?.declaration.create(opened.given, context, opened.opened);
    } catch (error) {
      throw placed(error, step.place);
    }
  }
}

/** The same of a sink. */
export async function checkSink(step: Pipeline["sink"], terminal: Terminal): Promise<void> {
  try {
    await step?.declaration.check?.(step.given, hostOf(terminal));
  } catch (error) {
    throw placed(error, step?.place);
  }
}

function placed(error: unknown, place: string | undefined): unknown {
  if (!(error instanceof LogpipeError) || place === undefined) return error;
  return failure("usage.file", { place, reason: error.message, hint: error.help }, error);
}
