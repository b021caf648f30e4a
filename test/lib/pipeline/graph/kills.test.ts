/**
 * kill -9 in the middle of graphs, and a run that ends: what each sink has is what an evaluator of a few lines says.
 * Tables have every event once; standard output has each at least once.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { BIN, finished, logpipe, start, temporaryDirectory } from "../../../support/logpipe.js";
import { uniform } from "../../../support/random.js";
import { runs } from "../../../support/runs.js";

const LINES = 60_000;
const LEVELS = ["error", "info", "warn", "debug"];

interface Event {
  readonly timestamp: string;
  readonly level: string;
  readonly n: number;
  readonly user: string;
}

const events: readonly Event[] = Array.from({ length: LINES }, (_, n) => ({
  timestamp: new Date(1_700_000_000_000 + n * 20).toISOString(),
  level: LEVELS[(n * 7) % LEVELS.length]!,
  n,
  user: `u${(n * n) % 997}`,
}));

const ROUTES = `
routes:
  by: { from: parsed, match: first, to: { errors: 'level == "error"', rest: otherwise } }
`;

const graphs = {
  "three tables and standard output, without memory": `
sources:
  a: { ingest: { file: a.log, checkpoint: a.json } }
  b: { ingest: { file: b.log, checkpoint: b.json } }
stages:
  parsed: { from: [a, b], stages: [parse] }
${ROUTES}
sinks:
  errors: { from: by.errors, sink: { store: ./store, table: errors } }
  rest: { from: by.rest, sink: { store: ./store, table: rest } }
  all: { from: parsed, sink: { store: ./store, table: everything } }
  screen: { from: by.errors, sink: { to: stdout } }
`,
  "windows and keys that were seen beside what only passes": `
sources:
  a: { ingest: { file: a.log, checkpoint: a.json } }
  b: { ingest: { file: b.log, checkpoint: b.json } }
stages:
  parsed: { from: [a, b], stages: [parse] }
  firsts: { from: parsed, stages: [{ dedupe: { by: user, within: 1d } }] }
  minutes: { from: parsed, stages: [{ window: { size: 1m, by: level, agg: count, lateness: 1d } }] }
${ROUTES}
sinks:
  errors: { from: by.errors, sink: { store: ./store, table: errors } }
  rest: { from: by.rest, sink: { store: ./store, table: rest } }
  users: { from: firsts, sink: { store: ./store, table: users } }
  counts: { from: minutes, sink: { store: ./store, table: counts } }
`,
} as const;

describe("a graph that is killed and started again", () => {
  it.each(Object.entries(graphs))(
    "%s",
    async (_, yaml) => {
      const directory = temporaryDirectory();
      writeInputs(directory);
      writeFileSync(join(directory, "g.yaml"), yaml);
      const random = uniform(directory.length + yaml.length);
      const printed: string[] = [];
      for (let kill = 0; kill < runs(20, 4); kill++) {
        const child = start([BIN, "run", "g.yaml"], { cwd: directory });
        const ran = finished(child, "");
        await setTimeout(100 + random() * 900);
        child.kill("SIGKILL");
        printed.push(wholeLines((await ran).stdout));
      }
      const last = await logpipe(["run", "g.yaml"], { cwd: directory });
      expect(last.code, last.stderr).toBe(0);
      printed.push(last.stdout);
      const errors = events.filter(({ level }) => level === "error").map(({ n }) => n);
      const rest = events.filter(({ level }) => level !== "error").map(({ n }) => n);
      expect(await numbers("errors", directory)).toEqual(errors);
      expect(await numbers("rest", directory)).toEqual(rest);
      if (yaml.includes("everything"))
        expect(await numbers("everything", directory)).toEqual(events.map(({ n }) => n));
      if (yaml.includes("screen")) {
        const shown = printed.join("").split("\n").slice(0, -1);
        expect(
          [...new Set(shown.map((line) => (JSON.parse(line) as Event).n))].sort((a, b) => a - b),
        ).toEqual(errors);
      }
      if (yaml.includes("users")) await checkMemory(directory);
    },
    300_000,
  );
});

async function checkMemory(directory: string): Promise<void> {
  const users = await query('SELECT "user", count(*)::INT AS n FROM users GROUP BY 1', directory);
  expect(new Set(users.map(({ user }) => user))).toEqual(new Set(events.map(({ user }) => user)));
  expect(users.every(({ n }) => n === 1)).toBe(true);
  const counts = await query(
    'SELECT level, sum("count")::INT AS n FROM counts GROUP BY 1 ORDER BY 1',
    directory,
  );
  const expected = [...LEVELS].sort().map((level) => ({ level, n: LINES / LEVELS.length }));
  expect(counts).toEqual(expected);
  const windows = await query("SELECT count(*)::INT AS n FROM counts", directory);
  const minutes = new Set(events.map(({ timestamp }) => timestamp.slice(0, 16)));
  expect(windows).toEqual([{ n: minutes.size * LEVELS.length }]);
}

function writeInputs(directory: string): void {
  const text = (half: number) =>
    events
      .filter(({ n }) => n % 2 === half)
      .map((event) => `${JSON.stringify(event)}\n`)
      .join("");
  writeFileSync(join(directory, "a.log"), text(0));
  writeFileSync(join(directory, "b.log"), text(1));
  expect(readFileSync(join(directory, "a.log")).length).toBeGreaterThan(0);
}

function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf("\n") + 1);
}

async function numbers(table: string, directory: string): Promise<readonly number[]> {
  const rows = await query(`SELECT n::INT AS n FROM ${table} ORDER BY n`, directory);
  return rows.map(({ n }) => n as number);
}

async function query(sql: string, directory: string): Promise<readonly Record<string, unknown>[]> {
  const { stdout, stderr, code } = await logpipe(["query", "--store", "store", "--to", "ndjson", sql], {
    cwd: directory,
  });
  expect(code, stderr).toBe(0);
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
