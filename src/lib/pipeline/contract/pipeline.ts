/** A pipeline as data: what shell pipes, quoted strings and YAML all turn into. */
import type { ResultTarget } from "../../options/result-format.js";
import type { Source } from "./source.js";
import type { Given, SinkDeclaration, SourceDeclaration, StageDeclaration } from "./stage.js";

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

export interface Pipeline {
  /** Absent: files, or standard input where there are none. */
  readonly source?: Step<SourceDeclaration>;
  /** Files to read when there is no source: `-` is standard input; none: standard input. */
  readonly files: readonly string[];
  readonly stages: readonly Step<StageDeclaration>[];
  /** Absent: standard output. */
  readonly sink?: Step<SinkDeclaration>;
  /**
   * Whether what is read is parsed before the first stage: "logs" where it is log lines, "text" where it is not all
   * events, "no". Absent: "logs" where the sink comes first and `parsesLogs`.
   */
  readonly parsesInput?: "logs" | "text" | "no";
  /** Of a graph that runs as a chain: the node that is its source. */
  readonly keptAs?: NamedSource | undefined;
}

/** A source by its name in a pipeline file: what it is known by from run to run. */
export interface NamedSource {
  readonly node: string;
  /** Of the pipeline file, as it was given; absent: it was read from none. */
  readonly path?: string | undefined;
  readonly journal: { readonly directory?: string | undefined };
}

/** What a run did, in lines. */
export interface RunCounts {
  readonly linesIn: number;
  readonly linesOut: number;
  /** Set aside. */
  readonly rejected: number;
}

/** What the flags common to every pipeline say. */
export interface RunOptions {
  /** The first record that cannot be handled ends the run with exit code 1. */
  readonly isStrict: boolean;
  /** Worker threads: a number, or decided by the size of the input and the processors. */
  readonly workers: number | "auto";
  /** Where lines that cannot be handled are kept; absent: a file in the state directory. */
  readonly deadLetters?: string;
  /** "stop": a line that cannot be kept there ends the run; absent, "warn": it is counted, and said at the end. */
  readonly onDeadLetterFailure?: "warn" | "stop";
  /** Print what each stage did, on stderr. */
  readonly hasStats: boolean;
  /** The time that workers are told it is, for tests; absent: the clock. */
  readonly fixedNowMs?: number;
  /** How often what stages remember is saved, in milliseconds; absent: every second. */
  readonly checkpointIntervalMs?: number;
  /** By what the state of stages is found again where no source can be read again; absent: there it is not kept. */
  readonly stateId?: string | undefined;
  /** Forget what stages remember from the run before. */
  readonly isResettingState?: boolean;
  /** Milliseconds since the epoch at which the run began, the same for all threads; absent: now. */
  readonly startedMs?: number;
  /** Secrets that can be read only once, for the threads that come later. */
  readonly secrets?: Map<string, Uint8Array>;
  /** Called whenever lines were set aside. Resolves once what they are like has been said. */
  readonly onSetAside?: (() => Promise<void>) | undefined;
  /** Called once at the end, with what came in, went out and was set aside, in lines. */
  readonly onCounts?: ((counts: RunCounts) => void) | undefined;
  /** Called once all is open: from here on the run reads. */
  readonly onOpened?: (() => void) | undefined;
  /** Called for every block, with the source and the bytes that have come. */
  readonly onProgress?: ((source: Source, bytesIn: number) => void) | undefined;
  /** Where output goes instead of standard output (`-o`). */
  readonly output?: string;
  /** What the events are written as at the end; absent: as they are. */
  readonly result?: ResultTarget;
}
