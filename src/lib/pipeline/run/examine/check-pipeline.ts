/** `run --check`: all that is wrong with a pipeline, and what is perhaps not meant. Its input and sinks stay closed. */
import { failure, LogpipeError } from "../../../base/errors/index.js";
import { countOf } from "../../../base/size.js";
import { escapeControlsInLines } from "../../../terminal/escape.js";
import type { Graph } from "../../contract/graph.js";
import type { Pipeline } from "../../contract/pipeline.js";
import type { Registry } from "../../contract/stage.js";
import type { Terminal } from "../../contract/terminal.js";
import { withLine } from "../../read/caret.js";
import { examineGiven, type GivenPipeline } from "../../read/given.js";
import { sortedFaults } from "../../read/graph/faults.js";
import type { ExaminedFile, PipelineFile } from "../../read/yaml.js";
import { checkSink, checkStages } from "../check.js";
import { expanded } from "../graph/expand.js";
import { journalOfPlaced } from "../graph/journal-place.js";
import { outlineOf } from "../graph/outline.js";
import { placement } from "../graph/placement/placement.js";
import { unusedWhenFed } from "../graph/placement/unused-when-fed.js";
import { checkOwnOutput, checkOwnOutputOf } from "./own-output.js";

export interface PipelineCheck {
  /** For a program: one object with all that was found, on standard output. */
  readonly isJson: boolean;
  /** Throws what is wrong with the options of the run. */
  readonly checkRun: (file: PipelineFile) => Promise<void>;
  /** Where the run keeps lines that cannot be handled; absent: in the state directory. */
  readonly deadLettersOf: (file: PipelineFile) => string | undefined;
  /** What else is perhaps not meant, of a pipeline without faults. Throws LogpipeError where that cannot be known. */
  readonly warningsOf?: (graph: Graph) => Promise<readonly LogpipeError[]>;
}

interface Found {
  readonly faults: readonly LogpipeError[];
  readonly warnings: readonly LogpipeError[];
}

/** Resolves with the exit code: 2 where there is a fault. */
export async function checkPipeline(
  given: GivenPipeline,
  { isJson, checkRun, deadLettersOf, warningsOf }: PipelineCheck,
  terminal: Terminal,
  commands: Registry,
): Promise<number> {
  const { hide } = given.variables;
  const examined = await examineGiven(given, terminal, commands).catch(asFault);
  const { file, faults, warnings, texts } = examined;
  const more = await faultsOf(examined, given.text, { checkRun, deadLettersOf }, terminal);
  const all = [...faults, ...more];
  const warned = file === undefined || all.length > 0 ? [] : await warningsOf?.(file.graph);
  const shown = (error: LogpipeError) => withLine(hide(error), texts ?? new Map()) as LogpipeError;
  const found: Found = {
    faults: sortedFaults([...faults, ...more.map(shown)], [...(texts?.keys() ?? [])]),
    warnings: [...warnings, ...[...(warned ?? []), ...(await unusedOf(file, all.length > 0))].map(shown)],
  };
  if (isJson) await terminal.stdout.write(jsonOf(found));
  else await sayAll(found, file, terminal);
  return found.faults.length > 0 ? 2 : 0;
}

/** Options of sinks that the plan makes useless. */
async function unusedOf(
  file: Pick<PipelineFile, "graph" | "pipeline"> | undefined,
  hasFaults: boolean,
): Promise<readonly LogpipeError[]> {
  if (file === undefined || file.pipeline !== undefined || hasFaults) return [];
  const { sinks } = placement(await expanded(file.graph));
  return unusedWhenFed(sinks).map((facts) => failure("usage.file", { ...facts }));
}

function asFault(error: unknown): ExaminedFile {
  if (!(error instanceof LogpipeError)) throw error;
  return { faults: [error], warnings: [] };
}

