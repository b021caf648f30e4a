/** One run of a pipeline that a program has built: to its end, or event by event. */
import { present } from "../lib/base/assert.js";
import { failure, type LogpipeError } from "../lib/base/errors/index.js";
import { countOf } from "../lib/base/size.js";
import { Event } from "../lib/event/event.js";
import type { Pipeline, RunCounts, Step } from "../lib/pipeline/contract/pipeline.js";
import { sink as declareSink, type SinkDeclaration } from "../lib/pipeline/contract/stage.js";
import { runPipeline } from "../lib/pipeline/run/run-pipeline.js";
import { ChannelSink } from "../lib/sinks/channel/channel.js";
import { isOfProgram } from "./piece.js";
import { checkComplete, openHost, type ReadSettings } from "./settings.js";

/** How a run ended that has done all of its work. */
export interface RunResult {
  /** Lines that came in: events, lines of a log. Blank ones count, too. */
  readonly linesIn: number;
  /** Events that came out of the last stage: written, stored, or given to the program. */
  readonly eventsOut: number;
  /** Lines that were no events, or could not be handled, and were set aside: `deadLetters` says where. */
  readonly setAside: number;
  /** Whether a condition of the pipeline holds: `failIf` of stats, top and window, `exitCode` of filter. */
  readonly conditionHolds: boolean;
}

/**
 * Runs with a host of its own. `end`: a sink in place of the one that is not there. Rejects with input.incomplete where
 * every line was set aside, too: a loop over the events would not be told otherwise.
 */
export async function runToEnd(
  built: Pipeline,
  settings: ReadSettings,
  end?: Step<SinkDeclaration>,
  onOpened?: () => void,
): Promise<RunResult> {
  const { host, failures } = openHost(settings.signal ?? new AbortController().signal, settings);
  let counts: RunCounts = { linesIn: 0, linesOut: 0, rejected: 0 };
  const options = { ...settings.options, onCounts: (all: RunCounts) => (counts = all), onOpened };
  const exitCode = await runPipeline(end === undefined ? built : { ...built, sink: end }, options, host);
  checkComplete(failures);
  const { linesIn, linesOut: eventsOut, rejected: setAside } = counts;
  if (setAside > 0 && setAside >= linesIn && eventsOut === 0) throw noEvents(setAside, built);
  return { linesIn, eventsOut, setAside, conditionHolds: exitCode === 1 };
}

function noEvents(lines: number, { stages, sink }: Pipeline): LogpipeError {
  const first = lines === 1 ? "the only line is no event" : `none of ${countOf(lines, "line")} is an event`;
  const reader = stages[0]?.declaration.name ?? sink?.declaration.name;
  const where = reader === undefined ? "behind the input" : `before ${reader}()`;
  const help = `what is no line of JSON is read by parse(): put it ${where}; the lines were set aside, see onMessage`;
  return failure("input.incomplete", { first, others: 0, help });
}

/**
 * The step that hands blocks to `channel`. Our stages write events only: what comes from the input or from a program's
 * own stage is checked, and set aside where it is none.
 */
export function channelStep(channel: ChannelSink, { stages }: Pipeline): Step<SinkDeclaration> {
  const texts = { name: "events()", summary: "", details: "", operands: [], examples: [] };
  const isSure = stages.length > 0 && !stages.some(({ declaration }) => isOfProgram(declaration));
  const declaration = declareSink({
    ...texts,
    options: {},
    input: isSure ? "lines" : "checked",
    wantsEventsOnly: true,
    open: async () => channel,
  });
  return { declaration, given: { operands: [], options: {} } } as Step<SinkDeclaration>;
}

/** The events of a run that begins when the first is asked for. */
export class Events implements AsyncIterableIterator<Event, RunResult | undefined> {
  private readonly run: (settings: ReadSettings, channel: ChannelSink) => Promise<RunResult>;
  private readonly settings: ReadSettings;
  private readonly channel = new ChannelSink();
  private readonly stopped = new AbortController();
  private readonly blocks = this.channel.blocks();
  private running: Promise<RunResult> | undefined;
  private lines: string[] = [];
  private at = 0;
  private last: Promise<unknown> = Promise.resolve();
  private isOver = false;

  /** `run`: runs what ends in the channel. */
  constructor(
    run: (settings: ReadSettings, channel: ChannelSink) => Promise<RunResult>,
    settings: ReadSettings,
  ) {
    this.run = run;
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
    const running = this.run({ ...this.settings, signal: both }, this.channel);
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

/** What comes out of `channelStep` is valid. */
export function eventOf(line: string): Event {
  const event = Event.parse(line);
  return present(event instanceof Event ? event : undefined, "a valid event");
}
