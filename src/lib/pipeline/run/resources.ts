/** Opens what stages need from outside, and writes what they have to say at the end. */
import { localPath } from "../../base/local/path.js";
import { countOf } from "../../base/size.js";
import { Block } from "../../event/block.js";
import { FileSink } from "../../sinks/file/output.js";
import type { Counters } from "../accounting/counters.js";
import type { Host } from "../contract/host.js";
import type { Pipeline, Step } from "../contract/pipeline.js";
import { stageIo } from "../contract/resources.js";
import type { AskedField, StageDeclaration } from "../contract/stage.js";

/** The pipeline with what its stages need, opened one after the other, and a label for each. Throws LogpipeError. */
export async function openStages(
  pipeline: Pipeline,
  host: Host,
  { startedMs, secrets }: { readonly startedMs: number; readonly secrets: Map<string, Uint8Array> },
): Promise<Pipeline> {
  const stdin = readsStdin(pipeline) ? undefined : host.standard.stdin;
  return { ...pipeline, stages: await openSteps(pipeline.stages, host, { startedMs, secrets, stdin }) };
}

export interface StageOpening {
  readonly startedMs: number;
  readonly secrets: Map<string, Uint8Array>;
  /** Undefined: the events come from there. */
  readonly stdin: number | undefined;
}

/** The stages of one list. */
export async function openSteps(
  steps: readonly Step<StageDeclaration>[],
  host: Host,
  { startedMs, secrets, stdin }: StageOpening,
): Promise<readonly Step<StageDeclaration>[]> {
  const surroundings = { cwd: host.cwd, environment: host.env, startedMs, stdin, secrets };
  const io = stageIo(surroundings, host.nowMs, host);
  const stages: Step<StageDeclaration>[] = [];
  for (const step of steps) {
    const { declaration, given } = step;
    const before = stages.filter((other) => other.declaration.name === declaration.name).length;
    const label = step.label ?? (before === 0 ? declaration.name : `${declaration.name} ${before + 1}`);
    const opened = await declaration.open?.(given, io);
    stages.push({ ...step, label, opened });
  }
  return stages;
}

/** Whether the events come from there. */
export function readsStdin({
  source,
  files,
}: {
  readonly source?: Pipeline["source"] | undefined;
  readonly files: readonly string[];
}): boolean {
  if (source === undefined) return files.length === 0 || files.includes("-");
  const { declaration, given } = source;
  return declaration.readsInput?.(given) ?? (given.operands.length === 0 || given.operands.includes("-"));
}

/**
 * Writes the reports of the stages that have one, and says what they could not do. Resolves with whether a condition of
 * the user holds. Throws output.unwritable.
 */
export async function writeReports(
  { stages }: Pipeline,
  counters: Counters,
  host: Host,
): Promise<{ readonly holdsCondition: boolean }> {
  let holdsCondition = false;
  for (const { declaration, given, label = declaration.name } of stages) {
    const counts = counters.of(label);
    const fault = declaration.complaint?.(given, counts);
    if (fault !== undefined) host.fail(fault.text, fault.help);
    const held = declaration.condition?.(given, counts);
    if (held !== undefined) host.log("info", `condition holds: ${held}`);
    holdsCondition ||= held !== undefined;
    const asked = held === undefined ? declaration.asked?.(given) : undefined;
    if (asked !== undefined && isNothingRead(stages, declaration.reads?.(given) ?? [], counters))
      sayNotAsked(asked, counters.linesIn, host);
    const report = declaration.report?.(given, counts);
    if (report === undefined) continue;
    if (report.path === undefined) host.log("info", report.text);
    else if (report.path === "-") await host.standard.stderr.write(report.text);
    else await writeWhole(localPath(host.cwd, report.path), report.text, host.signal);
  }
  return { holdsCondition };
}

/** Whether `parse` came first, and no format has read a line. */
export function areAllUnread([first]: Pipeline["stages"], counters: Counters): boolean {
  if (first?.declaration.input !== "text") return false;
  const { unrecognised = 0, joined = 0, blank = 0 } = counters.of(first.label ?? first.declaration.name);
  return unrecognised > 0 && unrecognised + joined + blank >= counters.linesIn;
}

/** Whether all lines were set aside, or have none but the field of their text where others are asked for. */
function isNothingRead(
  stages: Pipeline["stages"],
  fields: readonly AskedField[],
  counters: Counters,
): boolean {
  if (counters.linesIn > 0 && counters.rejected >= counters.linesIn) return true;
  const isOfText = fields.every((field) => field === "message" || field === "unparsed");
  return !isOfText && areAllUnread(stages, counters);
}

/** What looks as if a condition did not hold, where all was set aside. */
function sayNotAsked(asked: string, lines: number, host: Host): void {
  const none = lines === 1 ? "the only line is not" : `none of ${countOf(lines, "line")} is`;
  host.fail(`${asked} could not be asked: ${none} an event or in a known format`, "logpipe help parse");
}

async function writeWhole(path: string, text: string, signal: AbortSignal): Promise<void> {
  const file = await FileSink.open(path, undefined, signal);
  try {
    await file.write(new Block(Buffer.from(text)));
  } finally {
    await file.close();
  }
}
