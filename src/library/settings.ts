/** How a program says that a pipeline runs: the options of `logpipe run`, a signal, and who hears messages. */
import run from "../commands/run.js";
import { failure, type LogpipeError } from "../lib/base/errors/index.js";
import { everywhere, pipelineOptions } from "../lib/options/common.js";
import type { Options } from "../lib/options/options.js";
import type { Host } from "../lib/pipeline/contract/host.js";
import type { RunOptions } from "../lib/pipeline/contract/pipeline.js";
import { runOptionsOf } from "../lib/pipeline/read/build.js";
import { hostOf } from "../lib/pipeline/run/host.js";
import { programTerminal } from "../program-terminal.js";
import { membersOf, readOptions, shownValue } from "./arguments.js";
import type { RunSettings } from "./commands.js";

export interface Settings extends RunSettings {
  /** Stops the pipeline: what was read is finished, flushed and committed. */
  readonly signal?: AbortSignal | undefined;
  /** Takes the notices and complaints that the commands print on standard error. Default: nothing. */
  readonly onMessage?: ((text: string) => void) | undefined;
}

/** What a run needs of its settings. */
export interface ReadSettings {
  readonly options: RunOptions;
  readonly signal: AbortSignal | undefined;
  readonly onMessage: (text: string) => void;
  readonly isQuiet: boolean;
}

const { checkpointInterval, resetState } = run.options;
const { dryRun: _dryRun, ...common } = pipelineOptions;

/** Values of a pipeline file, by the name of the option. */
export type FileSettings = Readonly<Record<string, unknown>>;

/** What may stand at the top of a pipeline file. */
export const fileSettings = { ...common, checkpointInterval } satisfies Options;

/** The options of `run`, by name, that a program can give. */
export const runSettings = {
  ...common,
  quiet: everywhere.quiet,
  checkpointInterval,
  resetState,
} satisfies Options;

/**
 * Throws the LogpipeErrors of a command line. `call`: the function they were given to; `fromFile`: what holds where the
 * program gives nothing.
 */
export function readRunSettings(call: string, given: unknown, fromFile: FileSettings = {}): ReadSettings {
  const members = membersOf(call, given);
  const { signal, onMessage, ...named } = Object.fromEntries(members) as Record<string, unknown>;
  const options = readOptions(call, withSettings(runSettings), named);
  const values = Object.fromEntries(
    Object.entries(runSettings).map(([name, option]) => {
      const [from] = [options, fromFile].filter((values) => Object.hasOwn(values, name));
      return [name, from === undefined ? option.default : from[name]];
    }),
  );
  return {
    options: {
      ...runOptionsOf(values as never),
      checkpointIntervalMs: values["checkpointInterval"] as number,
      isResettingState: values["resetState"] as boolean,
    },
    signal: signalOf(call, signal),
    onMessage: functionOf(call, onMessage),
    isQuiet: values["quiet"] === true,
  };
}

/** For did-you-mean: `signal` and `onMessage` are names, too. */
function withSettings(options: Options): Options {
  const { output } = pipelineOptions;
  return { ...options, signal: output, onMessage: output };
}

export function signalOf(call: string, signal: unknown): AbortSignal | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  throw badSetting(call, "signal", signal, "it is no AbortSignal");
}

export function functionOf(call: string, onMessage: unknown): (text: string) => void {
  if (onMessage === undefined) return () => {};
  if (typeof onMessage === "function") return onMessage as (text: string) => void;
  throw badSetting(call, "onMessage", onMessage, "it is no function");
}

function badSetting(call: string, name: string, value: unknown, reason: string): LogpipeError {
  return failure("usage.bad-argument", { call: `${name} of ${call}()`, value: shownValue(value), reason });
}

/** The outside of one run, and what it could not do: that makes a command's exit code 1. */
export function openHost(signal: AbortSignal, { onMessage, isQuiet }: ReadSettings): OpenHost {
  const failures: Failure[] = [];
  const terminal = programTerminal(signal, onMessage, isQuiet);
  const fail = (text: string, help?: string) => {
    failures.push({ text, help });
    terminal.complain(text, help);
  };
  return { host: { ...hostOf(terminal), isOfProgram: true, fail }, failures };
}

export interface OpenHost {
  readonly host: Host;
  readonly failures: readonly Failure[];
}

interface Failure {
  readonly text: string;
  readonly help: string | undefined;
}

/** Throws input.incomplete where the run did less than it was asked to. */
export function checkComplete(failures: readonly Failure[]): void {
  const [first] = failures;
  if (first === undefined) return;
  throw failure("input.incomplete", { first: first.text, others: failures.length - 1, help: first.help });
}
