/** Pipelines for Node programs, from the same declarations as the commands. */

import sinkDeclaration from "./commands/sinks/sink.js";
import ingestSource from "./commands/sources/ingest.js";
import enrichStage from "./commands/stages/enrich.js";
import parseStage from "./commands/stages/parse.js";
import { present } from "./lib/base/assert.js";
import { Event } from "./lib/event/event.js";
import { defaultsOf, type Options, type ValuesOf } from "./lib/options/options.js";
import type { Host } from "./lib/pipeline/contract/host.js";
import {
  type AnyDeclaration,
  type SinkDeclaration,
  type SourceDeclaration,
  type StageDeclaration,
  source,
} from "./lib/pipeline/contract/stage.js";
import { hostOf } from "./lib/pipeline/run/host.js";
import {
  explainPlan,
  type Pipeline,
  type RunOptions,
  runPipeline,
  type Step,
} from "./lib/pipeline/run/run-pipeline.js";
import { ChannelSink } from "./lib/sinks/channel/channel.js";
import { openFiles } from "./lib/sources/files/files.js";
import { openLines } from "./lib/sources/files/lines.js";
import { programTerminal } from "./program-terminal.js";

/** One piece of a pipeline. Made by `files`, `lines`, `ingest`, `parse`, `enrich`, `sink` or `use`. */
export type Piece = Step<SourceDeclaration> | Step<StageDeclaration> | Step<SinkDeclaration>;

type OptionsOf<D> = D extends { readonly options: infer O extends Options } ? Partial<ValuesOf<O>> : never;

/** Reads files in order: plain, gzip or zstd. */
export function files(...paths: string[]): Piece {
  return use(
    source({
      ...NAMELESS,
      name: "files",
      options: {},
      open: async ({ operands }, host) => openFiles(operands, {}, host),
    }),
    paths,
  );
}

/** Reads lines from an iterable: an array, a generator, a readable stream. */
export function lines(from: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>): Piece {
  return use(
    source({
      ...NAMELESS,
      name: "lines",
      options: {},
      readsInput: () => false,
      open: async () => openLines(from),
    }),
  );
}

/** `logpipe ingest`: files and patterns, followed if asked, each event labelled with its source. */
export function ingest(paths: readonly string[], options: OptionsOf<typeof ingestSource> = {}): Piece {
  return use(ingestSource, paths, options);
}

/** `logpipe parse`: log lines to events. */
export function parse(options: OptionsOf<typeof parseStage> = {}): Piece {
  return use(parseStage, [], options);
}

/** `logpipe enrich`: adds fields. */
export function enrich(options: OptionsOf<typeof enrichStage>): Piece {
  return use(enrichStage, [], options);
}

/** `logpipe sink`: keeps events in a store. */
export function sink(store: string, options: OptionsOf<typeof sinkDeclaration> = {}): Piece {
  return use(sinkDeclaration, [store], options);
}

/** Any declaration, one of your own too, with operands and options. */
export function use<O extends Options>(
  declaration: SourceDeclaration<O> | StageDeclaration<O> | SinkDeclaration<O>,
  operands: readonly string[] = [],
  options: Partial<ValuesOf<O>> = {},
): Piece {
  return {
    declaration,
    given: { operands, options: { ...defaultsOf(declaration.options), ...options } },
  } as Piece;
}

export interface Settings extends Partial<RunOptions> {
  /** Stops the pipeline: what was read is finished, flushed and committed. */
  readonly signal?: AbortSignal;
  /** Takes the notices and complaints that the commands print on standard error. Default: nothing. */
  readonly onMessage?: (text: string) => void;
}

/** A pipeline that is ready to run. */
export interface RunnablePipeline {
  /** Runs to the end of the source. Rejects with a LogpipeError when it could not be done. */
  run(settings?: Settings): Promise<void>;
  /** Runs and gives the events one by one, as fast as they are taken. Not for pipelines that end in a sink. */
  events(settings?: Settings): AsyncGenerator<Event>;
  /** How it would run: what is fused, what runs in workers. */
  explain(): string;
}

/**
 * Puts pieces together: a source, stages, a sink.
 *
 * ```ts
 * await pipeline(files("access.log.gz"), parse({ format: "combined" }), sink("./logpipe-store")).run();
 * for await (const event of pipeline(files("app.log"), parse()).events()) console.log(event.get("message"));
 * ```
 */
export function pipeline(...pieces: readonly Piece[]): RunnablePipeline {
  const built = assemble(pieces);
  return {
    run: (settings = {}) => run(built, settings),
    events: (settings = {}) => events(built, settings),
    explain: () => explainPlan(built, runOptions({})),
  };
}

function assemble(pieces: readonly Piece[]): Pipeline {
  const ofKind = (kind: AnyDeclaration["kind"]) =>
    pieces.filter(({ declaration }) => declaration.kind === kind);
  const [first] = ofKind("source");
  const [last] = ofKind("sink");
  const isInOrder =
    ofKind("source").length === 1 &&
    ofKind("sink").length <= 1 &&
    pieces[0] === first &&
    (last === undefined || pieces.at(-1) === last);
  if (!isInOrder) throw new TypeError("a pipeline is one source, then stages, then at most one sink");
  const stages = ofKind("stage") as Step<StageDeclaration>[];
  const ends = last === undefined ? {} : { sink: last as Step<SinkDeclaration> };
  return { source: first as Step<SourceDeclaration>, files: [], stages, ...ends };
}

async function run(built: Pipeline, settings: Settings): Promise<void> {
  await runPipeline(built, runOptions(settings), hostFor(settings));
}

async function* events(built: Pipeline, settings: Settings): AsyncGenerator<Event> {
  const channel = new ChannelSink();
  const collector: SinkDeclaration = {
    ...NAMELESS,
    kind: "sink",
    name: "events",
    options: {},
    input: "lines",
    open: async () => channel,
  };
  const step = { declaration: collector, given: { operands: [], options: {} } };
  const running = runPipeline({ ...built, sink: step }, runOptions(settings), hostFor(settings));
  running.catch(() => channel.close());
  for await (const block of channel.blocks()) {
    for (const line of block.bytes.toString().split("\n")) if (line !== "") yield eventOf(line);
  }
  await running;
}

/** Stages write valid events only. */
function eventOf(line: string): Event {
  const event = Event.parse(line);
  return present(event instanceof Event ? event : undefined, "a valid event");
}

function runOptions({
  isStrict = false,
  workers = "auto",
  hasStats = false,
  ...others
}: Settings): RunOptions {
  const { signal: _signal, onMessage: _onMessage, ...more } = others as Settings;
  return { isStrict, workers, hasStats, ...more };
}

function hostFor({ signal, onMessage }: Settings): Host {
  return hostOf(programTerminal(signal ?? new AbortController().signal, onMessage ?? (() => {})));
}

const NAMELESS = { summary: "", details: "", operands: [], examples: [] };
