// Enter here: what is true of this process: stop signals, its limits, its words, its working directory.
/** Stop signals: the first asks for the end, the second one or some seconds make it. */
import { writeSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { unfinished } from "../lib/base/ending.js";
import { beforeLongWork, isBeingRead, whenBeingRead } from "../lib/base/long-work.js";
import type { WatchdogSetup } from "../watchdog.js";

/** What is not done by then has not been acknowledged and comes again: as after kill -9. */
const PATIENCE_MS = 8_000;
/** The watchdog's: for a main thread that cannot even do this. */
const WATCHDOG_PATIENCE_MS = 9_000;
const SECOND_PATIENCE_MS = 500;
/**
 * A run of this age gets a watchdog: 20 ms of another processor, and 5 MB. One with patterns of users gets it before
 * its first line.
 */
const WATCHDOG_FROM_MS = 1_000;

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type StopSignal = keyof typeof EXIT_CODES;
const SIGNALS = Object.keys(EXIT_CODES) as StopSignal[];

export class Stopping {
  readonly #controller = new AbortController();
  #starting: NodeJS.Timeout | undefined;
  #watchdog: Worker | undefined;

  #asked: StopSignal | undefined;
  readonly #hasRoom: boolean;

  /** `hasRoom`: for the heap of another thread. */
  constructor(hasRoom: boolean) {
    this.#hasRoom = hasRoom;
  }

  /** Signals have their usual effect until this: there is nothing to close well. */
  begin(): void {
    if (this.#hasRoom) {
      this.#starting = setTimeout(() => void this.#startWatchdog(), WATCHDOG_FROM_MS).unref();
      beforeLongWork(() => this.#startWatchdog());
      whenBeingRead(() => void this.#watchdog?.terminate());
    }
    for (const name of SIGNALS) process.on(name, () => void this.#stop(name));
  }

  /** Aborted by the first signal, with the exit code as its reason. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** As the signal that has asked for the end does it: whatever is stuck goes with the process. */
  async endBySignal(): Promise<void> {
    if (this.#asked !== undefined) await this.#die(this.#asked);
  }

  /** Signals have their usual effect again, which nothing can hold up: not even an exit that hangs. */
  async end(): Promise<void> {
    clearTimeout(this.#starting);
    for (const name of SIGNALS) process.removeAllListeners(name);
    await this.#watchdog?.terminate();
  }

  async #stop(name: StopSignal): Promise<void> {
    // The pager takes Ctrl-C for itself, and gives the terminal back when its reader leaves it.
    if (name === "SIGINT" && isBeingRead()) return this.#controller.abort(EXIT_CODES[name]);
    if (this.signal.aborted) return this.#die(name);
    this.#asked = name;
    setTimeout(() => this.#cutOff(name), PATIENCE_MS).unref();
    this.#controller.abort(EXIT_CODES[name]);
  }

  #cutOff(name: StopSignal): void {
    const names = unfinished();
    const left = names.length === 0 ? "" : `; not finished: ${names.join(", ")}`;
    try {
      writeSync(2, `logpipe: cut off ${PATIENCE_MS / 1000} s after it was asked to stop${left}\n`);
    } catch {
      // nobody hears it
    }
    void this.#die(name);
  }

  async #die(name: StopSignal): Promise<void> {
    await this.end();
    process.kill(process.pid, name);
  }

  /** Resolves once it listens. Without one, too, everything works as long as the main thread does. */
  async #startWatchdog(): Promise<void> {
    if (this.#watchdog !== undefined || isBeingRead()) return;
    const workerData: WatchdogSetup = {
      signals: SIGNALS.map((name) => constants.signals[name]),
      patienceMs: WATCHDOG_PATIENCE_MS,
      secondPatienceMs: SECOND_PATIENCE_MS,
    };
    try {
      const watchdog = new Worker(fileURLToPath(new URL("./watchdog.js", import.meta.url)), {
        workerData,
        resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 },
      });
      this.#watchdog = watchdog;
      await new Promise<void>((resolve) => {
        watchdog.on("error", () => (this.#watchdog = undefined));
        watchdog.on("exit", resolve);
        watchdog.on("message", resolve);
      });
      watchdog.unref();
    } catch {
      // no thread to be had
    }
  }
}
