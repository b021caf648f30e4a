// Enter here: cases of pipelines, tried without opening a source or a sink, and what changes when events are replayed.
/** `logpipe test`: reads the files, tries every case, reports. */
import { dirname, resolve } from "node:path";
import { failure, LogpipeError } from "../base/errors/index.js";
import { replaceFile } from "../base/private-files/replacement.js";
import { type Variables, variablesOf } from "../options/variables.js";
import { stageFailure } from "../pipeline/chain/stage-failure.js";
import type { Graph } from "../pipeline/contract/graph.js";
import type { Registry } from "../pipeline/contract/stage.js";
import type { Terminal } from "../pipeline/contract/terminal.js";
import type { Preset } from "../pipeline/read/quoted.js";
import { namesOf } from "./cases/names.js";
import { readCases } from "./cases/read-cases.js";
import { type PipelineUnderTest, type TestFile, testFilesOf } from "./cases/read-test-file.js";
import type { TestCase } from "./cases/test-case.js";
import { hiddenCase, hiddenOutcome } from "./judge/hidden.js";
import { type Failing, judge, type Writing } from "./judge/judge.js";
import { evaluate } from "./network/evaluate.js";
import { StageFlow } from "./network/flow.js";
import { type OpenedGraph, openGraph } from "./network/opened.js";
import { readGraphOf } from "./network/read-graph.js";
import type { CaseResult, FileCoverage, ReportFormat, TestResults } from "./report/results.js";
import { withSnapshots } from "./update.js";

export interface TestOptions {
  readonly filter: readonly string[];
  readonly failFast: boolean;
  readonly to: ReportFormat;
  readonly update: boolean;
  readonly coverage: boolean;
  readonly failUncovered: boolean;
}

/** What pipelines are read with. */
export interface PipelineReading {
  readonly registry: Registry;
  readonly preset: Preset;
}

/** The exit code: 0, 1 where a case failed, 2 where a file is at fault. Throws LogpipeError. */
export async function runTests(
  operands: readonly string[],
  options: TestOptions,
  terminal: Terminal,
  reading: PipelineReading,
): Promise<number> {
  refuseUpdate(options, terminal);
  const runner = new Runner(options, terminal, reading);
  const seen = new Set<string>();
  let hasFault = false;
  for (const operand of operands)
    try {
      const files = testFilesOf(operand, terminal.cwd);
      if (files.length === 0) await runner.untested(operand);
      for (const file of files) {
        const key = resolve(terminal.cwd, file.path);
        if (seen.has(key)) continue;
        seen.add(key);
        await runner.file(file);
      }
    } catch (error) {
      if (!(error instanceof LogpipeError)) throw error;
      if (operands.length === 1) throw error;
      terminal.complain(error.message, error.help);
      hasFault = true;
    }
  const results = runner.results();
  if (results.cases.length === 0 && !hasFault) throw nothingTried(operands, options);
  if (results.cases.length > 0) await terminal.stdout.write(await reportOf(results, options, terminal));
  if (hasFault) return 2;
  const isCovered = !options.failUncovered || results.coverage.every(({ gaps }) => gaps.length === 0);
  return results.cases.some(({ state }) => state === "failed") || !isCovered ? 1 : 0;
}

function refuseUpdate({ update }: TestOptions, { env }: Terminal): void {
  const ci = env["CI"] ?? "";
  if (!update || ci === "" || ci === "0" || ci === "false") return;
  throw failure("usage.update-in-ci", { value: ci });
}

function nothingTried(operands: readonly string[], { filter }: TestOptions): LogpipeError {
  const reason =
    filter.length === 0 ? "there are no tests" : `no test is called like "${filter.join('" or "')}"`;
  return failure("usage.no-tests", { files: operands.join(", "), reason });
}

