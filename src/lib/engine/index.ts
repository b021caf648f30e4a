/** The engine's door. */
import { failure } from "../base/errors/index.js";
import { readyForLongWork } from "../base/long-work.js";
import { openInputs } from "../source/open.js";
import type { Sink } from "../stage/sink.js";
import type { Source } from "../stage/source.js";
import type { Terminal } from "../stage/terminal.js";
import { escapeControlsInLines } from "../terminal/escape.js";
import { noticeOfAgain } from "./again.js";
import { LogLinesHint } from "./hints/log-lines-hint.js";
import { checkLetterPlace } from "./letters/place.js";
import { FileSink, OutputSink, PrintedFile } from "./output.js";
import type { Pipeline, RunOptions } from "./pipeline.js";
import { planPipeline } from "./plan.js";
import { sayRemarks } from "./remarks.js";
import { openStages, writeReports } from "./resources.js";
import { Run } from "./run.js";

export type { Pipeline, RunOptions, Step } from "./pipeline.js";
export { explainPlan, planPipeline } from "./plan.js";

/**
 * Runs a pipeline to the end of its source. Returns the exit code: 0 done. Throws LogpipeError when it could not be
 * done; what had been acknowledged by then is durable. `terminal.signal` asks it to finish what was read and stop.
 */
export async function runPipeline(
  pipeline: Pipeline,
  options: RunOptions,
  terminal: Terminal,
): Promise<number> {
  const startedMs = terminal.nowMs();
  await checkLetterPlace(pipeline, options, terminal);
  const secrets = new Map<string, Uint8Array>();
  const opened = await openStages(pipeline, terminal, { startedMs, secrets });
  let complaints = 0;
  const watched: Terminal = {
    ...terminal,
    complain: (text, help) => {
      complaints++;
      terminal.complain(text, help);
    },
  };
  const source = await openSource(pipeline, watched);
  const sink = await openSink(pipeline, options, terminal);
  tellOfAgain(pipeline, source, terminal);
  await checkReplaced(source, sink);
  const stop = () => source.stop();
  if (terminal.signal.aborted) stop();
  terminal.signal.addEventListener("abort", stop, { once: true });
  const plan = planPipeline(opened, options);
  const hint = hintOn(pipeline, source, terminal);
  const onSetAside = hint && (() => void hint.say());
  const running = { ...options, startedMs, secrets, onSetAside };
  const run = new Run(plan, running, watched, source, sink, () => complaints > 0);
  const labels = opened.stages.map(({ declaration, label }) => label ?? declaration.name);
  try {
    await readyForLongWork();
    await run.toEnd();
  } catch (error) {
    await writeReports(opened, run.counters, terminal).catch(() => {});
    throw error;
  } finally {
    terminal.signal.removeEventListener("abort", stop);
    sayRemarks(opened.stages, run.counters, terminal);
    await hint?.settle();
    if (options.hasStats) {
      const { workers } = run;
      await terminal.stderr.write(
        escapeControlsInLines(run.counters.report({ stages: labels, workers, sink: sink.counts?.() ?? {} })),
      );
    }
  }
  await writeReports(opened, run.counters, terminal);
  return 0;
}

/** Where the first of the pipeline reads events: says of what is set aside when it is log lines. */
function hintOn({ stages, sink }: Pipeline, source: Source, terminal: Terminal): LogLinesHint | undefined {
  const first = stages[0]?.declaration ?? sink?.declaration;
  if (first === undefined || first.input === "text") return undefined;
  const isParsed = stages.some(({ declaration }) => declaration.input === "text");
  const keepsRaw = !isParsed && sink?.declaration.tableOf?.(sink.given, terminal) !== undefined;
  const hint = new LogLinesHint(keepsRaw ? sink!.declaration.name : first.name, keepsRaw, terminal);
  hint.watch(source);
  return hint;
}

async function openSource(pipeline: Pipeline, terminal: Terminal): Promise<Source> {
  const { source: step, sink, files } = pipeline;
  const table = sink?.declaration.tableOf?.(sink.given, terminal);
  const command = (pipeline.stages[0] ?? sink)?.declaration.name ?? "run";
  const source =
    step === undefined
      ? await openInputs(files, {}, terminal, command)
      : await step.declaration.open(step.given, terminal, { table });
  if (pipeline.stages.length > 0 || sink?.declaration.parsesLogs !== true) return source;
  const { ParsedSource } = await import("../parse/forgotten/parsed-source.js");
  return new ParsedSource(source, terminal.nowMs, true);
}

/** Where a table is fed and nothing remembers what it was fed from. Once the sink is open: what is refused is not stored twice. */
function tellOfAgain(pipeline: Pipeline, source: Source, terminal: Terminal): void {
  const { sink } = pipeline;
  if (source.replay !== undefined || sink?.declaration.tableOf?.(sink.given, terminal) === undefined) return;
  const again = noticeOfAgain(pipeline, terminal);
  if (again !== undefined) terminal.notice(again);
}

/** Whether the pipeline ends in a sink that writes to standard output: `-o` says what stands in for that. */
export function isPrinting(sink: NonNullable<Pipeline["sink"]>): boolean {
  return sink.declaration.isPrinting?.(sink.given) ?? true;
}

async function openSink(pipeline: Pipeline, options: RunOptions, terminal: Terminal): Promise<Sink> {
  const { sink } = pipeline;
  const { output } = options;
  if (sink !== undefined) {
    const { declaration, given } = sink;
    // A sink that stores has its own idea of `-o`, or none.
    if (output === undefined || !isPrinting(sink)) return declaration.open(given, terminal);
    return PrintedFile.open(output, (stdout) => declaration.open(given, { ...terminal, stdout }));
  }
  if (output !== undefined) return FileSink.open(output);
  const last = pipeline.stages.at(-1);
  return (await last?.declaration.display?.(last.given, terminal)) ?? new OutputSink(terminal.stdout);
}

/** Throws output.acknowledged where the end of this run would take away what an earlier one was told is safe. */
async function checkReplaced(source: Source, sink: Sink): Promise<void> {
  if (source.replay === undefined || sink.replaces === undefined) return;
  const path = sink.replaces;
  await Promise.all([sink.abandon?.() ?? sink.close(), source.close()]);
  throw failure("output.acknowledged", { path });
}
