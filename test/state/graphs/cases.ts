/**
 * Pipelines that are killed: chains and graphs of real stages over files, programs, standard input, tables and
 * files.
 */
import { fileURLToPath } from "node:url";
import { buildProgram } from "../../support/program.js";
import { type Case, linesOf, printedLines, rowsOf, type SinkCheck, write } from "./harness.js";

/** Events of one file: `n` counts, every fifth comes twice. */
export function events(file: string, count: number): string {
  const lines: string[] = [];
  for (let n = 0; n < count; n++) {
    const second = `${Math.floor(n / 60) % 60}`.padStart(2, "0");
    const time = `2026-11-21T10:${second}:${`${n % 60}`.padStart(2, "0")}Z`;
    const level = n % 7 === 0 ? "error" : "info";
    const event = {
      timestamp: time,
      level,
      ms: n % 100,
      key: `k${n % 13}`,
      f: file,
      n,
      pad: "y".repeat(n % 90),
    };
    lines.push(JSON.stringify(event));
    if (n % 5 === 0) lines.push(JSON.stringify(event));
  }
  return `${lines.join("\n")}\n`;
}

/** Several files, so that there are several blocks. */
function inputs(directory: string, names: readonly string[], files = 6, count = 400): void {
  for (const name of names)
    for (let i = 0; i < files; i++) write(directory, { [`${name}${i}.log`]: events(`${name}${i}`, count) });
}

const idOf = (line: string) => `${/"f":"(\w+)"/.exec(line)?.[1]} ${/"n":(\d+)/.exec(line)?.[1]}`;
const fileOf = (line: string) => line.split(" ")[0]!;

const appended = (path: string, more: Partial<SinkCheck> = {}): SinkCheck => ({
  name: path,
  promise: "exactly",
  read: linesOf(path),
  key: idOf,
  group: fileOf,
  ...more,
});
const table = (name: string, columns: readonly string[], more: Partial<SinkCheck> = {}): SinkCheck => ({
  name,
  promise: "exactly",
  read: rowsOf(name, columns),
  ...more,
});
const WINDOW = "window 1m --by key --agg 'count, sum(ms) as ms' --lateness 10h --timestamp";
const SETTINGS = ["--checkpoint-interval", "40ms", "--workers", "0"];

export const CHAINS: readonly Case[] = [
  {
    name: "a chain into a file, without state",
    prepare: (directory) => inputs(directory, ["a"]),
    words: ["run", "ingest --checkpoint c.json 'a*.log' | parse | sink --to file --append -o out.ndjson"],
    sinks: [appended("out.ndjson")],
  },
  {
    name: "a chain into a file, with state",
    prepare: (directory) => inputs(directory, ["a"]),
    words: [
      "run",
      ...SETTINGS,
      `ingest --checkpoint c.json 'a*.log' | parse | dedupe --by f,n | ${WINDOW} | sink --to file --append -o out.ndjson`,
    ],
    sinks: [appended("out.ndjson", { key: (line) => line, group: () => "all" })],
  },
  {
    name: "a chain into a table, with state",
    prepare: (directory) => inputs(directory, ["a"]),
    words: [
      "run",
      ...SETTINGS,
      `ingest --checkpoint c.json 'a*.log' | parse | ${WINDOW} | sink store --table rates`,
    ],
    sinks: [table("rates", ["key", "window_start", "count", "ms"])],
  },
];

const FAN_IN = `
sources:
  a: { ingest: { file: 'a*.log', checkpoint: a.json } }
  b: { ingest: { file: 'b*.log', checkpoint: b.json } }
stages:
  clean: { from: [a, b], stages: [ { parse: {} }, { filter: 'n != 3' } ] }
routes:
  severity:
    from: clean
    match: first
    to: { errors: 'level == "error"', slow: 'ms > 50', rest: otherwise }
sinks:
  store: { from: severity.errors, sink: { store: ./store, table: errors } }
  slow: { from: severity.slow, sink: { to: file, output: slow.ndjson, append: true } }
  rest: { from: [severity.rest], sink: { to: file, output: rest.ndjson, append: true } }
`;

const STATE = `
sources:
  a: { ingest: { file: 'a*.log', checkpoint: a.json } }
  b: { ingest: { file: 'b*.log', checkpoint: b.json } }
stages:
  clean: { from: [a, b], stages: [parse] }
  counted: { from: [ways.all, ways.slow], stages: [ { window: { size: 1m, by: key, agg: 'count, sum(ms) as ms', lateness: 10h, timestamp: true } } ] }
  single: { from: ways.all, stages: [ { dedupe: { by: 'f,n' } } ] }
routes:
  ways:
    from: clean
    match: all
    to: { all: 'n >= 0', slow: 'ms > 50' }
sinks:
  counts: { from: counted, sink: { to: file, output: counts.ndjson, append: true } }
  once: { from: single, sink: { store: ./store, table: once } }
  all: { from: ways.all, sink: { to: file, output: all.ndjson, append: true } }
`;