async function reportOf(
  results: TestResults,
  { to, coverage, failUncovered }: TestOptions,
  { stdout }: Terminal,
): Promise<string> {
  if (to === "tap") return (await import("./report/tap.js")).tapReport(results);
  if (to === "junit") return (await import("./report/junit.js")).junitReport(results);
  if (to === "json") return (await import("./report/json.js")).jsonReport(results);
  const { textReport } = await import("./report/text.js");
  return textReport(results, stdout, coverage || failUncovered);
}

interface Covered {
  readonly graph: Graph;
  readonly flow: StageFlow;
}

class Runner {
  private readonly options: TestOptions;
  private readonly terminal: Terminal;
  private readonly reading: PipelineReading;
  private readonly cases: CaseResult[] = [];
  private readonly coverage = new Map<string, Covered>();
  private skipped = 0;
  private filtered = 0;

  constructor(options: TestOptions, terminal: Terminal, reading: PipelineReading) {
    [this.options, this.terminal, this.reading] = [options, terminal, reading];
  }

  results(): TestResults {
    const { cases, skipped, filtered } = this;
    // What was left out might have covered it.
    const isWhole = skipped + filtered === 0;
    const coverage = [...this.coverage].map(([file, { graph, flow }]): FileCoverage => {
      return { file, gaps: isWhole ? flow.uncovered(graph) : [] };
    });
    return { cases, coverage, skipped };
  }

  /** A pipeline without tests: all of it is uncovered. */
  async untested(path: string): Promise<void> {
    const variables = variablesOf(this.terminal.env, this.terminal.cwd);
    const graph = await this.graphOf({ path }, variables);
    this.terminal.notice(`${path} has no tests`);
    if (this.options.filter.length === 0) this.coveredBy(path, graph);
  }

  async file(file: TestFile): Promise<void> {
    const { cwd, env } = this.terminal;
    const variables = variablesWith(file.env, env, cwd);
    try {
      const writings: Writing[] = [];
      for (const pipeline of file.pipelines)
        writings.push(...(await this.pipeline(file, pipeline, variables)));
      if (this.options.update && writings.length > 0)
        await replaceFile(resolve(cwd, file.path), withSnapshots(file.text, withoutRepeats(writings)));
    } catch (error) {
      throw variables.hide(error);
    }
  }

  private async pipeline(
    file: TestFile,
    pipeline: PipelineUnderTest,
    variables: Variables,
  ): Promise<readonly Writing[]> {
    const { cwd, env } = this.terminal;
    const graph = await this.graphOf(pipeline, variables);
    const shown = "path" in pipeline ? pipeline.path : file.path;
    const names = namesOf(graph);
    const { path, at } = file;
    const cases = readCases(file.cases, { names, at, cwd, path });
    const { flow } = this.coveredBy(shown, graph);
    const surroundings = { cwd, besideFile: resolve(cwd, dirname(shown)), env: { ...env, ...file.env } };
    const opened = new Map<number, OpenedGraph>();
    const writings: Writing[] = [];
    for (const test of cases) {
      if (!this.isWanted(test)) continue;
      let ready = opened.get(test.atMs);
      if (ready === undefined) {
        ready = await openGraph(graph, surroundings, test.atMs);
        opened.set(test.atMs, ready);
      }
      const tried = tryCase(test, ready, { flow, sinks: names.sinks, variables });
      if (this.options.update) writings.push(...tried.writings);
      this.note(test, tried, file, shown);
    }
    return writings;
  }

  private note(test: TestCase, tried: Tried, file: TestFile, pipeline: string): void {
    const { failings, writings, durationMs } = tried;
    const isUpdated = this.options.update && writings.length > 0 && tried.isOnlyUnwritten;
    const state = isUpdated ? "updated" : failings.length > 0 ? "failed" : "ok";
    const written = new Map(isUpdated ? writings.map(({ at, lines }) => [at, lines.length]) : []);
    const isOfSeveral = file.pipelines.length > 1;
    const { name, place } = test;
    const where = { name, place, file: file.path, pipeline, isOfSeveral };
    this.cases.push({ ...where, state, failings, written, durationMs });
  }