/** What only the stages can tell, each made by itself; one that stands in several places is reported once. */
async function faultsOf(
  { file, parts }: ExaminedFile,
  path: string,
  { checkRun, deadLettersOf }: Pick<PipelineCheck, "checkRun" | "deadLettersOf">,
  terminal: Terminal,
): Promise<readonly LogpipeError[]> {
  const faults = new Map<string, LogpipeError>();
  const attempt = async (check: () => Promise<void>, counts = (_: LogpipeError) => true) => {
    try {
      await check();
    } catch (error) {
      if (!(error instanceof LogpipeError)) throw error;
      if (counts(error)) faults.set(error.message, error);
    }
  };
  if (file !== undefined) await attempt(() => checkRun(file));
  const stages = parts?.stages ?? file?.graph.stages.flatMap((node) => node.stages) ?? [];
  for (const step of new Set(stages))
    await attempt(() => checkStages({ files: [], stages: [step] }, terminal));
  const sinks = file?.graph.sinks.map(({ step }) => step) ?? parts?.sinks ?? [];
  for (const step of sinks) await attempt(() => checkSink(step, terminal));
  // Of what has faults only values that are there can be judged: the rest may come of what is left out.
  for (const { declaration, ...step } of parts?.begun ?? [])
    if (declaration.kind === "stage")
      await attempt(
        () => checkStages({ files: [], stages: [{ declaration, ...step }] }, terminal),
        isOfValue,
      );
  const deadLetters = file === undefined ? undefined : deadLettersOf(file);
  const besides = deadLetters === undefined ? {} : { deadLetters };
  const pipeline = file?.pipeline;
  if (pipeline !== undefined) await attempt(() => checkOwnOutputOf(pipeline, besides, terminal));
  // How several ways run, and what each sink can promise: not every policy goes with every source.
  else if (file !== undefined && faults.size === 0)
    await attempt(async () => {
      const whole = await expanded(file.graph);
      outlineOf(whole, { workers: 0 });
      const journal = journalOfPlaced(whole, placement(whole), path, terminal);
      await checkOwnOutput(whole, { journal, ...besides }, terminal);
    });
  return [...faults.values()];
}

function isOfValue({ code, cause }: LogpipeError): boolean {
  return (
    code === "usage.bad-expression" ||
    code === "usage.bad-value" ||
    (cause instanceof LogpipeError && isOfValue(cause))
  );
}

async function sayAll(
  { faults, warnings }: Found,
  file: PipelineFile | undefined,
  terminal: Terminal,
): Promise<void> {
  for (const { message, help } of faults) await say(`${message}\n`, help, terminal);
  for (const { message, help } of warnings) await say(`warning: ${message}\n`, help, terminal);
  if (faults.length > 1) await say(`${countOf(faults.length, "fault")}\n`, undefined, terminal);
  if (faults.length > 0 || file === undefined) return;
  const what = file.pipeline === undefined ? graphInWords(file.graph) : inWords(file.pipeline);
  const warned = warnings.length === 0 ? "nothing wrong" : countOf(warnings.length, "warning");
  await terminal.stdout.write(`${what}: ${warned}\n`);
}

/** As errors are printed: no line but the first could pass for a message of ours. */
async function say(message: string, help: string | undefined, terminal: Terminal): Promise<void> {
  const text = `logpipe run: ${message}${help === undefined ? "" : `  ${help}\n`}`;
  await terminal.stderr.write(escapeControlsInLines(text).replace(/\n(?! {2}|$)/g, "\n  "));
}

function inWords({ source, stages, sink }: Pipeline): string {
  const steps = [source, ...stages, sink].filter((step) => step !== undefined);
  return steps.map(({ declaration }) => declaration.name).join(" | ");
}

function graphInWords({ sources, stages, routes, sinks }: Graph): string {
  const parts = [
    countOf(sources.length, "source"),
    ...(stages.length === 0 ? [] : [countOf(stages.length, "list").replace(/$/, " of stages")]),
    ...(routes.length === 0 ? [] : [countOf(routes.length, "route")]),
    countOf(sinks.length, "sink"),
  ];
  return parts.join(", ");
}

/** `{"faults":[{"file":...,"line":...,"column":...,"message":...,"help":...}],"warnings":[...]}`. */
function jsonOf({ faults, warnings }: Found): string {
  return `${JSON.stringify({ faults: faults.map(plain), warnings: warnings.map(plain) })}\n`;
}

function plain({ code, message, help }: LogpipeError) {
  const [first = ""] = message.split("\n");
  const at = code === "usage.file" ? /^(.*?):(\d+):(\d+): ([\s\S]*)$/.exec(first) : null;
  if (at === null) return { message: first, help };
  return { file: at[1], line: Number(at[2]), column: Number(at[3]), message: at[4], help };
}