const TABLES = `
sources:
  a: { ingest: { file: 'a*.log', checkpoint: a.json } }
stages:
  once: { from: a, stages: [ parse, { dedupe: { by: 'f,n' } } ] }
  counted: { from: once, stages: [ { window: { size: 1m, by: key, agg: 'count, sum(ms) as ms', lateness: 10h, timestamp: true } } ] }
routes:
  levels: { from: once, match: first, to: { errors: 'level == "error"', others: otherwise } }
sinks:
  errors: { from: levels.errors, sink: { store: ./store, table: errors } }
  others: { from: levels.others, sink: { store: ./store, table: others } }
  rates: { from: counted, sink: { store: ./store, table: rates } }
  shown: { from: levels.errors, sink: { to: stdout } }
`;

const MIXED = `
sources:
  a: { ingest: { file: 'a*.log', checkpoint: a.json } }
  input: { ingest: { file: '-' } }
  program: { exec: { command: [cat, c0.log, c1.log] } }
stages:
  clean: { from: [a, input, program], stages: [parse] }
routes:
  ways: { from: clean, match: first, to: { odd: 'ms > 50', even: otherwise } }
sinks:
  odd: { from: ways.odd, sink: { to: file, output: odd.ndjson, append: true } }
  even: { from: ways.even, sink: { store: ./store, table: even } }
  shown: { from: ways.even, sink: { to: stdout } }
`;

const ONE_FILE = `
sources:
  a: { ingest: { file: 'a*.log', checkpoint: a.json } }
  b: { ingest: { file: 'b*.log', checkpoint: b.json } }
stages:
  counted:
    from: [a, b]
    stages: [ parse, { dedupe: { by: 'f,n' } }, { window: { size: 1m, by: 'f,key', agg: 'count, sum(ms) as ms', lateness: 10h, timestamp: true } } ]
sinks:
  counts: { from: counted, sink: { to: file, output: counts.ndjson, append: true } }
`;

const ENDS = `
sources:
  clients: { server: {} }
stages:
  checked: { from: clients, stages: [ { filter: 'n >= 0' } ] }
  single: { from: checked, stages: [ { dedupe: { by: n } } ] }
sinks:
  far: { from: checked, remote: {} }
  kept: { from: checked, sink: { to: file, output: kept.ndjson, append: true } }
  once: { from: single, sink: { store: ./store, table: once } }
`;

const ofFiles = (prefix: string, read: SinkCheck["read"]) => async (directory: string) =>
  (await read(directory)).filter((line) => new RegExp(`"f":"${prefix}\\d`).test(line));

const graph = (
  name: string,
  yaml: string,
  sources: readonly string[],
  rest: Omit<Case, "name" | "prepare" | "words">,
): Case => ({
  name,
  prepare: (directory) => {
    inputs(directory, sources);
    write(directory, { "graph.yaml": yaml });
  },
  words: ["run", ...SETTINGS, "graph.yaml"],
  ...rest,
});

let endsProgram: Promise<string> | undefined;
const ends = async () => {
  endsProgram ??= buildProgram(fileURLToPath(new URL("./ends-main.ts", import.meta.url)));
  return [process.execPath, await endsProgram];
};

const even = rowsOf("even", ["f", "n"]);
export const GRAPHS: readonly Case[] = [
  graph("two sources, a route to the first, a table and two files", FAN_IN, ["a", "b"], {
    sinks: [table("errors", ["f", "n"]), appended("slow.ndjson"), appended("rest.ndjson")],
  }),
  graph("a route to all, a window and a dedupe in branches of their own", STATE, ["a", "b"], {
    sinks: [
      { name: "counts.ndjson", promise: "exactly", read: linesOf("counts.ndjson") },
      table("once", ["f", "n"]),
      appended("all.ndjson"),
    ],
  }),
  graph("two sources into one file, with state", ONE_FILE, ["a", "b"], {
    sinks: [{ name: "counts.ndjson", promise: "exactly", read: linesOf("counts.ndjson") }],
  }),
  graph("several tables and standard output, behind stages that remember", TABLES, ["a"], {
    sinks: [
      table("errors", ["f", "n"]),
      table("others", ["f", "n"]),
      table("rates", ["key", "window_start", "count", "ms"]),
      { name: "stdout", promise: "atLeast", read: printedLines, key: idOf },
    ],
  }),
  graph("files, standard input and a program", MIXED, ["a", "b", "c"], {
    stdin: "b0.log",
    sinks: [
      appended("odd.ndjson of a", { read: ofFiles("a", linesOf("odd.ndjson")) }),
      appended("odd.ndjson of others", { promise: "atLeast", read: ofFiles("[bc]", linesOf("odd.ndjson")) }),
      { name: "even of a", promise: "exactly", read: ofFiles("a", even), key: idOf },
      { name: "even of others", promise: "atLeast", read: ofFiles("[bc]", even), key: idOf },
      // What a program writes comes again in each run, and what a killed run had printed of it as well.
      { name: "stdout", promise: "atLeast", read: printedLines, key: idOf, triesOfRun: 2 },
    ],
  }),
  graph("a server, a remote that fails, a file and a stage that remembers", ENDS, [], {
    program: ends,
    isTriedAgain: true,
    sinks: [
      { name: "far", promise: "atLeast", read: linesOf("far.ndjson"), key: idOf, triesOfRun: 10 },
      { name: "kept", promise: "atLeast", read: linesOf("kept.ndjson"), key: idOf },
      table("once", ["f", "n"]),
    ],
  }),
];
