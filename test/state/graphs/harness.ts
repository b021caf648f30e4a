/**
 * Runs a pipeline as its users do, kills it, starts it again until it comes to its end, and looks at what its
 * sinks have.
 */

import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Session } from "../../../src/lib/store/duckdb/duckdb.js";
import { openRelation } from "../../../src/lib/store/read/relation.js";
import { BIN, cleanEnvironment } from "../../support/logpipe.js";

const KILLER = pathToFileURL(fileURLToPath(new URL("./kill-at.mjs", import.meta.url))).href;

export interface SinkCheck {
  readonly name: string;
  /**
   * "exactly": what an uninterrupted run has, event for event. "atLeast": all of it, and some again. "atMost":
   * some of it,
   * and nothing else.
   */
  readonly promise: "exactly" | "atLeast" | "atMost";
  /** The events, as lines. */
  read(directory: string): Promise<readonly string[]>;
  /** What of an event is the same in any run; absent: the line. Undefined: the line does not count. */
  readonly key?: (line: string) => string;
  /** How often a run may send an event again by itself; absent: once a run. */
  readonly triesOfRun?: number;
  /** Events of one of these are in the order of the uninterrupted run; absent: no order is promised. */
  readonly group?: (line: string) => string;
}

export interface Case {
  readonly name: string;
  /** Writes inputs and pipeline. */
  prepare(directory: string): void;
  /** What is written after `logpipe`. */
  readonly words: readonly string[];
  /** Standard input of each run: a file below the directory. */
  readonly stdin?: string;
  /** The program in place of `logpipe`. */
  readonly program?: () => Promise<readonly string[]>;
  readonly sinks: readonly SinkCheck[];
  /** It comes to its end only when the far end takes all: what it leaves is for the next run. */
  readonly isTriedAgain?: boolean;
  /** More that must hold at the end: a sentence for each thing that does not. */
  readonly check?: (directory: string) => Promise<readonly string[]> | readonly string[];
}

export interface Point {
  readonly when: "before" | "half" | "after";
  readonly name: string;
  readonly count: number;
}

export type Kill = { readonly afterMs: number } | { readonly at: Point };

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  readonly tookMs: number;
}

const STDOUT = "stdout.ndjson";

/** A run of it in the directory, killed where that is asked for. */
export async function run(
  { words, stdin, program }: Case,
  directory: string,
  kill?: Kill,
  report?: string,
): Promise<Ended> {
  const [name = "", ...first] = (await program?.()) ?? [BIN];
  const env: Record<string, string> = cleanEnvironment(directory);
  if (report !== undefined || (kill !== undefined && "at" in kill))
    env["NODE_OPTIONS"] = `--import ${KILLER}`;
  if (report !== undefined) env["KILL_REPORT"] = report;
  if (kill !== undefined && "at" in kill) env["KILL_AT"] = JSON.stringify(kill.at);
  const input = stdin === undefined ? ("ignore" as const) : openSync(join(directory, stdin), "r");
  const output = openSync(join(directory, STDOUT), "a");
  const startedMs = performance.now();
  const child = spawn(name, [...first, ...words], { cwd: directory, env, stdio: [input, output, "pipe"] });
  if (typeof input === "number") closeSync(input);
  closeSync(output);
  let stderr = "";
  child.stderr!.on("data", (chunk) => (stderr += chunk));
  const timer =
    kill !== undefined && "afterMs" in kill
      ? setTimeout(() => child.kill("SIGKILL"), kill.afterMs)
      : undefined;
  return new Promise((resolve) => {
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stderr, tookMs: performance.now() - startedMs });
    });
  });
}

const MOST_TRIES = 40;

/** To its end. */
export async function toEnd(
  testCase: Case,
  directory: string,
  report?: string,
): Promise<Ended & { readonly runs: number }> {
  for (let runs = 1; ; runs++) {
    const ended = await run(testCase, directory, undefined, report);
    if (ended.code === 0 || testCase.isTriedAgain !== true || runs === MOST_TRIES) return { ...ended, runs };
  }
}

export function newDirectory(testCase: Case): string {
  const directory = mkdtempSync(join(tmpdir(), "logpipe-graph-"));
  testCase.prepare(directory);
  return directory;
}

