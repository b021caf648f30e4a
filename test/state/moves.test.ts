/** Followed files without a checkpoint of their own, in pipelines whose sinks change from run to run. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { BIN, finished, logpipe, start, temporaryDirectory } from "../support/logpipe.js";

const HOUR = { timeout: 3_600_000 };
const SOURCE = "sources: { in: { ingest: { file: 'a*.log', follow: true } } }";
const STAGES = "stages: { p: { from: in, stages: [parse] } }";
const TABLE = "{ from: p, sink: { store: ./store, table: t } }";
const FILE = "{ from: p, sink: { to: file, output: f.ndjson, append: true } }";

const graphs: Record<string, string> = {
  "one.yaml": `${SOURCE}\n${STAGES}\nsinks: { t: ${TABLE} }\n`,
  "two.yaml": `${SOURCE}\n${STAGES}\nsinks: { t: ${TABLE}, f: ${FILE} }\n`,
  "file.yaml": `${SOURCE}\n${STAGES}\nsinks: { f: ${FILE} }\n`,
  "list.yaml": "- ingest: { file: 'a*.log', follow: true }\n- parse\n- sink: { store: ./store, table: t }\n",
};

class Moves {
  readonly cwd = temporaryDirectory();
  private lines = 0;

  /** One more line, and a run of the pipeline until it has come. Each takes the place of the one before. */
  async run(pipeline: string, has: () => Promise<readonly number[]>): Promise<void> {
    const n = ++this.lines;
    this.write("a.log", n);
    const { code, stderr } = await this.until(graphs[pipeline] ?? pipeline, has, [n], "SIGINT");
    expect([code, stderr]).toEqual([130, ""]);
  }

  write(name: string, ...numbers: readonly number[]): void {
    appendFileSync(join(this.cwd, name), numbers.map((n) => `{"n":${n}}\n`).join(""));
  }

  /** Runs it until these have come. */
  async until(
    pipeline: string,
    has: () => Promise<readonly number[]>,
    wanted: readonly number[],
    signal: NodeJS.Signals,
  ) {
    const isFile = pipeline.endsWith("\n");
    if (isFile) writeFileSync(join(this.cwd, "p.yaml"), pipeline);
    const words = ["run", "-q", "--checkpoint-interval", "50ms", isFile ? "p.yaml" : pipeline];
    const child = start([BIN, ...words], { cwd: this.cwd });
    const ended = finished(child, "");
    const expected = expect.arrayContaining([...wanted]);
    let over: string | undefined;
    void ended.then(({ code, stderr }) => (over = `it ended with ${code}: ${stderr}`));
    const found = async () => over ?? (await has());
    await expect.poll(found, { timeout: 120_000, interval: 200 }).toEqual(expected);
    child.kill(signal);
    return ended;
  }

  readonly table = async (): Promise<readonly number[]> => {
    if (!existsSync(join(this.cwd, "store/t"))) return [];
    const asked = ["query", "--store", "store", "--to", "ndjson", "SELECT n FROM t ORDER BY n"];
    return numbersIn((await logpipe(asked, { cwd: this.cwd })).stdout);
  };

  /** Paths that a checkpoint knows. */
  known(checkpoint: string): readonly string[] {
    const { files } = JSON.parse(readFileSync(join(this.cwd, checkpoint), "utf8")) as {
      files: readonly { readonly path: string }[];
    };
    return files.map(({ path }) => basename(path));
  }

  readonly file = async (): Promise<readonly number[]> => {
    const path = join(this.cwd, "f.ndjson");
    return existsSync(path) ? numbersIn(readFileSync(path, "utf8")) : [];
  };
}

function numbersIn(text: string): number[] {
  return [...text.matchAll(/"n":(\d+)/g)].map(([, n]) => Number(n));
}

test("one sink, several, and one again: no line twice in the table, and none lost", HOUR, async () => {
  const moves = new Moves();
  for (const name of ["one.yaml", "two.yaml", "one.yaml", "two.yaml"]) await moves.run(name, moves.table);
  expect(await moves.table()).toEqual([1, 2, 3, 4]);
  expect(await moves.file()).toEqual([2, 4]);
});

test("a list that becomes a graph goes on where it was, and the other way round", HOUR, async () => {
  const moves = new Moves();
  for (const name of ["list.yaml", "one.yaml", "list.yaml", "two.yaml"]) await moves.run(name, moves.table);
  expect(await moves.table()).toEqual([1, 2, 3, 4]);
});

test(
  "a file that is appended to gets each line of a followed file once, over several runs",
  HOUR,
  async () => {
    const moves = new Moves();
    const chain = "ingest --follow a.log | parse | sink --to file --append -o f.ndjson";
    for (const name of [chain, chain]) await moves.run(name, moves.file);
    expect(await moves.file()).toEqual([1, 2]);
    const graph = new Moves();
    for (const name of ["file.yaml", "file.yaml"]) await graph.run(name, graph.file);
    expect(await graph.file()).toEqual([1, 2]);
  },
);

/** Both sources can be read again, each with a checkpoint of its own; what was seen of one is remembered for both. */
function twoSources(order: readonly string[], sinks: string): string {
  const sources = order.map(
    (name) => `  ${name}: { ingest: { file: ${name}.log, follow: true, checkpoint: ${name}.json } }\n`,
  );
  const stages = `stages: { p: { from: [${order.join(", ")}], stages: [parse, { dedupe: { by: n } }] } }`;
  return `sources:\n${sources.join("")}${stages}\nsinks: { ${sinks} }\n`;
}

test.each([
  ["one file", `f: ${FILE}`],
  ["one table", `t: ${TABLE}`],
  ["a table and a file", `t: ${TABLE}, f: ${FILE}`],
])("two sources killed between their lines, in either order: %s", HOUR, async (_, sinks) => {
  const moves = new Moves();
  const sink = sinks.startsWith("f") ? moves.file : moves.table;
  const [ab, ba] = [twoSources(["a", "b"], sinks), twoSources(["b", "a"], sinks)];
  moves.write("a.log", 1, 2);
  moves.write("b.log");
  await moves.until(ab, sink, [1, 2], "SIGKILL");
  moves.write("b.log", 101, 2);
  await moves.until(ba, sink, [1, 2, 101], "SIGKILL");
  moves.write("a.log", 3, 101);
  moves.write("b.log", 102, 1);
  await moves.until(ab, sink, [3, 102], "SIGKILL");
  moves.write("a.log", 4, 102);
  expect((await moves.until(ba, sink, [4], "SIGINT")).stderr).toBe("");
  const all = [1, 2, 3, 4, 101, 102];
  expect([...(await sink())].sort((a, b) => a - b)).toEqual(all);
  if (sinks.includes("f:")) expect([...(await moves.file())].sort((a, b) => a - b)).toEqual(all);
  expect([moves.known("a.json"), moves.known("b.json")]).toEqual([["a.log"], ["b.log"]]);
});
