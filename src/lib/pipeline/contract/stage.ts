// Enter here: what stages, sources, sinks and commands promise, and what a pipeline is as data.
/** The contracts of everything that can stand in a pipeline. See docs/architecture.md, "The contract of a stage". */
import type { LogpipeError } from "../../base/errors/index.js";
import type { Block } from "../../event/block.js";
import type { AskedField } from "../../event/rows/field-path.js";
import type { TimeRule } from "../../event/time/stored-times.js";
import type { Options, ValuesOf } from "../../options/options.js";
import type { FormatName } from "../../options/result-format.js";
import type { FedSink, FeedPlace } from "./feed.js";
import type { Host } from "./host.js";
import type { StageIo, StageReport } from "./resources.js";
import type { Screen } from "./screen.js";
import type { SavedProgress, Sink } from "./sink.js";
import type { Source } from "./source.js";
import type { Terminal } from "./terminal.js";
import type { StageContext, Transform } from "./transform.js";

export type { Emit, StageContext, State, Transform } from "./transform.js";

/** A runnable example: a test runs it through the command and compares. */
export interface Example {
  readonly title: string;
  /** As typed after `logpipe `, e.g. `parse -f logfmt`. */
  readonly command: string;
  readonly stdin?: string;
  /** Expected stdout; absent when the example is for reading only. */
  readonly stdout?: string;
}

export interface Operand {
  readonly name: string;
  readonly summary: string;
  readonly isRequired?: boolean;
  readonly isRepeated?: boolean;
  /**
   * It names something of this machine, a path or a table: a URL is refused, and so is what a shell should have
   * replaced.
   */
  readonly isLocal?: boolean;
}

/** What help, documentation, completion, YAML and the command line need to know of anything with a name. */
export interface Declaration<O extends Options> {
  readonly name: string;
  readonly summary: string;
  /** Paragraphs of Markdown. */
  readonly details: string;
  readonly operands: readonly Operand[];
  readonly options: O;
  readonly examples: readonly Example[];
  /**
   * Options that have no effect with these values: given on the command line they are refused, as whoever gave them
   * expects one. What settings say of them does no harm.
   */
  unused?(given: Given<O>): readonly UnusedOptions[];
}

export interface UnusedOptions {
  /** By name, as declared. */
  readonly options: readonly string[];
  /** What has no use for them: "store retention show", "sink --to stdout". */
  readonly by: string;
  /** What to write instead. */
  readonly hint?: string;
}

export type { AskedField } from "../../event/rows/field-path.js";
/** Values given to a declaration: plain data, so that they can travel to a worker. */
export interface Given<O extends Options> {
  readonly operands: readonly string[];
  readonly options: ValuesOf<O>;
  /** The options that the command line or the settings give, where that is known: the others have their defaults. */
  readonly named?: readonly string[];
}

