/** One run of a pipeline that a program has built: to its end, or event by event. */
import { present } from "../lib/base/assert.js";
import { Event } from "../lib/event/event.js";
import type { Pipeline, Step } from "../lib/pipeline/contract/pipeline.js";
import { sink as declareSink, type SinkDeclaration } from "../lib/pipeline/contract/stage.js";
import { runPipeline } from "../lib/pipeline/run/run-pipeline.js";
import { ChannelSink } from "../lib/sinks/channel/channel.js";
import { checkComplete, openHost, type ReadSettings } from "./settings.js";

/** How a run ended that has done all of its work. */
export interface RunResult {
  /** Whether a condition of the pipeline holds: `failIf` of stats, top and window, `exitCode` of filter. */
  readonly conditionHolds: boolean;
}

/** Runs with a host of its own. `end`: a sink in place of the one that is not there. */
export async function runToEnd(
  built: Pipeline,
  settings: ReadSettings,
  end?: Step<SinkDeclaration>,
): Promise<RunResult> {
  const { host, failures } = openHost(settings.signal ?? new AbortController().signal, settings);
  const exitCode = await runPipeline(
    end === undefined ? built : { ...built, sink: end },
    settings.options,
    host,
  );
  checkComplete(failures);
  return { conditionHolds: exitCode === 1 };
}

/** The step that hands blocks to `channel`. */
export function channelStep(channel: ChannelSink): Step<SinkDeclaration> {
  const texts = { name: "events", summary: "", details: "", operands: [], examples: [] };
  const declaration = declareSink({ ...texts, options: {}, input: "lines", open: async () => channel });
  return { declaration, given: { operands: [], options: {} } } as Step<SinkDeclaration>;
}

/** The events of a run that begins when the first is asked for. */
export class Events implements AsyncIterableIterator<Event, RunResult | undefined> {
  private readonly built: Pipeline;
  private readonly settings: ReadSettings;
  private readonly channel = new ChannelSink();
  private readonly stopped = new AbortController();
  private readonly blocks = this.channel.blocks();
  private running: Promise<RunResult> | undefined;
  private lines: string[] = [];
  private at = 0;
  private last: Promise<unknown> = Promise.resolve();
  private isOver = false;

  constructor(built: Pipeline, settings: ReadSettings) {
    this.built = built;
    this.settings = settings;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Calls that overlap get their events in the order of the calls. */
  next(): Promise<IteratorResult<Event, RunResult | undefined>> {
    const result = this.last.then(() => this.advance());
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Stops the run at once, even while an event is waited for; resolves when all of it is closed. */
  async return(): Promise<IteratorResult<Event, undefined>> {
    await this.leave();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<Event, undefined>> {
    await this.leave();
    throw error;
  }

  private async advance(): Promise<IteratorResult<Event, RunResult | undefined>> {
    if (this.isOver) return { done: true, value: undefined };
    this.running ??= this.start();
    while (this.at >= this.lines.length) {
      const { done, value: block } = await this.blocks.next();
      if (done === true) {
        this.isOver = true;
        const result = await this.running;
        // Of a run that was left nothing can be said.
        return { done: true, value: this.stopped.signal.aborted ? undefined : result };
      }
      this.lines = block.bytes.toString().split("\n");
      this.at = 0;
      if (this.lines.at(-1) === "") this.lines.pop();
    }
    return { done: false, value: eventOf(this.lines[this.at++]!) };
  }

  private start(): Promise<RunResult> {
    const { signal } = this.settings;
    const both = signal === undefined ? this.stopped.signal : AbortSignal.any([signal, this.stopped.signal]);
    const running = runToEnd(this.built, { ...this.settings, signal: both }, channelStep(this.channel));
    running.catch(() => this.channel.close());
    return running;
  }

  private async leave(): Promise<void> {
    this.isOver = true;
    this.lines = [];
    this.stopped.abort();
    this.channel.leave();
    await Promise.all([this.blocks.return(undefined), this.running?.catch(() => undefined)]);
  }
}

/** Stages write valid events only. */
export function eventOf(line: string): Event {
  const event = Event.parse(line);
  return present(event instanceof Event ? event : undefined, "a valid event");
}
