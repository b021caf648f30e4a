import { failure, LogpipeError } from "../../base/errors/index.js";

/** What went wrong in a stage that throws what it should not. */
export interface StageFault {
  readonly stage: string;
  readonly reason: string;
  /** In the code; empty where that is not known. */
  readonly where: string;
}

class StageError extends Error {
  override readonly name = "StageError";
  readonly fault: StageFault;

  constructor(fault: StageFault, cause: unknown) {
    super(fault.reason, { cause });
    this.fault = fault;
  }
}

/** The error with the stage that it came from. Those of users, of the system and of memory say enough: they stay. */
export function inStage(error: unknown, stage: string): unknown {
  if (error instanceof LogpipeError || error instanceof StageError) return error;
  const isOfSystem = (error as NodeJS.ErrnoException | undefined)?.code !== undefined;
  if (isOfSystem || (error instanceof RangeError && /memory|alloc/i.test(error.message))) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  return new StageError({ stage, reason, where: stack.match(/\bat [^\n]+/)?.[0] ?? "" }, error);
}

/** Undefined: the error is of no stage. */
export function stageFaultOf(error: unknown): StageFault | undefined {
  return error instanceof StageError ? error.fault : undefined;
}

/** The error to end a run with. */
export function stageFailure(error: unknown): unknown {
  return error instanceof StageError ? failure("stage.failed", { ...error.fault }, error.cause) : error;
}
