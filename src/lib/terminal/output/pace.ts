/** How far long work has come, how fast it goes and how long it will take: "45% of 1.2 GB, 150 MB/s, 6 s left". */
import { formatSize } from "../../base/size.js";

export interface Amount {
  readonly doneBytes: number;
  /** Absent: nobody knows. */
  readonly totalBytes?: number | undefined;
}

/** The least time that says anything about the rate. */
const LEAST_MS = 200;

export class Pace {
  private readonly startedMs: number;
  private readonly nowMs: () => number;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
    this.startedMs = nowMs();
  }

  text({ doneBytes, totalBytes }: Amount): string {
    const elapsedMs = this.nowMs() - this.startedMs;
    const bytesPerSecond = elapsedMs < LEAST_MS ? 0 : (doneBytes / elapsedMs) * 1000;
    const rate = bytesPerSecond > 0 ? [`${formatSize(bytesPerSecond)}/s`] : [];
    if (totalBytes === undefined || totalBytes < doneBytes)
      return [formatSize(doneBytes), ...rate].join(", ");
    const share = totalBytes === 0 ? 100 : Math.floor((doneBytes / totalBytes) * 100);
    const left =
      bytesPerSecond > 0 ? [`${shownSeconds((totalBytes - doneBytes) / bytesPerSecond)} left`] : [];
    return [`${share}% of ${formatSize(totalBytes)}`, ...rate, ...left].join(", ");
  }
}

/** Two units at most: "45 s", "3 min 20 s", "2 h 5 min". */
function shownSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
