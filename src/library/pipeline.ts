// Enter here: pipelines for Node programs: pieces put together, run, read event by event or as a stream.
import { failure, LogpipeError, reasonOf } from "../lib/base/errors/index.js";
import { localName } from "../lib/base/local/path.js";
import { readText } from "../lib/base/local/read-text.js";
import type { Event } from "../lib/event/event.js";
import type { Pipeline } from "../lib/pipeline/contract/pipeline.js";
import { joinSteps } from "../lib/pipeline/read/build.js";
import { explainPlan } from "../lib/pipeline/run/run-pipeline.js";
import { programEnvironment } from "../process/of-program.js";
import { reading, shownValue } from "./arguments.js";
import { type Input, inputPiece, isIterable } from "./inputs.js";
import { checkGiven, isPiece, type Piece } from "./piece.js";
import { channelStep, Events, type RunResult, runToEnd } from "./run.js";
import {
  type FileSettings,
  fileSettings,
  type ReadSettings,
  readRunSettings,
  type Settings,
} from "./settings.js";
import type { RunnablePipeline } from "./stream.js";
import { PipelineStream } from "./stream.js";

export type { RunnablePipeline } from "./stream.js";

/**
 * Puts pieces together: an input, stages, a sink. The input is `files(...)`, `ingest(...)`, `lines(...)`, a Node or web
 * stream, another pipeline, or any iterable of lines or plain objects; without one, what is written to `stream()`.
 * Throws usage.bad-pipeline.
 *
 * ```ts
 * await pipeline(files("access.log.gz"), parse({ format: "combined" }), sink("./logpipe-store")).run();
 * for await (const event of pipeline(files("app.log"), parse())) console.log(event.get("message"));
 * createReadStream("app.log").pipe(pipeline(parse(), filter('level == "error"')).stream()).pipe(process.stdout);
 * ```
 */
export function pipeline(...pieces: readonly (Piece | Input)[]): RunnablePipeline {
  return runnable(reading("pipeline", pieces[0], () => assemble(pieces)));
}

/**
 * The pipeline that `logpipe run` would read: a quoted one (`"parse | redact | sink ./store"`), or a file that ends in
 * `.yaml`; one with named sources, routes and sinks, too. Settings files are not read. Rejects with the errors of the
 * command line, carets and lines included.
 */
export async function readPipeline(text: string): Promise<RunnablePipeline> {
  if (typeof text !== "string")
    throw failure("usage.bad-argument", {
      call: "readPipeline()",
      value: shownValue(text),
      reason: "it is no text",
    });
  const { registry } = await import("../commands/registry.js");
  if (!/\.ya?ml$/.test(text)) {
    const { readQuoted } = await import("../lib/pipeline/read/quoted.js");
    return runnable(checked(await readQuoted(text, registry)));
  }
  const { readPipelineFile } = await import("../lib/pipeline/read/yaml.js");
  const read = readPipelineText(text);
  const { variablesOf } = await import("../lib/options/variables.js");
  const variables = variablesOf(programEnvironment());
  const file = await readPipelineFile(read, text, registry, undefined, [], fileSettings, variables);
  const { chainOf } = await import("../lib/pipeline/run/start.js");
  const chain = await chainOf(file, text);
  if (chain === undefined) {
    const { runnableGraph } = await import("./graph.js");
    return runnableGraph(file.graph, text, file.settings);
  }
  return runnable(checked(chain), file.settings);
}

function checked(built: Pipeline): Pipeline {
  for (const { declaration, given } of built.stages) checkGiven(declaration, given as never);
  return built;
}

function readPipelineText(path: string): string {
  try {
    return readText(localName(path, "PIPELINE"));
  } catch (error) {
    if (error instanceof LogpipeError) throw error;
    throw failure("usage.unreadable", { what: "pipeline file", path, reason: reasonOf(error) }, error);
  }
}

function runnable(built: Pipeline, fromFile: FileSettings = {}): RunnablePipeline {
  const eventsOf = (settings?: Settings) => events(built, readRunSettings("events", settings, fromFile));
  return {
    run: async (settings) => {
      needsInput(built, "run()");
      const read = readRunSettings("run", settings, fromFile);
      return runToEnd(withEnd(built, read), read);
    },
    events: eventsOf,
    stream: (settings) => new PipelineStream(built, settings, fromFile),
    explain: (settings) => explainPlan(built, readRunSettings("explain", settings, fromFile).options),
    [Symbol.asyncIterator]: () => eventsOf(),
  };
}

function assemble(given: readonly unknown[]): Pipeline {
  const pieces = given.map((piece, index) => {
    if (isPiece(piece)) return piece;
    if (index === 0 && isIterable(piece)) return inputPiece("pipeline", piece);
    if (index === 0) throw failure("usage.bad-argument", notAPiece(piece));
    throw bad(`${shownValue(piece)} cannot stand in the middle of a pipeline`, PIECES);
  });
  if (pieces.length === 0) throw bad("the pipeline is empty", PIECES);
  for (const [index, { declaration, given: values }] of pieces.entries()) {
    const { kind, name } = declaration;
    if (kind === "source" && index > 0) throw bad(`${name} is a source: it can only come first`, PIECES);
    if (kind === "sink" && index < pieces.length - 1)
      throw bad(`${name} is a sink: it can only come last`, PIECES);
    if (kind !== "source" && index > 0 && joinSteps([{ declaration, given: values }]).files.length > 0)
      throw bad(`${name} reads the stage before it; only the first stage can name files`, PIECES);
  }
  return joinSteps(pieces);
}

const PIECES = "a pipeline is an input, then stages such as parse(), then at most one sink";

function bad(reason: string, hint: string): LogpipeError {
  return failure("usage.bad-pipeline", { reason, hint });
}

function notAPiece(value: unknown) {
  const hint =
    typeof value === "string"
      ? "to read a file: files(path); to read text as lines: lines([text])"
      : typeof value === "function"
        ? "call it: parse(), not parse"
        : PIECES;
  const reason = "it is no stage and nothing to read from";
  return { call: "pipeline()", value: shownValue(value), reason, hint };
}

function needsInput({ source, files }: Pipeline, call: string): void {
  if (source === undefined && files.length === 0)
    throw bad(
      `${call} of a pipeline without an input`,
      `name one first, as in pipeline(files("app.log"), ...)`,
    );
}

/** What comes out must go somewhere: a program that forgets it would find out late. */
function withEnd(built: Pipeline, { options }: ReadSettings): Pipeline {
  if (built.sink !== undefined || options.output !== undefined) return built;
  const hint =
    'end it in sink("./logpipe-store"), write it with run({ output: FILE }), or read it with events()';
  throw bad("run() of a pipeline that ends nowhere", hint);
}

function events(
  built: Pipeline,
  settings: ReadSettings,
): AsyncIterableIterator<Event, RunResult | undefined> {
  needsInput(built, "events()");
  if (built.sink !== undefined)
    throw bad(`events() of a pipeline that ends in ${built.sink.declaration.name}`, "call run()");
  return new Events((all, channel) => runToEnd(built, all, channelStep(channel, built)), settings);
}
