// Loaded before a program (NODE_OPTIONS=--import): each of its threads collects its garbage four times a second and
// says what is left, one line of JSON to the file SOAK_PROBE. What is left grows with a leak alone, not with the
// collector's leisure.
import { appendFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { threadId } from "node:worker_threads";

const EVERY_MS = 250;
const path = process.env["SOAK_PROBE"];

if (path !== undefined) {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  setInterval(() => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    appendFileSync(path, `${JSON.stringify({ threadId, heapUsed, external })}\n`);
  }, EVERY_MS).unref();
}
