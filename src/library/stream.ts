/** A pipeline as a Node stream: written to, read from, or both. */
import { Duplex } from "node:stream";
import type { Pipeline } from "../lib/pipeline/contract/pipeline.js";
import { ChannelSink } from "../lib/sinks/channel/channel.js";
import { beforeExit } from "../process/of-program.js";
import { membersOf } from "./arguments.js";
import { Feed } from "./feed.js";
import { inputPiece } from "./inputs.js";
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

  constructor(built: Pipeline, given: StreamSettings | undefined, fromFile: FileSettings = {}) {
    const { objects = false, ...others } = Object.fromEntries(membersOf("stream", given));
    const settings = readRunSettings("stream", others, fromFile);
    const hasInput = built.source !== undefined || built.files.length > 0;
    const isObjects = objects === true;
    const sides = { writable: !hasInput, readable: built.sink === undefined };
    super({ ...sides, writableObjectMode: true, readableObjectMode: isObjects, decodeStrings: false });
    this.built = built;
    this.settings = settings;
    this.isObjects = isObjects;
    this.feed = hasInput ? undefined : new Feed();
    this.channel = built.sink === undefined ? new ChannelSink() : undefined;
    this.blocks = this.channel?.blocks();
    this.on("pipe", (from: { readonly readableObjectMode?: boolean }) => {
      if (this.feed !== undefined) this.feed.readableObjectMode = from.readableObjectMode === true;
    });
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
    this.feed!.put(item, taken);
  }

  override _final(done: (error?: Error | null) => void): void {
    const running = this.start();
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
    const step = this.channel && channelStep(this.channel);
    const piece = this.feed && inputPiece("stream", this.feed);
    const built = piece === undefined ? this.built : { ...this.built, source: piece as never };
    // What was written is stored even where the program forgets to end the stream.
    const forget = this.feed && this.channel === undefined ? beforeExit(() => this.end()) : () => {};
    const running = runToEnd(built, { ...this.settings, signal: both }, step);
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