export function remove(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

/** What each sink has, by name. */
export async function contentOf({ sinks }: Case, directory: string): Promise<Map<string, readonly string[]>> {
  const content = new Map<string, readonly string[]>();
  for (const { name, read, key = (line: string) => line } of sinks)
    content.set(name, (await read(directory)).map(key));
  return content;
}

/** Sentences of what is not as promised; none: all is well. `runs`: how often it was started. */
export function faultsOf(
  { sinks }: Case,
  expected: ReadonlyMap<string, readonly string[]>,
  found: ReadonlyMap<string, readonly string[]>,
  runs: number,
): string[] {
  return sinks.flatMap((sink) => {
    const wanted = expected.get(sink.name)!;
    const given = found.get(sink.name)!;
    return faultsIn(sink, wanted, given, runs).map((fault) => `${sink.name}: ${fault}`);
  });
}

function faultsIn(
  { promise, group, triesOfRun = 1 }: SinkCheck,
  wanted: readonly string[],
  given: readonly string[],
  runs: number,
): string[] {
  const due = countsOf(wanted);
  const are = countsOf(given);
  const missing = [...due].filter(([line, count]) => (are.get(line) ?? 0) < count).map(([line]) => line);
  const foreign = [...are.keys()].filter((line) => !due.has(line));
  const again = [...are].filter(([line, count]) => count > (due.get(line) ?? count)).map(([line]) => line);
  const many = [...are]
    .filter(([line, count]) => count > (due.get(line) ?? count) * runs * triesOfRun)
    .map(([line]) => line);
  const faults: string[] = [];
  const say = (what: string, lines: readonly string[]) => {
    if (lines.length > 0) faults.push(`${lines.length} ${what}, as ${lines.slice(0, 2).join(" and ")}`);
  };
  if (promise !== "atMost") say("events are missing", missing);
  say("events were never sent", foreign);
  if (promise === "exactly") say("events are there again", again);
  else say("events are there more often than there were runs", many);
  if (promise === "exactly" && faults.length === 0 && group !== undefined)
    for (const [name, lines] of grouped(wanted, group))
      if (lines.join("\n") !== grouped(given, group).get(name)?.join("\n"))
        faults.push(`events of ${name} are not in order`);
  return faults;
}

function countsOf(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

function grouped(lines: readonly string[], group: (line: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const line of lines) groups.set(group(line), [...(groups.get(group(line)) ?? []), line]);
  return groups;
}

/** The lines of a file below the directory. A last line without end is a line, and is found to be foreign. */
export function linesOf(path: string) {
  return async (directory: string): Promise<readonly string[]> => {
    if (!existsSync(join(directory, path))) return [];
    const lines = readFileSync(join(directory, path), "utf8").split("\n");
    if (lines.at(-1) === "") lines.pop();
    return lines;
  };
}

/** What has come out on standard output, of all runs together. A run that was killed may have left half a line. */
export async function printedLines(directory: string): Promise<readonly string[]> {
  return (await linesOf(STDOUT)(directory)).flatMap((line) => line.match(/\{"[^{}]*\}/g) ?? []);
}

/** The rows of a table, as text. None where there is no table yet. */
export function rowsOf(table: string, columns: readonly string[]) {
  return async (directory: string): Promise<readonly string[]> => {
    const path = join(directory, "store", table);
    if (!existsSync(path)) return [];
    const scratch = mkdtempSync(join(tmpdir(), "logpipe-read-"));
    const session = await Session.open({ memoryBytes: 512 << 20, threads: 1, tempDirectory: scratch });
    try {
      const relation = await openRelation(path, {
        tempDirectory: scratch,
        rows: (sql) => session.rows(sql),
      });
      try {
        const known = relation.columns.map(({ name }) => name);
        if (!columns.every((column) => known.includes(column))) return [];
        const parts = columns.map((column) => `'"${column}":' || to_json("${column}")::VARCHAR`);
        const rows = await session.rows(`SELECT ${parts.join(" || ' ' || ")} FROM (${relation.sql})`);
        return rows.map(([text]) => String(text));
      } finally {
        await relation.close();
      }
    } finally {
      session.close();
      remove(scratch);
    }
  };
}

export function write(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
}
