import { countOf } from "../base/size.js";
import type { ReaderState } from "./places/reader-state.js";

/** The first is told at once; then what came since is told at most this often. */
const SILENT_MS = 60_000;

export interface DropNoticesOptions {
  readonly directory: string;
  readonly onWarning: (text: string) => void;
  /** Aborted when the user asks to stop: what is not told yet is told then, as the process may not come to its end. */
  readonly signal: AbortSignal | undefined;
}

interface Untold {
  events: number;
  saidMs: number;
}

/** Tells that a journal drops events while it does: a service may not end for months. */
export class DropNotices {
  readonly #options: DropNoticesOptions;
  readonly #untold = new Map<ReaderState, Untold>();
  #timer: NodeJS.Timeout | undefined;
  readonly #onStop = () => this.#sayAll();

  constructor(options: DropNoticesOptions) {
    this.#options = options;
    options.signal?.addEventListener("abort", this.#onStop, { once: true });
  }

  note(reader: ReaderState, events: number): void {
    if (events === 0) return;
    const untold = this.#untold.get(reader) ?? { events: 0, saidMs: Number.NEGATIVE_INFINITY };
    this.#untold.set(reader, untold);
    untold.events += events;
    const waitMs = untold.saidMs + SILENT_MS - performance.now();
    if (waitMs <= 0) this.#say(reader, untold);
    else this.#timer ??= setTimeout(() => this.#sayAll(), waitMs).unref();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener("abort", this.#onStop);
  }

  #sayAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [reader, untold] of this.#untold) if (untold.events > 0) this.#say(reader, untold);
  }

  #say(reader: ReaderState, untold: Untold): void {
    const { directory, onWarning } = this.#options;
    const { name, options, dropped } = reader;
    const isFirst = untold.saidMs === Number.NEGATIVE_INFINITY;
    const policy = options.counts ? `on-full: ${options.onFull}` : "required: optional";
    onWarning(
      isFirst
        ? `the journal ${directory} is full: ${name} is behind and loses events (${policy}); their number is told every minute and at the end`
        : `the journal ${directory} is full: ${name} has lost ${countOf(untold.events, "event")} more (${policy}), ${countOf(dropped, "event")} in this run`,
    );
    untold.events = isFirst ? untold.events : 0;
    untold.saidMs = performance.now();
  }
}
