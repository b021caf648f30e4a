/** Sinks whose options are done by other commands before them. */
import type { Options } from "../../options/options.js";
import type { Host } from "./host.js";
import type { Pipeline, Step } from "./pipeline.js";
import type { AnyDeclaration, Given, SinkDeclaration, StageDeclaration } from "./stage.js";

/** What a command line stands for, when it stands for other commands. */
export interface Expansion {
  readonly pipeline: Pipeline;
  /** The pipe of commands that gives the same. */
  readonly longWay: string;
}

export interface ExpandingSink<O extends Options = Options> extends SinkDeclaration<O> {
  /**
   * The pipeline that its command line stands for: what reads, parses and filters for it. `isConverted`: its events are
   * wanted in another format, as `--to` says. Throws usage errors.
   */
  expand(given: Given<O>, host: Host, isConverted: boolean): Promise<Expansion>;
  /** The stages that its options stand for, where it is the end of a pipeline of `run`. Throws usage errors. */
  stagesBefore(given: Given<O>): Promise<readonly Step<StageDeclaration>[]>;
}

export function isExpanding(declaration: AnyDeclaration | undefined): declaration is ExpandingSink {
  return declaration?.kind === "sink" && "expand" in declaration;
}
