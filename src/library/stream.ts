/** A pipeline as a Node stream: written to, read from, or both. */
import { Duplex } from "node:stream";
import { present } from "../lib/base/assert.js";
import type { Event } from "../lib/event/event.js";
import type { Pipeline } from "../lib/pipeline/contract/pipeline.js";
import { ChannelSink } from "../lib/sinks/channel/channel.js";
import { beforeExit } from "../process/of-program.js";
import { membersOf } from "./arguments.js";
import { Feed } from "./feed.js";
import { inputPiece } from "./inputs.js";
import { loggerConfigIn, PinoLines } from "./pino-lines.js";
import { channelStep, eventOf, type RunResult, runToEnd } from "./run.js";
import { type FileSettings, type ReadSettings, readRunSettings, type Settings } from "./settings.js";

export interface StreamSettings extends Settings {
  /** Read from as `Event` objects, one a `data`; default: NDJSON as bytes. */
  readonly objects?: boolean | undefined;
}

/**
 * Begins to run when it is first written to or read. Taking nothing from it stops its input; not reading the input
 * makes `write` return false. Its end (`finish`) waits for a sink; an error of the run destroys it. Emits `result` with
 * a RunResult before its end.
 */
export class PipelineStream extends Duplex {
  private readonly built: Pipeline;
  private readonly settings: ReadSettings;
  private readonly isObjects: boolean;
  private readonly feed: Feed | undefined;
  private readonly channel: ChannelSink | undefined;
  private readonly stopped = new AbortController();
  private readonly blocks: AsyncGenerator<{ readonly bytes: Buffer }> | undefined;
  private running: Promise<RunResult> | undefined;
  private isReading = false;
  /** Awaited before the first item that is written. */
  beforeFirst: (() => Promise<void>) | undefined;
  /** Line ends that were written, where items are text. */
  linesTaken = 0;
  private logger: PinoLines | undefined;
  private readonly opening: Promise<void>;
  private settleOpening: { readonly resolve: () => void; readonly reject: (error: unknown) => void };

  constructor(built: Pipeline, given: StreamSettings | undefined, fromFile: FileSettings = {}) {
    const { objects = false, ...others } = Object.fromEntries(membersOf("stream", given));
    const settings = readRunSettings("stream", others, fromFile);
    const hasInput = built.source !== undefined || built.files.length > 0;
    const isObjects = objects === true;
    const sides = { writable: !hasInput, readable: built.sink === undefined };
    super({ ...sides, writableObjectMode: true, readableObjectMode: isObjects, decodeStrings: false });
    let settle: PipelineStream["settleOpening"] | undefined;
    this.opening = new Promise((resolve, reject) => (settle = { resolve, reject }));
    this.opening.catch(() => {});
    this.settleOpening = present(settle, "the promise's functions");
    this.built = built;
    this.settings = settings;
    this.isObjects = isObjects;
    this.feed = hasInput ? undefined : new Feed();
    this.channel = built.sink === undefined ? new ChannelSink() : undefined;
    this.blocks = this.channel?.blocks();
    this.on("pipe", (from: { readonly readableObjectMode?: boolean }) => {
      if (this.feed !== undefined) this.feed.readableObjectMode = from.readableObjectMode === true;
    });
    // pino tells its streams of levels and keys of its own; they hold for what is written from then on.
    if (this.feed !== undefined) this.on("message", (message) => this.tellOfLogger(message));
    if (hasInput && this.channel === undefined) void this.start();
  }

  override _read(): void {
    if (this.blocks === undefined || this.isReading) return;
    this.isReading = true;
    void this.start();
    void this.give(this.blocks);
  }

  override _write(item: unknown, _encoding: string, taken: (error?: Error | null) => void): void {
    void this.start();
    const { beforeFirst } = this;
    this.beforeFirst = undefined;
    if (beforeFirst === undefined) this.handOver(item, taken);
    else
      beforeFirst().then(
        () => this.handOver(item, taken),
        (error: Error) => taken(error),
      );
  }

  private handOver(item: unknown, taken: (error?: Error | null) => void): void {
    if (typeof item === "string") this.linesTaken += item.split("\n").length - 1;
    const told = this.logger !== undefined && typeof item === "string" ? this.logger.push(item) : item;
    if (told === "") taken();
    else this.feed!.put(told, taken);
  }

