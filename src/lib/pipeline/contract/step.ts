/** A declaration with values, and what is made of such steps. Apart from the declarations, which use it, too. */
import type { Options, ValuesOf } from "../../options/options.js";

/** Values given to a declaration: plain data, so that they can travel to a worker. */
export interface Given<O extends Options> {
  readonly operands: readonly string[];
  readonly options: ValuesOf<O>;
  /** The options that the command line or the settings give, where that is known: the others have their defaults. */
  readonly named?: readonly string[];
}

/** A declaration with the values given to it. */
export interface Step<D> {
  readonly declaration: D;
  // biome-ignore lint/suspicious/noExplicitAny: the options are those of the declaration
  readonly given: Given<any>;
  /** Where it was written, as `file:line:column`; absent: on a command line. */
  readonly place?: string;
  /** What `open` of a stage has read, once it has. */
  readonly opened?: unknown;
  /** What a stage's counters go by: its name, with a number from the second of that name on. */
  readonly label?: string;
}

/** A pipeline as data, whatever declarations are. */
export interface PipelineOf<Source, Stage, Sink> {
  /** Absent: files, or standard input where there are none. */
  readonly source?: Step<Source>;
  /** Files to read when there is no source: `-` is standard input; none: standard input. */
  readonly files: readonly string[];
  readonly stages: readonly Step<Stage>[];
  /** Absent: standard output. */
  readonly sink?: Step<Sink>;
  /**
   * Whether what is read is parsed before the first stage: "logs" where it is log lines, "text" where it is not all
   * events, "no". Absent: "logs" where the sink comes first and `parsesLogs`.
   */
  readonly parsesInput?: "logs" | "text" | "no";
}
