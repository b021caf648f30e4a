/** The end of a restricted query's process that it makes itself: for when who asked is too busy to. */
import { Worker } from "node:worker_threads";
import type { OwnTime } from "./own-time.js";

export interface DeadlineSetup {
  readonly shared: SharedArrayBuffer;
  /** Of the process's own time. */
  readonly endMs: number;
}

/** Tells who asked why the process ended. No process has a use for it by default. */
export const OUT_OF_TIME = "SIGALRM";

/**
 * Ends this process after `endMs` of its own time, by a thread that runs `script`. Without one to be had, who asked
 * still ends it.
 */
export function setDeadline(time: OwnTime, endMs: number, script: URL): void {
  const workerData: DeadlineSetup = { shared: time.shared, endMs };
  try {
    const thread = new Worker(script, {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 },
    });
    thread.on("error", () => {});
    thread.unref();
  } catch {
    // no thread to be had
  }
}
