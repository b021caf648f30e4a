/** Followed files without a checkpoint of their own, in pipelines whose sinks change from run to run. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
    appendFileSync(join(this.cwd, "a.log"), `{"n":${n}}\n`);
    if (pipeline in graphs) writeFileSync(join(this.cwd, "p.yaml"), graphs[pipeline]!);
    const child = start([BIN, "run", "-q", pipeline in graphs ? "p.yaml" : pipeline], { cwd: this.cwd });
    const ended = finished(child, "");
    await expect.poll(has, { timeout: 120_000, interval: 200 }).toContain(n);
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([130, ""]);
  }

  readonly table = async (): Promise<readonly number[]> => {
    if (!existsSync(join(this.cwd, "store/t"))) return [];
    const asked = ["query", "--store", "store", "--to", "ndjson", "SELECT n FROM t ORDER BY n"];
    return numbersIn((await logpipe(asked, { cwd: this.cwd })).stdout);
  };

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
