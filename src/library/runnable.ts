/** What `pipeline` and `readPipeline` give. */
import type { Duplex } from "node:stream";
import type { Event } from "../lib/event/event.js";
import type { RunResult } from "./run.js";
import type { Settings } from "./settings.js";
import type { StreamSettings } from "./stream.js";

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
