// Enter here: runs a pipeline to the end of its source: blocks, worker threads, order, backpressure.
/** The engine's door. */
import { reportUnfinished } from "../../base/ending.js";
import { failure } from "../../base/errors/index.js";
import { readyForLongWork } from "../../base/long-work.js";
import { openInputs } from "../../sources/files/open.js";
import { escapeControlsInLines } from "../../terminal/escape.js";
import type { Counters } from "../accounting/counters.js";
import { checkLetterPlace } from "../accounting/dead-letters/check-path.js";
import { LogLinesHint } from "../accounting/hints/log-lines-hint.js";
import { noticeOfAgain } from "../accounting/hints/run-again.js";
import { sayRemarks } from "../accounting/hints/time-remarks.js";
import { planPipeline } from "../chain/plan.js";
import type { Host } from "../contract/host.js";
import type { Pipeline, RunOptions } from "../contract/pipeline.js";
import type { Sink } from "../contract/sink.js";
import type { Source } from "../contract/source.js";
import { checkOwnOutputOf } from "./examine/own-output.js";
import { checkOfJournal, isPrinting, keeperOf, openSink, withoutShown } from "./open-sink.js";
import type { ParseFirst } from "./parse-first.js";
import { areAllUnread, openStages, writeReports } from "./resources.js";
import { Run } from "./run.js";

export { explainPlan, planPipeline } from "../chain/plan.js";
export type { Pipeline, RunOptions, Step } from "../contract/pipeline.js";

/**
 * Runs a pipeline to the end of its source. Returns the exit code: 0 done, 1 a condition of the user holds. Throws
 * LogpipeError when it could not be done; what had been acknowledged by then is durable. `host.signal` asks it to
 * finish what was read and stop.
 */
export async function runPipeline(asked: Pipeline, options: RunOptions, host: Host): Promise<number> {
  if (!isWaitedFor(asked, options, host)) return runOnce(asked, options, host);
  const { shownOn } = await import("./shown.js");
  const { host: shown, onProgress, clear } = shownOn(asked, host);
  try {
    return await runOnce(asked, { ...options, onProgress }, shown);
  } finally {
    clear();
  }
}

/** Whether somebody looks at a terminal on which nothing is seen of the work. */
function isWaitedFor({ sink }: Pipeline, { output }: RunOptions, { standard, isQuiet }: Host): boolean {
  if (!standard.stderr.isTerminal || isQuiet === true) return false;
  const isPrinted = output === undefined && (sink === undefined || isPrinting(sink));
  return !(isPrinted && standard.stdout.isTerminal);
}

