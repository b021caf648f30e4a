/** What is to be shown, before it is known how. */
import type { Step } from "../pipeline/contract/pipeline.js";
import type { SinkDeclaration, StageDeclaration } from "../pipeline/contract/stage.js";
import type { ShowOptions } from "./asked.js";
import type { FoundLog } from "./directory.js";

/** The commands that it is made of. */
export interface ShowParts {
  /** Loaded when they are needed. */
  readonly parse: () => Promise<StageDeclaration>;
  readonly filter: () => Promise<StageDeclaration>;
  readonly view: SinkDeclaration;
}

export interface Show {
  readonly options: ShowOptions;
  readonly parts: ShowParts;
  /** The files to read by log, each log's oldest first; none: standard input. */
  readonly logs: readonly (readonly FoundLog[])[];
  readonly filter: Step<StageDeclaration> | undefined;
  /** Whether the events are wanted in another format than that of people. */
  readonly isConverted: boolean;
}
