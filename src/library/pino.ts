/**
 * A transport for pino: what a program logs goes through a pipeline in a thread of its own, and is stored when the
 * program ends, by `process.exit()`, too.
 *
 * ```ts
 * const logger = pino({ transport: { target: "logpipe/pino", options: { store: "./logpipe-store" } } });
 * const other = pino({ transport: { target: "logpipe/pino", options: { pipeline: "parse | redact | sink" } } });
 * ```
 */
import type { Duplex } from "node:stream";
import { failure } from "../lib/base/errors/index.js";
import { printError } from "../process/of-program.js";
import { membersOf, shownValue } from "./arguments.js";
import { parse, type SinkOptions, sink } from "./commands.js";
import { pipeline, readPipeline } from "./pipeline.js";

export interface PinoOptions extends SinkOptions {
  /** The pipeline in place of `parse | sink`: quoted, as `logpipe run` reads it, or a file that ends in `.yaml`. */
  readonly pipeline?: string | undefined;
}

/** What pino itself tells its transports, beside the options of the program. */
const OF_PINO = /^\$|^pinoWillSendConfig$/;

/** What pino calls, once, in the thread of the transport. Messages go to standard error. */
export default async function transport(options: PinoOptions = {}): Promise<Duplex> {
  const told = membersOf("logpipe/pino", options).filter(([name]) => !OF_PINO.test(name));
  const { pipeline: text, ...others } = Object.fromEntries(told) as PinoOptions;
  const onMessage = (message: string) => printError(`logpipe: ${message}\n`);
  if (text === undefined) return pipeline(parse(), sink(others)).stream({ onMessage, quiet: true });
  const [spare] = Object.keys(others);
  if (spare !== undefined)
    throw failure("usage.bad-argument", {
      call: "logpipe/pino",
      value: shownValue(spare),
      reason: "the pipeline says what its sink does",
      hint: `write it there: sink --${spare} ...`,
    });
  return (await readPipeline(text)).stream({ onMessage, quiet: true });
}