async function runOnce(asked: Pipeline, options: RunOptions, host: Host): Promise<number> {
  let pipeline = await forItsFiles(withoutShown(asked, options));
  const startedMs = host.nowMs();
  await checkLetterPlace(pipeline, options, host);
  await checkOwnOutputOf(pipeline, options, host);
  const secrets = new Map<string, Uint8Array>();
  let opened = await openStages(pipeline, host, { startedMs, secrets });
  let failures = 0;
  const watched: Host = {
    ...host,
    fail: (text, help) => {
      failures++;
      host.fail(text, help);
    },
  };
  let source = await openSource(pipeline, asked, watched);
  await checkOfJournal(pipeline.sink, [source], host);
  const sink = await openSink(pipeline, options, host);
  tellOfAgain(pipeline, source, host);
  await checkReplaced(source, sink);
  options.onOpened?.();
  const stop = () => source.stop();
  if (host.signal.aborted) stop();
  host.signal.addEventListener("abort", stop, { once: true });
  const parse = await parseFor(pipeline, source, options, host);
  if (parse !== undefined) {
    source = parse.source;
    const [step] = parse.steps;
    if (step !== undefined) {
      const first = await openStages({ ...pipeline, stages: [step] }, host, { startedMs, secrets });
      pipeline = { ...pipeline, stages: [step, ...pipeline.stages] };
      opened = { ...pipeline, stages: [...first.stages, ...opened.stages] };
    }
  }
  const plan = planPipeline(opened, options);
  const hint = hintOn(pipeline, source, host);
  const readsEvents = opened.stages[0]?.declaration.input !== "text";
  const onSetAside = readsEvents && hint !== undefined ? () => hint.say() : undefined;
  const running = { ...options, startedMs, secrets, onSetAside };
  const run = new Run(plan, running, watched, source, sink, () => failures > 0);
  const labels = opened.stages.map(({ declaration, label }) => label ?? declaration.name);
  const isOver = reportUnfinished(() => [
    `what was read on the way to ${pipeline.sink?.declaration.name ?? "the output"}`,
  ]);
  try {
    await readyForLongWork();
    await run.toEnd();
  } catch (error) {
    await writeReports(opened, run.counters, host).catch(() => {});
    throw error;
  } finally {
    isOver();
    host.signal.removeEventListener("abort", stop);
    countTimes(pipeline, source, sink, run.counters);
    sayRemarks(opened, run.counters, host, (index) => index < opened.stages.length - asked.stages.length);
    await hint?.settle();
    await sayUnparsed(opened, run.counters, hint);
    if (options.hasStats) {
      const { workers } = run;
      const report = run.counters.report({ stages: labels, workers, sink: sink.counts?.() ?? {} });
      const shown = hides(opened) ? report.replace(UNREAD_TEXTS, "") : report;
      await host.standard.stderr.write(escapeControlsInLines(shown));
      await host.standard.stderr.write(escapeControlsInLines(await waysToRead(opened, run.counters)));
    }
  }
  options.onCounts?.(run.counters);
  const { holdsCondition } = await writeReports(opened, run.counters, host);
  return holdsCondition ? 1 : 0;
}

/** With what its first stage makes of the names of its files. */
async function forItsFiles(pipeline: Pipeline): Promise<Pipeline> {
  const { files, source } = pipeline;
  const [first, ...others] = pipeline.stages;
  if (source !== undefined || first?.declaration.forFiles === undefined) return pipeline;
  const given = await first.declaration.forFiles(first.given, files);
  return given === undefined ? pipeline : { ...pipeline, stages: [{ ...first, given }, ...others] };
}

/** What looks at the first lines for a stage that parses; undefined: the first stage does not. */
async function parseFor(
  { stages: [first] }: Pipeline,
  source: Source,
  { isStrict }: RunOptions,
  { nowMs }: Host,
): Promise<ParseFirst | undefined> {
  // Where a run is taken up again its stages must be the same.
  if (first?.declaration.parsesLogs === undefined || source.replay !== undefined) return undefined;
  const parse = await first.declaration.parsesLogs(first.given);
  if (parse === undefined) return undefined;
  const { lookFirst } = await import("./parse-first.js");
  return lookFirst(source, parse, { isStrict, nowMs });
}

/** Lines of a report that show what unread lines are like. */
const UNREAD_TEXTS = /^.*\bunread: .*\n/gm;

/** Whether a stage is there to hide what lines hold: then no message shows any of it. */
function hides({ stages }: Pipeline): boolean {
  return stages.some(isHiding);
}

function isHiding({ declaration }: Pipeline["stages"][number]): boolean {
  return declaration.screen !== undefined;
}

/** Where the first stage parses, and no line could be: a stream of another kind than was thought. */
async function sayUnparsed(
  { stages }: Pipeline,
  counters: Counters,
  hint: LogLinesHint | undefined,
): Promise<void> {
  const [first] = stages;
  if (first === undefined || !areAllUnread(stages, counters)) return;
  const counts = counters.of(first.label ?? first.declaration.name);
  const { format = [], patterns = [] } = first.given.options as {
    format?: string | readonly string[];
    patterns?: readonly string[];
  };
  const shown = stages.some(isHiding) ? {} : counts;
  await hint?.sayUnparsed(counters.linesIn, [...patterns, ...[format].flat()], shown);
}

