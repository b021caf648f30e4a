/** Runs test/state/child-main.ts, built into one file, and looks at what it left. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Session } from "../../src/lib/store/duckdb/duckdb.js";
import { openRelation } from "../../src/lib/store/read/relation.js";
import type { Call, Point } from "../crash/calls.js";
import { buildProgram } from "../support/program.js";

export interface ChildEnd {
  readonly calls: readonly Call[];
  readonly signal: NodeJS.Signals | null;
  readonly isDone: boolean;
  readonly complaint: string;
  readonly tookMs: number;
}

let built: Promise<string> | undefined;

/** To its end, to `wanted`, or killed `killAfterMs` after it started. */
export async function runChild(
  directory: string,
  wanted: Point | "calls" | "none" = "none",
  { killAfterMs, flags = [] }: RunOptions = {},
): Promise<ChildEnd> {
  built ??= buildProgram(fileURLToPath(new URL("./child-main.ts", import.meta.url)));
  const text = typeof wanted === "string" ? wanted : JSON.stringify(wanted);
  const child = spawn(process.execPath, [await built, directory, text, ...flags]);
  const kill = () => child.kill("SIGKILL");
  let output = "";
  let complaint = "";
  let startedMs = 0;
  child.stdout.on("data", (chunk) => {
    output += chunk;
    if (startedMs > 0) return;
    startedMs = performance.now();
    if (killAfterMs !== undefined) setTimeout(kill, killAfterMs);
  });
  child.stderr.on("data", (chunk) => (complaint += chunk));
  const ended = await new Promise<NodeJS.Signals | null>((resolve) =>
    child.on("close", (_code, name) => resolve(name)),
  );
  const lines = output.split("\n");
  return {
    calls: lines.filter((l) => l.startsWith("call ")).map((l) => JSON.parse(l.slice(5)) as Call),
    signal: ended,
    isDone: lines.includes("done"),
    complaint,
    tookMs: performance.now() - startedMs,
  };
}

interface RunOptions {
  readonly killAfterMs?: number;
  readonly flags?: readonly string[];
}

/** A directory with inputs of `events` events, in three files; one line in fifty is no event. */
export function inputs(events: number): string {
  const directory = mkdtempSync(join(tmpdir(), "logpipe-state-"));
  for (const file of ["a", "b", "c"]) {
    const lines = Array.from({ length: events }, (_, n) =>
      n % 50 === 7
        ? `bad ${file} ${n}\n`
        : `{"key":"${file}${n % 13}","n":${n},"pad":"${"y".repeat(n % 60)}"}\n`,
    );
    writeFileSync(join(directory, `${file}.log`), lines.join(""));
  }
  return directory;
}

export function remove(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

/** All rows of the store, and all lines of its quarantine, sorted. */
export async function rowsOf(directory: string): Promise<string[]> {
  const scratch = mkdtempSync(join(tmpdir(), "logpipe-read-"));
  const session = await Session.open({ memoryBytes: 512 << 20, threads: 1, tempDirectory: scratch });
  try {
    const relation = await openRelation(join(directory, "store", "logs"), {
      tempDirectory: scratch,
      rows: (sql) => session.rows(sql),
    });
    try {
      if (!relation.columns.some(({ name }) => name === "key")) return [];
      const rows = await session.rows(
        `SELECT key || ' ' || count::VARCHAR || ' ' || sum::VARCHAR || ' ' || last::VARCHAR FROM (${relation.sql}) ORDER BY 1`,
      );
      return rows.map(([text]) => String(text));
    } finally {
      await relation.close();
    }
  } finally {
    session.close();
    remove(scratch);
  }
}
