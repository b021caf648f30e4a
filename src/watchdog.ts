/**
 * What the watchdog's thread runs: it sees stop signals while the main thread is too busy or too blocked to see
 * anything, and ends the process when that has not ended itself in time. See docs/decisions/0042-ending.md.
 */
import { parentPort, workerData } from "node:worker_threads";

/** What the main thread tells it. */
export interface WatchdogSetup {
  /** Numbers of the signals that ask for the end. */
  readonly signals: readonly number[];
  /** Milliseconds from the first signal to the end, and from the second one. */
  readonly patienceMs: number;
  readonly secondPatienceMs: number;
}

interface SignalHandle {
  onsignal: () => void;
  start(signal: number): number;
  unref(): void;
}

/**
 * libuv tells every loop that listens; Node offers that to the main thread only, except (until Node 24) by this name.
 */
type Binding = (name: "signal_wrap") => { readonly Signal: new () => SignalHandle };

watch(workerData as WatchdogSetup);

function watch({ signals, patienceMs, secondPatienceMs }: WatchdogSetup): void {
  process.noDeprecation = true;
  const { Signal } = (process as unknown as { readonly binding: Binding }).binding("signal_wrap");
  let count = 0;
  for (const signal of signals) {
    const handle = new Signal();
    handle.onsignal = () => {
      const waitMs = count++ === 0 ? patienceMs : secondPatienceMs;
      setTimeout(() => process.kill(process.pid, "SIGKILL"), waitMs);
    };
    handle.start(signal);
  }
  // It listens.
  parentPort?.postMessage(undefined);
}