/** Where the first stage parses: commands that would read the lines which it has not. */
async function waysToRead({ stages }: Pipeline, counters: Counters): Promise<string> {
  const [first] = stages;
  if (first?.declaration.input !== "text" || stages.some(isHiding)) return "";
  const counts = counters.of(first.label ?? first.declaration.name);
  if (counts["unrecognised"] === undefined) return "";
  const { commandsFor } = await import("../../stages/parse/unparsed/unread.js");
  return commandsFor(counts)
    .map((command) => `  to read them: logpipe ${command}\n`)
    .join("");
}

/** What the source and the sink have read of times; a source that parses for the sink counts for that. */
function countTimes(pipeline: Pipeline, source: Source, sink: Sink, counters: Counters): void {
  const end = pipeline.sink?.declaration.name ?? "sink";
  const start = pipeline.source?.declaration.name ?? end;
  for (const [label, counts] of [
    [start, source.timeCounts?.()],
    [end, sink.timeCounts?.()],
  ] as const)
    for (const [name, by] of Object.entries(counts ?? {})) counters.count(`${label}.${name}`, by);
}

/** Where the first of the pipeline reads events: says of what is set aside when it is log lines. */
function hintOn({ stages, sink }: Pipeline, source: Source, host: Host): LogLinesHint | undefined {
  const first = stages[0]?.declaration ?? sink?.declaration;
  if (first === undefined) return undefined;
  const isParsed = stages.some(({ declaration }) => declaration.input === "text");
  const keepsRaw = !isParsed && sink?.declaration.tableOf?.(sink.given, host) !== undefined;
  const hint = new LogLinesHint(keepsRaw ? sink!.declaration.name : first.name, keepsRaw, host);
  hint.watch(source);
  return hint;
}

async function openSource(pipeline: Pipeline, asked: Pipeline, host: Host): Promise<Source> {
  const { source: step, sink, files } = pipeline;
  const { keptAs: node } = pipeline;
  const keptAs = node && (await import("./graph/kept-as.js")).keptAsOf(node, [sink], host);
  const opening = (asked.stages[0] ?? asked.sink)?.declaration;
  const command = opening?.name ?? "run";
  const [first] = pipeline.stages;
  const lineCommand = first?.declaration.lineCommand?.(first.given);
  const source =
    step === undefined
      ? await openInputs(files, { lineCommand }, host, command)
      : await step.declaration.open(step.given, host, { table: keeperOf(sink, host), keptAs });
  const isFirst = asked.stages.length === 0 && asked.sink?.declaration.parsesLogs === true;
  const { parsesInput = isFirst ? "logs" : "no" } = pipeline;
  if (parsesInput === "no") return source;
  const [{ ParsedSource }, { shownText }] = await Promise.all([
    import("../../stages/parse/unparsed/parsed-source.js"),
    import("../../stages/parse/unparsed/left-lines.js"),
  ]);
  const parsed = new ParsedSource(source, host.nowMs, true);
  parsed.parsesJson = true;
  parsed.parsesText = parsesInput === "text";
  parsed.onLeft = (left) => host.log("info", shownText(left, asked.sink?.declaration.name ?? "view"));
  return parsed;
}

/**
 * Where a table is fed and nothing remembers what it was fed from. Once the sink is open: what is refused is not stored
 * twice.
 */
function tellOfAgain(pipeline: Pipeline, source: Source, host: Host): void {
  const { sink } = pipeline;
  if (source.replay !== undefined || sink?.declaration.tableOf?.(sink.given, host) === undefined) return;
  const again = noticeOfAgain(pipeline, host);
  if (again !== undefined) host.log("info", again);
}

/** Throws output.acknowledged where the end of this run would take away what an earlier one was told is safe. */
async function checkReplaced(source: Source, sink: Sink): Promise<void> {
  if (source.replay === undefined || sink.replaces === undefined) return;
  const path = sink.replaces;
  await Promise.all([sink.abandon?.() ?? sink.close(), source.close()]);
  throw failure("output.acknowledged", { path });
}