  private isWanted({ name }: TestCase): boolean {
    const { filter, failFast } = this.options;
    if (filter.length > 0 && !filter.some((text) => matches(name, text))) {
      this.filtered++;
      return false;
    }
    if (!failFast || this.cases.every(({ state }) => state !== "failed")) return true;
    this.skipped++;
    return false;
  }

  private coveredBy(path: string, graph: Graph): Covered {
    const known = this.coverage.get(path) ?? { graph, flow: new StageFlow(graph) };
    this.coverage.set(path, known);
    return known;
  }

  private graphOf(pipeline: PipelineUnderTest, variables: Variables): Promise<Graph> {
    return readGraphOf(pipeline, variables, this.terminal, this.reading);
  }
}

interface Tried {
  readonly failings: readonly Failing[];
  readonly writings: readonly Writing[];
  readonly durationMs: number;
  /** What is wrong is no more than what `--update` writes down. */
  readonly isOnlyUnwritten: boolean;
}

interface Trying {
  readonly flow: StageFlow;
  readonly sinks: readonly string[];
  /** Their values are shown and written down by their names. */
  readonly variables: Variables;
}

function tryCase(test: TestCase, opened: OpenedGraph, { flow, sinks, variables }: Trying): Tried {
  const startedMs = performance.now();
  const { atMs: nowMs, endsInput } = test;
  try {
    const outcome = evaluate(opened, test.given, { nowMs, endsInput, flow });
    const { hidden } = variables;
    const shown = hiddenOutcome(outcome, hidden);
    const { failings, writings } = judge(hiddenCase(test, hidden), shown, sinks, outcome);
    const written = new Set(writings.map(({ at }) => at));
    const isOnlyUnwritten = failings.every(({ at }) => at === "" || written.has(at));
    return { failings, writings, durationMs: performance.now() - startedMs, isOnlyUnwritten };
  } catch (thrown) {
    const error = variables.hide(stageFailure(thrown));
    if (!(error instanceof LogpipeError)) throw error;
    const differences = [{ what: error.message, fields: [], hint: error.help }];
    const failings = [{ at: "", place: test.place, differences }];
    return { failings, writings: [], durationMs: performance.now() - startedMs, isOnlyUnwritten: false };
  }
}

/** Values of the file of tests come first, and messages do not hide them: they stand in a file that is shown. */
function variablesWith(own: Readonly<Record<string, string>>, env: Terminal["env"], cwd: string): Variables {
  const others = Object.fromEntries(Object.entries(env).filter(([name]) => !Object.hasOwn(own, name)));
  const variables = variablesOf(others, cwd);
  const replaced = (written: string, sign: string, name: string, colon: string | undefined) => {
    if (sign !== "" || !Object.hasOwn(own, name)) return written;
    const value = own[name]!;
    return value === "" && colon === ":" ? written : value.replaceAll("${", () => "$${");
  };
  return {
    ...variables,
    replace: (text, place) => variables.replace(text.replace(REFERENCE, replaced), place),
  };
}

const REFERENCE = /(\$?)\$\{([A-Za-z_]\w*)(?:(:?)-[^}]*)?\}/g;

/** A part of the name, or with `*` and `?` the whole of it. */
function matches(name: string, text: string): boolean {
  if (!/[*?]/.test(text)) return name.toLowerCase().includes(text.toLowerCase());
  const escaped = text.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "isu").test(name);
}

/** Of several pipelines the first says what is written: the others are compared with it. */
function withoutRepeats(writings: readonly Writing[]): readonly Writing[] {
  const keyOf = ({ at, writtenAt }: Writing) => `${writtenAt.start} ${at}`;
  return writings.filter((one, n) => writings.findIndex((other) => keyOf(other) === keyOf(one)) === n);
}
