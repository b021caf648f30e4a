/**
 * A transport for pino: what a program logs goes through a pipeline in a thread of its own, and is stored when the
 * program ends, by `process.exit()`, too.
 *
 * ```ts
 * const logger = pino({ transport: { target: "logpipe/pino", options: { store: "./logpipe-store" } } });
 * const other = pino({ transport: { target: "logpipe/pino", options: { pipeline: "parse | redact | sink" } } });
 * ```
 */
import { type Duplex, PassThrough } from "node:stream";
import { parentPort, workerData } from "node:worker_threads";
import sinkDeclaration from "../commands/sinks/sink.js";
import { failure, LogpipeError, reasonOf } from "../lib/base/errors/index.js";
import { countOf } from "../lib/base/size.js";
import { suggest } from "../lib/base/suggest.js";
import { printError } from "../process/of-program.js";
import { membersOf, shownValue } from "./arguments.js";
import { parse, type SinkOptions, sink } from "./commands.js";
import { configOfLevels } from "./pino-lines.js";
import { pipeline, readPipeline } from "./pipeline.js";
import type { PipelineStream } from "./stream.js";

export interface PinoOptions extends SinkOptions {
  /** The pipeline in place of `parse | sink`: quoted, as `logpipe run` reads it, or a file that ends in `.yaml`. */
  readonly pipeline?: string | undefined;
}

/** What pino itself tells its transports, beside the options of the program: `levels` are its `customLevels`. */
const OF_PINO = /^(?:\$.*|pinoWillSendConfig|levels|dedupe|targets|pipelines)$/;

/**
 * What pino calls, once, in the thread of the transport. Resolves when the store is open. Messages go to standard
 * error, at once: a program that exits has no time for them. An error is that of the stream, never a rejection: pino
 * would wait ten seconds for a thread that is gone.
 */
export default async function transport(options: PinoOptions = {}): Promise<Duplex> {
  try {
    const stream = await streamOf(options);
    tellOfLogger(stream, options);
    let isOpen = false;
    stream.on("error", (error) => isOpen && sayLost(error, stream));
    await stream.opened();
    isOpen = true;
    return stream;
  } catch (error) {
    sayLost(error);
    const failed = new PassThrough();
    // Its `error` comes in this turn, once who waits for it listens: a program that ends by itself hears it.
    failed.destroy(error as Error);
    return failed;
  }
}

async function streamOf(options: PinoOptions): Promise<PipelineStream> {
  const told = membersOf("logpipe/pino", options).filter(([name]) => !OF_PINO.test(name));
  const known = told.filter(([name]) => isKnown(name));
  for (const [name] of told) if (!isKnown(name)) sayUnknown(name);
  const { pipeline: text, ...others } = Object.fromEntries(known) as PinoOptions;
  const settings = { onMessage: say, quiet: true };
  if (text === undefined) return pipeline(parse(), sink(others)).stream(settings) as PipelineStream;
  const [spare] = Object.keys(others);
  if (spare !== undefined)
    throw failure("usage.bad-argument", {
      call: "logpipe/pino",
      value: shownValue(spare),
      reason: "the pipeline says what its sink does",
      hint: `write it there: sink --${spare} ...`,
    });
  return (await readPipeline(text)).stream(settings) as PipelineStream;
}

/** Levels and keys of the logger, which pino sends when it is made: before the first line, to the thread's port. */
function tellOfLogger(stream: PipelineStream, options: PinoOptions): void {
  const { levels } = options as { readonly levels?: unknown };
  if (levels !== undefined) stream.emit("message", configOfLevels(levels));
  const data = workerData as { readonly workerData?: { readonly pinoWillSendConfig?: unknown } } | null;
  if (parentPort === null || data?.workerData?.pinoWillSendConfig !== true) return;
  const port = parentPort;
  const tell = (message: unknown) => void stream.emit("message", message);
  port.on("message", tell);
  stream.once("close", () => port.off("message", tell));
  // What was sent before the first line was written is there two turns later at most.
  stream.beforeFirst = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

function isKnown(name: string): boolean {
  return name === "pipeline" || Object.hasOwn(sinkDeclaration.options, name);
}

/** No reason to lose what the program logs. */
function sayUnknown(name: string): void {
  const meant = suggest(name, [...Object.keys(sinkDeclaration.options), "pipeline"]);
  const hint = meant === undefined ? "" : `; did you mean "${meant}"?`;
  say(`logpipe/pino has no option "${name}", which has no effect${hint}`);
}

function sayLost(error: unknown, stream?: PipelineStream): void {
  const reason = error instanceof LogpipeError ? error.message : reasonOf(error);
  const help = error instanceof LogpipeError && error.help !== undefined ? `\n  ${error.help}` : "";
  const lines = stream?.linesTaken ?? 0;
  const lost =
    lines === 0
      ? "nothing of what the program logs is stored"
      : `of ${countOf(lines, "line")} that the program has logged, the last ones may not be stored, and no more will be`;
  say(`pino: ${reason}${help}\n  ${lost}`);
}

function say(message: string): void {
  printError(`logpipe: ${message}\n`);
}