export interface StageDeclaration<O extends Options = Options, Opened = unknown> extends Declaration<O> {
  readonly kind: "stage";
  /** "text": raw log lines or events (only `parse`); "events": NDJSON. */
  readonly input: "text" | "events";
  /** Whether blocks can be handled in any order by several instances (then put back in order). */
  isStateless(given: Given<O>): boolean;
  /**
   * The fields of events that it was told of: where no event has one, that is reported at the end. Not those that it
   * does as well without.
   */
  reads?(given: Given<O>): readonly AskedField[];
  /**
   * For a stage whose records can span lines, or that reads lines by what others before them say: how its input is cut.
   */
  align?(given: Given<O>): Alignment | undefined;
  /** How long at least what `align` holds waits for more, when nothing comes; absent or 0: until the input is idle. */
  holdMs?(given: Given<O>): number;
  /** The command that is given a line on standard input, where somebody may write one in place of FILE. */
  lineCommand?(given: Given<O>): string | undefined;
  /** How many of the operands belong to the stage; the ones after them are files to read. */
  readonly ownOperands: number | OperandCount<O>["of"];
  /**
   * Reads what the stage needs from outside: a key file, a look-up table. Called before anything is read or written,
   * and once more in every worker thread; `create` gets what it resolves with. Throws LogpipeError.
   */
  open?(given: Given<O>, io: StageIo): Promise<Opened>;
  create(given: Given<O>, context: StageContext, opened: Opened): Transform;
  /** Throws what `open` and `create` would, as far as no file is needed. Absent: `create` needs none. */
  check?(given: Given<O>, context: StageContext): void;
  /**
   * For a stage that keeps state: the half of its work that needs none (finding fields, hashing, matching), as a
   * function that runs in worker threads. What it makes of a block goes to `pushPrepared`, which must do what `push` of
   * the block would have done, counters and lines set aside included. An empty buffer says that there is nothing to do.
   * Small inputs get `push`.
   */
  prepare?(given: Given<O>, context: StageContext, opened: Opened): (block: Block) => Buffer;
  /**
   * How what comes out is shown when the stage is the last of a pipeline that ends on standard output: as a table on a
   * terminal, say. `format`: what --to or the name of the file asks for. Undefined: in that format, else as NDJSON.
   */
  display?(given: Given<O>, host: Host, format?: FormatName): Promise<Sink | undefined>;
  /** What comes out of it is written in this format where nobody asks for one. */
  readonly shownAs?: FormatName;
  /** For a stage that hides things: what may be kept of lines that have not come through it. Undefined: all of them. */
  screen?(given: Given<O>, opened: Opened): Screen | undefined;
  /** Whether events that have no time are worth a word at the end; absent: they are. */
  needsTime?(given: Given<O>): boolean;
  /** What is to be written once the run has ended, from all that the stage has counted: `counts` by name of counter. */
  report?(given: Given<O>, counts: Readonly<Record<string, number>>): StageReport | undefined;
  /** What is to be said once the run has ended, and makes its exit code 1: something asked for was not done. */
  complaint?(
    given: Given<O>,
    counts: Readonly<Record<string, number>>,
  ): { readonly text: string; readonly help?: string } | undefined;
  /**
   * What a condition of the user has found (`--fail-if`), in a line: it makes the exit code 1 and is no error.
   * Undefined where it does not hold.
   */
  condition?(given: Given<O>, counts: Readonly<Record<string, number>>): string | undefined;
  /** The condition as it was given; undefined: none was. Where nothing could be read it has not been asked. */
  asked?(given: Given<O>): string | undefined;
  /**
   * For a stage that people put first: log lines that come to it as the first stage are parsed before, and lines that
   * are events are left as they are. Gives the declaration of `parse`; undefined: not as it was given.
   */
  parsesLogs?(given: Given<O>): Promise<StageDeclaration | undefined>;
  /** What it is given once it is known that it reads these files first; undefined: the same. */
  forFiles?(given: Given<O>, files: readonly string[]): Promise<Given<O> | undefined>;
}

/** How a stream is cut into pieces that can be handled apart, by any thread. */
export interface Alignment {
  /**
   * The length of the longest prefix that needs nothing of what may follow. 0: nothing can be said yet. The engine
   * calls `idle` after each such piece. Not `isThorough`: a shorter prefix will do, where the longest takes long to
   * find.
   */
  readonly boundary: (bytes: Buffer, isThorough?: boolean) => number;
  /**
   * How long at least `held`, which is behind such a piece, waits for more when nothing comes; absent or 0: as `holdMs`
   * of the stage says. Asked while the input is idle.
   */
  readonly holdMs?: (held: Buffer) => number;
  /**
   * What must be known of the lines behind such a piece, where `known` was before it (undefined: it begins its stream):
   * a short text, "" for nothing, the same for any cutting. It rides on the block that follows in the stream
   * (`Block.known`) and is saved with its cursor. Called for all that comes, in order, on the main thread: it must cost
   * next to nothing.
   */
  readonly learn?: (bytes: Buffer, known: string | undefined) => string;
}