  private tellOfLogger(message: unknown): void {
    const config = loggerConfigIn(message);
    if (config === undefined) return;
    const logger = new PinoLines(config);
    if (!logger.isPlain) this.logger = logger;
  }

  /** Begins to run. Resolves when the sink is open; rejects with what it could not be opened for. */
  opened(): Promise<void> {
    void this.start();
    return this.opening;
  }

  override _final(done: (error?: Error | null) => void): void {
    const running = this.start();
    const rest = this.logger?.end() ?? "";
    if (rest !== "") this.feed?.put(rest, () => {});
    this.feed?.end();
    // What is read from it may wait for a reader: only a sink has an end of its own.
    if (this.channel !== undefined) done();
    else
      running.then(
        () => done(),
        (error: Error) => done(error),
      );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.stopped.abort();
    this.feed?.end();
    this.channel?.leave();
    const ended = Promise.all([this.blocks?.return(undefined), this.running?.catch(() => undefined)]);
    ended.then(
      () => done(error),
      () => done(error),
    );
  }

  private start(): Promise<RunResult> {
    this.running ??= this.begin();
    return this.running;
  }

  private begin(): Promise<RunResult> {
    const { signal } = this.settings;
    const both = signal === undefined ? this.stopped.signal : AbortSignal.any([signal, this.stopped.signal]);
    const step = this.channel && channelStep(this.channel, this.built);
    const piece = this.feed && inputPiece("stream", this.feed);
    const built = piece === undefined ? this.built : { ...this.built, source: piece as never };
    // What was written is stored even where the program forgets to end the stream.
    const forget = this.feed && this.channel === undefined ? beforeExit(() => this.end()) : () => {};
    const { resolve, reject } = this.settleOpening;
    const running = runToEnd(built, { ...this.settings, signal: both }, step, resolve);
    running.then(resolve, reject);
    running.then(forget, forget);
    running.then(
      (result) => {
        this.emit("result", result);
        // Nothing more is wanted: what is still written goes nowhere.
        this.feed?.end();
        if (this.channel === undefined && this.feed === undefined) this.destroy();
      },
      (error: Error) => {
        void this.channel?.close();
        this.destroy(error);
      },
    );
    return running;
  }

  /** Blocks until the reader has enough for now. */
  private async give(blocks: AsyncGenerator<{ readonly bytes: Buffer }>): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await blocks.next();
        if (done === true) return await this.ended();
        const wantsMore = this.isObjects ? this.pushEvents(value.bytes) : this.push(value.bytes);
        if (!wantsMore) break;
      }
      this.isReading = false;
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  private async ended(): Promise<void> {
    await this.running;
    this.push(null);
  }

  private pushEvents(bytes: Buffer): boolean {
    let wantsMore = true;
    for (const line of bytes.toString().split("\n")) if (line !== "") wantsMore = this.push(eventOf(line));
    return wantsMore;
  }
}

/** A pipeline that is ready to run, as often as its input can be read. */
export interface RunnablePipeline extends AsyncIterable<Event> {
  /**
   * Runs to the end of the input. Resolves once everything is stored. Rejects with a LogpipeError when it could not be
   * done, or not all of it; with the input's own error when that failed. A condition that holds (`failIf` of stats) is
   * no error: the result says so.
   */
  run(settings?: Settings): Promise<RunResult>;
  /**
   * Runs and gives the events one by one, as fast as they are taken. Leaving the loop stops the pipeline and closes its
   * input. Not for pipelines that end in a sink. The iterator's last value is the result; undefined where it was left.
   */
  events(settings?: Settings): AsyncIterableIterator<Event, RunResult | undefined>;
  /**
   * As a Node stream. Readable (NDJSON, or events with `objects: true`) unless it ends in a sink; writable (text, bytes
   * or objects) unless it has an input of its own. It has finished when the sink has stored everything.
   * `result` is emitted before its end.
   */
  stream(settings?: StreamSettings): Duplex;
  /** How it would run: what is fused, what runs in workers. */
  explain(settings?: Settings): string;
}
