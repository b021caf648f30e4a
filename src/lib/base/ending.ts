/**
 * The end that somebody has asked for, and what may hold it up: a write that nobody takes, and whatever is still at
 * work when time is up.
 */
import { failure } from "./errors/index.js";

/** What is under way when the user asks to stop has so long. */
export const STOP_GRACE_MS = 2000;
/** What begins after that. */
const LATE_MS = 500;

const stops = new WeakMap<AbortSignal, number>();
let stuck = 0;

/**
 * As `work`, which writes to what somebody else reads, `path` for messages. Throws output.stuck when `signal` is
 * aborted and it has not ended two seconds later: it is left to itself then.
 */
export function withinGrace<T>(work: Promise<T>, path: string, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise<T>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let isLeft = false;
    const leave = () => {
      isLeft = true;
      stuck++;
      reject(failure("output.stuck", { path }));
    };
    const stop = () => (timer = setTimeout(leave, graceOf(signal)));
    const end = () => {
      signal.removeEventListener("abort", stop);
      clearTimeout(timer);
      if (isLeft) stuck--;
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(end);
  });
}

/** What is left of it, in milliseconds. */
function graceOf(signal: AbortSignal): number {
  const nowMs = performance.now();
  const stoppedMs = stops.get(signal) ?? nowMs;
  stops.set(signal, stoppedMs);
  return Math.max(LATE_MS, stoppedMs + STOP_GRACE_MS - nowMs);
}

/** Whether a write that was left to itself is still under way: the process cannot exit by itself then. */
export function hasStuckWrites(): boolean {
  return stuck > 0;
}

const atWork = new Set<() => readonly string[]>();

/** `names`: what is not finished yet, whenever asked. Until the function that it gives is called. */
export function reportUnfinished(names: () => readonly string[]): () => void {
  atWork.add(names);
  return () => void atWork.delete(names);
}

/** What is not finished when a process is cut off. */
export function unfinished(): readonly string[] {
  return [...atWork].flatMap((names) => names());
}