/** A method, so that declarations with options of their own are declarations with any options, too. */
interface OperandCount<O extends Options> {
  of(given: Given<O>): number;
}

/** What a source may know of the pipeline that it is opened for. */
export interface SourceContext {
  /**
   * What keeps how far the source was read: the directory of a table or a journal, or a file that is appended to;
   * absent: nothing does.
   */
  readonly table?: string | undefined;
  /** Of a node of a graph. Absent: its checkpoint is called by its inputs and the table, unless it is given one. */
  readonly keptAs?: KeptAs | undefined;
}

/** What a checkpoint that nobody has named is called by, so that it stays the same when sinks come and go. */
export interface KeptAs {
  /** Pipeline and node. The first counts; what is there under another is taken over. */
  readonly names: readonly string[];
  /** Tables and journals that it was named after by earlier versions, or by a pipeline without named nodes. */
  readonly tables: readonly string[];
}

export interface SourceInputs {
  /** Names and patterns, as they were given; `-` is standard input. */
  readonly files: readonly string[];
  /** The directory of the table, absolute; absent: it reads none. */
  readonly tableIn?: ((host: Pick<Host, "cwd" | "env">) => string) | undefined;
  /** Whether what is added while it reads is read, too. */
  readonly isFollowed: boolean;
}

export interface SourceDeclaration<O extends Options = Options> extends Declaration<O> {
  readonly kind: "source";
  /** All operands of a source are its own. */
  readonly ownOperands?: undefined;
  /** Whether it says itself what it counts of times, by input. */
  readonly saysTimes?: boolean;
  /** Whether it reads standard input; absent: it does when it has no operands. */
  readsInput?(given: Given<O>): boolean;
  /** The `source` that its lines carry, as far as the options say it; undefined: none. For tests of a pipeline. */
  labelOf?(given: Given<O>): string | undefined;
  /** Whether the next run can read on where one has stopped, as `Source.replay`; absent: it cannot. */
  isReplayable?(given: Given<O>): boolean;
  /** What of this machine it reads, and a second run would read again. Absent: nothing that has a name. */
  inputsOf?(given: Given<O>): SourceInputs;
  open(given: Given<O>, host: Host, context: SourceContext): Promise<Source>;
}

export interface SinkDeclaration<O extends Options = Options> extends Declaration<O> {
  readonly kind: "sink";
  /**
   * "checked": blocks arrive with a summary, every line a valid JSON object (the engine scans them, in workers, and
   * sets the others aside). "lines": blocks arrive as they are.
   */
  readonly input: "checked" | "lines";
  /**
   * Whether what comes to it with no stage before is parsed where it is log lines: it is for people, who mean nothing
   * else.
   */
  readonly parsesLogs?: boolean;
  /** As `StageDeclaration.reads`. */
  reads?(given: Given<O>): readonly AskedField[];
  /** Whether it writes the events as text, byte for byte: the check then leaves `-0` as it is. Absent: it does not. */
  keepsText?(given: Given<O>): boolean;
  /** Whether blank lines must not come to it: the check then leaves them out. */
  readonly wantsEventsOnly?: boolean;
  /**
   * How a checked block's events are given their time. Absent: by the well-known names, in UTC where no zone is named.
   */
  timesOf?(given: Given<O>): TimeRule | undefined;
  /** Whether events that have no time are worth a word at the end; absent: they are. */
  readonly needsTime?: boolean;
  /** Whether it writes to standard output, so that `-o FILE` can stand in for that; absent: it does. */
  isPrinting?(given: Given<O>): boolean;
  /** How many of the operands belong to the sink, the ones after them being files to read; absent: all of them. */
  readonly ownOperands?: number;
  /** The table that keeps the events, and how far the sources were read: its directory, absolute. Absent: none does. */
  tableOf?(given: Given<O>, host: Host): string | undefined;
  /**
   * What it has of its events after a kill. "place": how far it is stands with its content, as `Sink.checkpoints`;
   * "whole": nothing, before the end of the run gives its file the name. Absent: neither.
   */
  keeps?(given: Given<O>): "place" | "whole" | undefined;
  /**
   * How far it says that sources were read, from runs before and without being opened: what a journal goes by that has
   * just come between them. Undefined: it keeps none, or nothing is there.
   */
  savedProgress?(given: Given<O>, host: Host): Promise<SavedProgress | undefined>;
  /** Whether it writes this format itself, which --to or the name of the file asks for. */
  writes?(given: Given<O>, format: FormatName): boolean;
  /** Throws what `open` would, as far as nothing is opened or written for it. */
  check?(given: Given<O>, host: Host): Promise<void>;
  /** `format`: one that it `writes`. */
  open(given: Given<O>, host: Host, format?: FormatName): Promise<Sink>;
  /** What messages call the place where it keeps records of lines that are no events. Absent: it keeps none. */
  asideName?(given: Given<O>, host: Host): string | undefined;
  /** Options that were given and have no effect where a journal feeds it, as in YAML, and what to write instead. */
  unusedWhenFed?(given: Given<O>): readonly { readonly option: string; readonly hint: string }[];
  /** Whether `openFed` opens one. */
  isFed?(given: Given<O>): boolean;
  /**
   * Opens it over the segments of a journal, which it stores as they are. Absent, or undefined: as it was given it
   * cannot, and is opened by `open`.
   */
  openFed?(given: Given<O>, host: Host, feed: FeedPlace): Promise<FedSink | undefined>;
}

