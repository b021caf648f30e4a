import { reasonOf } from "../../../base/errors/index.js";

/** Tries again after this long, then twice as long, up to the last. */
const FIRST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 2000;
/** A wait shorter than this is no news: storing what is in the log makes room. */
const SILENT_MS = 1000;

/**
 * Waiting for room on a full disk: says once that it waits, when that takes more than a moment, and once that it goes
 * on, and how long to pause between tries. Asked to stop, nobody waits any more.
 */
export class DiskFullRetry {
  readonly #path: string;
  readonly #notice: (text: string) => void;
  readonly #signal: AbortSignal | undefined;
  #sinceMs: number | undefined;
  #isSaid = false;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(path: string, notice: (text: string) => void, signal: AbortSignal | undefined) {
    this.#path = path;
    this.#notice = notice;
    this.#signal = signal;
  }

  get isStopped(): boolean {
    return this.#signal?.aborted ?? false;
  }

  /** A write found no room, and is tried again. */
  begin(error: unknown): void {
    this.#sinceMs ??= performance.now();
    if (this.#isSaid || performance.now() - this.#sinceMs < SILENT_MS) return;
    this.#isSaid = true;
    const reason = reasonOf(error).split("\n")[0]!;
    this.#notice(`cannot write to ${this.#path}: ${reason}; waiting for room, nothing is lost`);
  }

  /** A write went through. */
  end(): void {
    if (this.#sinceMs === undefined) return;
    const seconds = Math.round((performance.now() - this.#sinceMs) / 1000);
    const wasSaid = this.#isSaid;
    this.#sinceMs = undefined;
    this.#isSaid = false;
    this.#pauseMs = FIRST_PAUSE_MS;
    if (wasSaid) this.#notice(`there is room on ${this.#path} again: going on after ${seconds} s`);
  }

  /** Until it is worth to try again, or `wake` resolves, or a stop is asked for. */
  async pause(wake: Promise<void>): Promise<void> {
    if (this.isStopped) return;
    const ms = this.#pauseMs;
    this.#pauseMs = Math.min(ms * 2, LAST_PAUSE_MS);
    let timer: NodeJS.Timeout | undefined;
    let stop = () => {};
    const pause = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
      stop = resolve;
    });
    this.#signal?.addEventListener("abort", stop, { once: true });
    await Promise.race([pause, wake]);
    this.#signal?.removeEventListener("abort", stop);
    clearTimeout(timer);
  }
}
