/**
 * What a thread of a restricted query's process runs: it ends the process when its time is over, whatever the main
 * thread does and whether or not the one that asked can look. See docs/decisions/0040-two-walls-around-sql.md.
 */
import { workerData } from "node:worker_threads";
import { type DeadlineSetup, OUT_OF_TIME } from "./lib/query/restricted/deadline.js";
import { OwnTime } from "./lib/query/restricted/own-time.js";

/** While the reader is waited for, the end does not come nearer. */
const LOOK_AFTER_MS = 50;

const { shared, endMs } = workerData as DeadlineSetup;
const time = new OwnTime(shared);

look();

function look(): void {
  const leftMs = endMs - time.elapsedMs;
  if (leftMs <= 0) process.kill(process.pid, OUT_OF_TIME);
  else setTimeout(look, Math.max(leftMs, LOOK_AFTER_MS));
}