/** A subcommand that is no part of a pipeline: `query`, `run`, `completion`. */
export interface CommandDeclaration<O extends Options = Options> extends Declaration<O> {
  readonly kind: "command";
  /** Returns the exit code. Throws LogpipeError. `registry`: all commands, this one among them. */
  run(given: Given<O>, terminal: Terminal, registry: Registry): Promise<number>;
}

// biome-ignore lint/suspicious/noExplicitAny: a declaration with any options
type AnyOptions = any;
export type AnyDeclaration =
  | StageDeclaration<AnyOptions>
  | SourceDeclaration<AnyOptions>
  | SinkDeclaration<AnyOptions>
  | CommandDeclaration<AnyOptions>;

export interface NamedCommand {
  readonly name: string;
  readonly summary: string;
}

/**
 * All commands, handed to those that speak of others (`help`, `run`, `config`, `completion`): none imports the list it
 * is in.
 */
export interface Registry {
  /** In the order of the list; "store info" is two words on the command line. */
  readonly names: readonly string[];
  /** First words of the commands that have two, each with a summary of all of them. */
  readonly groups: Readonly<Record<string, string>>;
  /** What can stand first on a command line: each command of one word, and each group. */
  readonly firstWords: readonly NamedCommand[];
  /** The commands of a group. */
  commandsOf(group: string): readonly NamedCommand[];
  /** The declaration of `name`; undefined when there is no such command. */
  load(name: string): Promise<AnyDeclaration | undefined>;
  /** All declarations, in the order of the list. */
  loadAll(): Promise<readonly AnyDeclaration[]>;
  /** The error for a name that `load` does not know: `stor`. `instead`: the command line that does what is meant. */
  unknownCommand(command: string, instead?: string): LogpipeError;
}

/** Types a declaration by its own options: `export default stage({ ... })`. */
export function stage<const O extends Options, Opened = undefined>(
  declared: Omit<StageDeclaration<O, Opened>, "kind">,
): StageDeclaration<O, Opened> {
  return { kind: "stage", ...declared };
}

export function source<const O extends Options>(
  declared: Omit<SourceDeclaration<O>, "kind">,
): SourceDeclaration<O> {
  return { kind: "source", ...declared };
}

export function sink<const O extends Options>(
  declared: Omit<SinkDeclaration<O>, "kind">,
): SinkDeclaration<O> {
  return { kind: "sink", ...declared };
}

export function command<const O extends Options>(
  declared: Omit<CommandDeclaration<O>, "kind">,
): CommandDeclaration<O> {
  return { kind: "command", ...declared };
}
