/** Runs the process that is killed: test/crash/child-main.ts, built into one file. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { buildProgram } from "../support/program.js";
import type { Call, Point } from "./calls.js";

export interface ChildRun {
  /** What the operation said before it ended. */
  readonly said: readonly string[];
  readonly calls: readonly Call[];
  readonly signal: NodeJS.Signals | null;
  readonly isDone: boolean;
  /** What it wrote to stderr. */
  readonly complaint: string;
  /** How long it ran after it had started, in milliseconds. */
  readonly tookMs: number;
}

let built: Promise<string> | undefined;

/** Runs `[operation, table]` until its end, until `point`, or for `killAfterMs` after it started. */
export async function runChild(
  args: readonly string[],
  point: Point | "calls" | undefined,
  killAfterMs?: number,
): Promise<ChildRun> {
  built ??= buildProgram(fileURLToPath(new URL("./child-main.ts", import.meta.url)));
  const wanted = typeof point === "object" ? JSON.stringify(point) : (point ?? "none");
  const child = spawn(process.execPath, [await built, ...args, wanted], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let complaint = "";
  let startedMs = 0;
  child.stdout.on("data", (chunk) => {
    output += chunk;
    if (startedMs > 0) return;
    startedMs = performance.now();
    if (killAfterMs !== undefined) setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  });
  child.stderr.on("data", (chunk) => (complaint += chunk));
  const signal = await new Promise<NodeJS.Signals | null>((resolve) =>
    child.on("close", (_code, name) => resolve(name)),
  );
  const lines = output.split("\n").slice(0, -1);
  const after = (word: string) => lines.filter((l) => l.startsWith(word)).map((l) => l.slice(word.length));
  return {
    said: after("said "),
    calls: after("call ").map((text) => JSON.parse(text) as Call),
    signal,
    isDone: lines.at(-1) === "done",
    complaint,
    tookMs: performance.now() - startedMs,
  };
}
