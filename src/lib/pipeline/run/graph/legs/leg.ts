// Enter here: from a journal into one sink, tried again where it fails.
/**
 * From a journal into one sink, at that sink's own pace. What fails is tried again, from the reader's durable place,
 * while the others go on.
 */
import { formatDuration } from "../../../../base/duration.js";
import { LogpipeError, reasonOf } from "../../../../base/errors/index.js";
import { countOf } from "../../../../base/size.js";
import type { SinkNode } from "../../../contract/graph.js";
import type { Host } from "../../../contract/host.js";
import { Backoff } from "./backoff.js";

/** One try: from the reader's place to its end. */
export interface LegRun {
  /** Rejects with why it ended early. */
  toEnd(): Promise<LegEnd>;
  /** Asks for an early end: what is not stored stays in the journal. */
  stop(): void;
  /** Frees what a run that is never begun holds. */
  drop(): Promise<void>;
}

export interface LegEnd {
  /** Why not all of it was stored. */
  readonly failure?: { readonly reason: string; readonly retryAfterMs?: number | undefined } | undefined;
  /** Nothing more is wanted: a closed pipe. */
  readonly isClosed: boolean;
}

export interface LegOptions {
  readonly node: SinkNode;
  readonly host: Pick<Host, "log" | "fail">;
  /** Opens reader and sink. `onStored`: to be called when something was stored. */
  readonly open: (onStored: () => void) => Promise<LegRun>;
  /** Takes what comes without storing it, once the sink wants no more. */
  readonly discard: () => LegRun;
  readonly onClosed: () => void;
  /** Events that wait for it in the journal. */
  readonly waiting: () => number;
}

export class Leg {
  private readonly options: LegOptions;
  private readonly backoff = new Backoff();
  private running: LegRun | undefined;
  private said: string | undefined;
  /** Why it could not be opened at the start. */
  private unopened: string | undefined;
  private isEnding = false;
  /** This try is the one after the end. */
  private isLast = false;
  private isLeaving = false;
  private isStopped = false;
  private wake: () => void = () => {};

  private constructor(options: LegOptions) {
    this.options = options;
  }

  /**
   * A sink that cannot be opened now is tried again as one that fails later. Rejects with what no later try can mend:
   * nothing was read yet.
   */
  static async open(options: LegOptions): Promise<Leg> {
    const leg = new Leg(options);
    try {
      leg.running = await options.open(() => leg.hasStored());
    } catch (error) {
      if (isLasting(error)) throw error;
      leg.unopened = reasonOf(error);
    }
    return leg;
  }

  get name(): string {
    return this.options.node.name;
  }

  /** Why it takes no more just now. */
  get doing(): string | undefined {
    return this.said === undefined ? undefined : `tried again after ${this.said}`;
  }

  /** Resolves at the end of the journal, or soon after `stop`. Never rejects: it complains to the host. */
  async toEnd(): Promise<void> {
    for (;;) {
      const end = await this.tryOnce();
      if (end.isClosed) return this.discardRest();
      if (end.failure === undefined || this.isLeaving) return this.sayWaiting();
      const { reason, retryAfterMs } = end.failure;
      if (this.isLast) return this.giveUp(reason);
      await this.pause(reason, retryAfterMs);
      this.isLast = this.isEnding;
      if (this.isLeaving) return this.sayWaiting();
    }
  }

  /** The journal ends: what fails from now on is tried once more. */
  end(): void {
    this.isEnding = true;
    this.wake();
  }

  /** The user has asked to stop: what fails from now on is left to the next run. */
  leave(): void {
    this.isLeaving = true;
    this.wake();
  }

  /** At once, with what it has begun. */
  stop(): void {
    this.isLeaving = this.isStopped = true;
    this.running?.stop();
    this.wake();
  }

  /** Instead of `toEnd`. */
  async drop(): Promise<void> {
    await this.running?.drop();
  }

  private async tryOnce(): Promise<LegEnd> {
    const reason = this.unopened;
    this.unopened = undefined;
    if (reason !== undefined) return { failure: { reason }, isClosed: false };
    try {
      this.running ??= await this.options.open(() => this.hasStored());
      if (this.isStopped) this.running.stop();
      return await this.running.toEnd();
    } catch (error) {
      return { failure: { reason: reasonOf(error) }, isClosed: false };
    } finally {
      this.running = undefined;
    }
  }

  private async pause(reason: string, leastMs: number | undefined): Promise<void> {
    const waitMs = this.backoff.take(leastMs);
    if (reason !== this.said) {
      const text = `sink ${this.name}: ${reason}; tried again in ${formatDuration(waitMs)}, what comes meanwhile waits in the journal`;
      this.options.host.log("error", text);
    }
    this.said = reason;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      timer = setTimeout(resolve, waitMs);
      if (this.isLeaving || this.isEnding) resolve();
    });
    clearTimeout(timer);
  }

  private hasStored(): void {
    this.backoff.reset();
    if (this.said !== undefined) this.options.host.log("info", `sink ${this.name} takes events again`);
    this.said = undefined;
  }

  private async discardRest(): Promise<void> {
    this.options.onClosed();
    const rest = this.options.discard();
    this.running = rest;
    if (this.isStopped) rest.stop();
    await rest.toEnd().catch(() => {});
    this.running = undefined;
  }

  private sayWaiting(): void {
    const waiting = this.isLeaving ? this.options.waiting() : 0;
    if (waiting > 0)
      this.options.host.log("info", `${waitText(waiting, this.name)}: the next run delivers them`);
  }

  private giveUp(reason: string): void {
    const { node, host, waiting } = this.options;
    if (node.required === "optional")
      host.log("error", `sink ${this.name}: ${reason}; ${waitText(waiting(), this.name)}`);
    else
      host.fail(
        `sink ${this.name}: ${reason}; ${waitText(waiting(), this.name)}`,
        "the next run of this pipeline delivers them",
      );
  }
}

/** What stays as it is until somebody changes the pipeline, its table or its file. */
const LASTING: ReadonlySet<string> = new Set([
  "output.acknowledged",
  "output.of-journal",
  "output.progress",
  "store.other-partitions",
]);

export function isLasting(error: unknown): boolean {
  return error instanceof LogpipeError && (error.code.startsWith("usage.") || LASTING.has(error.code));
}

function waitText(events: number, name: string): string {
  return `${countOf(events, "event")} ${events === 1 ? "waits" : "wait"} in the journal for ${name}`;
}
