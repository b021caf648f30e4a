/** What the process of a restricted query runs: see src/lib/query/restricted/ask.ts. */
import { rmSync } from "node:fs";
import { Socket } from "node:net";
import type { LogpipeError } from "./lib/base/errors/index.js";
import { hostOf } from "./lib/pipeline/run/host.js";
import { answer } from "./lib/query/restricted/answer.js";
import { channelLines } from "./lib/query/restricted/channel.js";
import { setDeadline } from "./lib/query/restricted/deadline.js";
import { GRACE_MS, OVERHEAD_BYTES } from "./lib/query/restricted/limits.js";
import { OwnTime } from "./lib/query/restricted/own-time.js";
import { memoryFailure } from "./lib/query/restricted/plain-failure.js";
import type { AnswerOutcome, Request } from "./lib/query/restricted/request.js";
import { openFiles } from "./lib/sources/files/files.js";
import { ParsedSource } from "./lib/stages/parse/unparsed/parsed-source.js";
import { programTerminal } from "./program-terminal.js";

const LOOK_EVERY_MS = 50;

const channel = new Socket({ fd: 3 });
channel.on("error", () => end());
const stopping = new AbortController();
const time = new OwnTime();
let request: Request | undefined;
let bytes = 0;

for await (const line of channelLines(channel)) {
  if (line === "stop") stopping.abort();
  else if (request === undefined) {
    request = JSON.parse(line) as Request;
    void run(request);
  }
}
// Nobody is left to hear the answer.
end();

async function run(given: Request): Promise<void> {
  watchMemory(given);
  setDeadline(time, given.limits.timeoutMs + GRACE_MS, new URL("./query-deadline.js", import.meta.url));
  const notice = (text: string) => tell({ kind: "notice", text });
  let hasComplained = false;
  const complain = (text: string) => {
    hasComplained = true;
    notice(text);
  };
  const host = hostOf({ ...programTerminal(stopping.signal, notice), complain });
  try {
    const { rows } = await answer(given, {
      openSource: (path) => new ParsedSource(openFiles([path], {}, host), host.nowMs),
      notice,
      hasComplained: () => hasComplained,
      signal: stopping.signal,
      write,
    });
    tell({ kind: "done", bytes, rows });
  } catch (error) {
    fail(error as LogpipeError);
  }
}

function write(data: string | Uint8Array): Promise<boolean> {
  bytes += typeof data === "string" ? Buffer.byteLength(data) : data.length;
  time.rest();
  return new Promise((resolve) => {
    process.stdout.write(data, (error) => {
      time.goOn();
      resolve(error === null || error === undefined);
    });
  });
}

function tell(outcome: AnswerOutcome): void {
  channel.write(`${JSON.stringify(outcome)}\n`);
}

function fail({ code, message, help, exitCode }: LogpipeError): void {
  tell({ kind: "failed", code, message, exitCode, bytes, ...(help === undefined ? {} : { help }) });
}

/** For systems that do not count memory as Linux does, which has said no by then. */
function watchMemory({ limits }: Request): void {
  const most = limits.memoryBytes + OVERHEAD_BYTES;
  const timer = setInterval(() => {
    if (process.memoryUsage.rss() < most) return;
    clearInterval(timer);
    fail(memoryFailure(limits));
    stopping.abort();
  }, LOOK_EVERY_MS);
  timer.unref();
}

/** At once: DuckDB may be busy. */
function end(): void {
  if (request !== undefined) rmSync(request.scratch, { recursive: true, force: true });
  process.kill(process.pid, "SIGKILL");
}
