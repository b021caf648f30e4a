/** Where a pipeline ends: in its sink, or in a format on standard output or in the file of `-o`. */
import { resolve } from "node:path";
import { failure } from "../../base/errors/index.js";
import { isOfJournal } from "../../event/position.js";
import type { FormatName } from "../../options/result-format.js";
import { FileSink, OutputSink, PrintedFile } from "../../sinks/file/output.js";
import type { Host } from "../contract/host.js";
import type { Pipeline, RunOptions } from "../contract/pipeline.js";
import type { Sink } from "../contract/sink.js";
import type { Source } from "../contract/source.js";

/** Whether the pipeline ends in a sink that writes to standard output: `-o` says what stands in for that. */
export function isPrinting(sink: NonNullable<Pipeline["sink"]>): boolean {
  return sink.declaration.isPrinting?.(sink.given) ?? true;
}

/** The format that the events are written in at the end; undefined: as they are, or as the sink has it. */
export function writtenFormat(pipeline: Pipeline, { result }: RunOptions): FormatName | undefined {
  const { sink, stages } = pipeline;
  const shownAs = sink === undefined ? stages.at(-1)?.declaration.shownAs : undefined;
  const isText = result?.format === "table" && !result.isAsked;
  // A .txt is what people read: what is made for them stays as it is.
  if (isText && (sink !== undefined || shownAs !== undefined)) return shownAs;
  return result?.format ?? shownAs;
}

/** A sink that shows events gives way to a format that it does not write itself. */
export function withoutShown(pipeline: Pipeline, options: RunOptions): Pipeline {
  const { sink, ...rest } = pipeline;
  const format = writtenFormat(pipeline, options);
  if (sink === undefined || format === undefined || sink.declaration.parsesLogs !== true) return pipeline;
  return sink.declaration.writes?.(sink.given, format) === true ? pipeline : rest;
}

export async function openSink(pipeline: Pipeline, options: RunOptions, host: Host): Promise<Sink> {
  const { sink } = pipeline;
  const { output, result } = options;
  const format = writtenFormat(pipeline, options);
  if (sink !== undefined) {
    const { declaration, given } = sink;
    // A sink that stores has its own idea of `-o`, or none.
    if (output === undefined || !isPrinting(sink)) return declaration.open(given, host, format);
    const open = (on: Host) => declaration.open(given, on, format);
    return printedFile(output, options, host, open);
  }
  if (output === undefined)
    return (await printer(pipeline, format, host)) ?? new OutputSink(host.standard.stdout);
  if (format === undefined || format === "ndjson") return FileSink.open(output, result?.packing, host.signal);
  return printedFile(output, options, host, async (on) => (await printer(pipeline, format, on))!);
}

function printedFile(
  path: string,
  { result }: RunOptions,
  host: Host,
  open: (host: Host) => Promise<Sink>,
): Promise<Sink> {
  const on = (stdout: Host["standard"]["stdout"]) =>
    open({ ...host, standard: { ...host.standard, stdout } });
  return PrintedFile.open(path, on, { packing: result?.packing, signal: host.signal });
}

/** What writes to standard output in the format; undefined: the events as they are. */
async function printer(
  { stages }: Pipeline,
  format: FormatName | undefined,
  host: Host,
): Promise<Sink | undefined> {
  const last = stages.at(-1);
  const shown = await last?.declaration.display?.(last.given, host, format);
  if (shown !== undefined || format === undefined || format === "ndjson") return shown;
  const [{ ResultSink }, { ParsedSource }, { sayQueried }] = await Promise.all([
    import("../../sinks/result/result-sink.js"),
    import("../../stages/parse/unparsed/parsed-source.js"),
    import("../../stages/parse/unparsed/left-lines.js"),
  ]);
  const parsed = (source: Source) => {
    const wrapped = new ParsedSource(source, host.nowMs);
    wrapped.onLeft = (left) => sayQueried(left, (text) => host.log("info", text));
    return wrapped;
  };
  return ResultSink.open({ format, output: host.standard.stdout, parsed }, host);
}

/** Where the sink keeps how far its sources were read: a table, or a file that is appended to; undefined: nowhere. */
export function keeperOf(step: Pipeline["sink"], host: Host): string | undefined {
  if (step === undefined) return undefined;
  const { declaration, given } = step;
  const table = declaration.tableOf?.(given, host);
  if (table !== undefined || declaration.keeps?.(given) !== "place") return table;
  const output: unknown = given.options["output"];
  return typeof output === "string" ? resolve(host.cwd, output) : undefined;
}

/**
 * Throws output.of-journal where nothing says how far the sources were read for what the sink has; they are closed
 * then.
 */
export async function checkOfJournal(
  step: Pipeline["sink"],
  sources: readonly Source[],
  host: Host,
): Promise<void> {
  if (step === undefined || sources.every(({ replay }) => replay === undefined)) return;
  const { declaration, given } = step;
  if (declaration.tableOf?.(given, host) !== undefined) return;
  const saved = await declaration.savedProgress?.(given, host);
  if (saved?.cursors.some(isOfJournal) !== true) return;
  await Promise.all(sources.map((source) => source.close()));
  throw failure("output.of-journal", { path: given.options["output"] as string });
}
