/** A case's input through a graph: what came out where. */
import type { Labels } from "../../event/block.js";
import type { DeadLetter } from "../../event/dead-letter.js";
import { rawOf } from "../../event/dead-letter-line.js";
import { decodeJson } from "../../json/value.js";
import type { SourceNode } from "../../pipeline/contract/graph.js";
import { DEAD_LETTERS, type EventValue, type GivenInput } from "../cases/test-case.js";
import type { StageFlow } from "./flow.js";
import type { OpenedGraph } from "./opened.js";
import { Trial } from "./trial.js";

/** What came out of a pipeline, in lines without their ends, by node, `ROUTE.PORT`, sink and `dead-letters`. */
export interface CaseOutcome {
  readonly lines: ReadonlyMap<string, readonly string[]>;
}

interface TrialSettings {
  readonly nowMs: number;
  readonly endsInput: boolean;
  /** What each stage did. */
  readonly flow: StageFlow;
}

/** Through the engine's own stages and routes, with a clock that stands still. */
export function evaluate(
  opened: OpenedGraph,
  given: readonly GivenInput[],
  { nowMs, endsInput, flow }: TrialSettings,
): CaseOutcome {
  const lines = new Map<string, string[]>();
  const add = (output: string, more: readonly string[]) => {
    const known = lines.get(output);
    if (known === undefined) lines.set(output, [...more]);
    else for (const line of more) known.push(line);
  };
  const inputs = given.map(({ node }) => node);
  const trial = new Trial(opened, inputs, nowMs, {
    out: (tap, bytes) => {
      if (tap.output !== undefined) add(tap.output, linesOfBytes(bytes));
      flow.out(tap, bytes);
    },
    reject: (letter) => add(DEAD_LETTERS, [letterText(letter)]),
  });
  for (const { node, bytes, source } of given) {
    const from = opened.graph.sources.find(({ name }) => name === node);
    trial.push(node, Buffer.from(bytes), from && labelsOf(from, source));
  }
  if (endsInput) trial.end();
  else trial.idle();
  flow.settle();
  return { lines };
}

/** The event of a line; of one that is none, its text. */
export function eventOfLine(line: string): EventValue | string {
  try {
    const value = decodeJson(line);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as EventValue)
      : line;
  } catch {
    return line;
  }
}

/** Without what differs from run to run. */
function letterText({ stage = "", reason, raw, line, column }: DeadLetter): string {
  const { text } = rawOf(raw);
  const place = line === undefined ? {} : { line: line + 1 };
  return JSON.stringify({
    stage,
    reason,
    ...place,
    ...(column === undefined ? {} : { column: column + 1 }),
    raw: text,
  });
}

/** What the source says of its lines, as in a run. */
function labelsOf({ step }: SourceNode, source: string | undefined): Labels | undefined {
  const label = source ?? step?.declaration.labelOf?.(step.given);
  return label === undefined ? undefined : { source: label };
}

/** Without their ends; empty ones say nothing. */
export function linesOfBytes(bytes: Buffer): readonly string[] {
  const text = bytes.toString("utf8");
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n").filter((line) => line !== "");
}
