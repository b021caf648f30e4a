// Enter here: events through two versions of a pipeline, and what differs.
/** `logpipe test --replay`: events through a pipeline and another version of it, and what differs. */
import { dirname, resolve } from "node:path";
import { failure } from "../../base/errors/index.js";
import { diskFiles } from "../../base/files.js";
import { type Variables, variablesOf } from "../../options/variables.js";
import type { Graph } from "../../pipeline/contract/graph.js";
import type { Registry } from "../../pipeline/contract/stage.js";
import type { Terminal } from "../../pipeline/contract/terminal.js";
import { hostOf } from "../../pipeline/run/host.js";
import { namedTables, storePath } from "../../store/inspect/tables.js";
import { namesOf } from "../cases/names.js";
import { hiddenLine } from "../judge/hidden.js";
import { linesOfBytes } from "../network/evaluate.js";
import { openGraph } from "../network/opened.js";
import { type GraphReading, readGraphOf } from "../network/read-graph.js";
import { graphAgainst } from "./against.js";
import { ReplayComparison, type Side } from "./compare.js";
import { isStore, type ReplayInput, readEvents } from "./input.js";
import type { ReplayOutput } from "./pairs.js";
import { Replaying } from "./replaying.js";
import { type Replayed, replayJson, replayText } from "./report.js";

export interface ReplayOptions extends Omit<ReplayInput, "replay"> {
  readonly replay: string;
  readonly against: string | undefined;
  readonly into: string | undefined;
  readonly failOnChange: boolean;
  readonly to: string;
}

/** The exit code: 1 where something changed and `failOnChange`. Throws LogpipeError. */
export async function replayEvents(
  path: string,
  options: ReplayOptions,
  terminal: Terminal,
  registry: Registry,
  reading: GraphReading,
): Promise<number> {
  if (options.to !== "text" && options.to !== "json")
    throw failure("usage.bad-value", {
      option: "--to",
      value: options.to,
      reason: "what a replay changes is no list of tests",
      hint: "it is text or json",
    });
  const nowMs = terminal.nowMs();
  const variables = variablesOf(terminal.env, terminal.cwd);
  const graph = await readGraphOf({ path }, variables, terminal, reading);
  const old =
    options.against === undefined
      ? undefined
      : await graphAgainst(options.against, path, variables, terminal, reading);
  const surroundings = {
    cwd: terminal.cwd,
    besideFile: resolve(terminal.cwd, dirname(path)),
    env: terminal.env,
  };
  const source = isStore(options.replay, terminal.cwd) ? undefined : options.replay;
  const counts: Counts = { before: new Map(), after: new Map() };
  const sideOf = async (graph: Graph, counts: Map<string, number>) => {
    const opened = await openGraph(graph, surroundings, nowMs);
    return new Replaying(opened, { into: inputOf(options.into, graph), nowMs, source }, counts);
  };
  const after = await sideOf(graph, counts.after);
  const before = old && (await sideOf(old, counts.before));
  const kept = before === undefined ? await sinkOfTable(graph, options, terminal) : undefined;
  const compared = await compareAll({ after, before, kept, counts }, options, terminal, registry);
  const replayed = hiddenReplay(compared, variables);
  await terminal.stdout.write(
    options.to === "json" ? replayJson(replayed) : replayText(replayed, terminal.stdout),
  );
  if (terminal.signal.aborted) return Number(terminal.signal.reason);
  return options.failOnChange && replayed.isChanged ? 1 : 0;
}

/** Examples with the names of variables and files in place of their values. */
function hiddenReplay(replayed: Replayed, { hidden }: Variables): Replayed {
  const shown = (line: string | undefined) => (line === undefined ? undefined : hiddenLine(line, hidden));
  const changes = replayed.changes.map((group) => ({
    ...group,
    examples: group.examples.map((one) => ({ ...one, before: shown(one.before), after: shown(one.after) })),
  }));
  return { ...replayed, changes };
}

function inputOf(into: string | undefined, graph: Graph): string {
  const { inputs, onlyInput } = namesOf(graph);
  if (into !== undefined && inputs.includes(into)) return into;
  if (into === undefined && onlyInput !== undefined) return onlyInput;
  throw failure("usage.bad-value", {
    option: "--into",
    value: into ?? "",
    reason:
      into === undefined ? "the pipeline has several sources" : "the pipeline has no such source or node",
    hint: `it is one of ${inputs.join(", ")}`,
  });
}

/** The sink that stores into the table, else the only one. Throws usage.missing-operand where there is neither. */
async function sinkOfTable(
  graph: Graph,
  { replay, table }: ReplayOptions,
  terminal: Terminal,
): Promise<string> {
  const host = hostOf(terminal);
  if (table !== undefined) {
    const found = await namedTables(diskFiles, storePath(replay, terminal), [table]);
    const place = resolve(found[0]!.directory);
    const sink = graph.sinks.find(({ step }) => {
      const directory = step?.declaration.tableOf?.(step.given, host);
      return directory !== undefined && resolve(directory) === place;
    });
    if (sink !== undefined) return sink.name;
  }
  if (graph.sinks.length === 1) return graph.sinks[0]!.name;
  throw failure("usage.missing-operand", {
    command: "test --replay",
    operand: "--against: another version of the pipeline, since no sink of this one stores into that table",
  });
}

interface Sides {
  readonly after: Replaying;
  readonly before: Replaying | undefined;
  /** The sink whose events are compared with those that are replayed, where there is no other version. */
  readonly kept: string | undefined;
  readonly counts: Counts;
}

/** By output. */
type Counts = Readonly<Record<Side, Map<string, number>>>;

/** What so many lines give is compared at once. */
const LINES_MAX = 1000;

async function compareAll(
  { after, before, kept, counts }: Sides,
  options: ReplayOptions,
  terminal: Terminal,
  registry: Registry,
): Promise<Replayed> {
  const comparison = new ReplayComparison();
  let isLate = after.keepsState || before?.keepsState === true;
  const joinsLines = after.joinsLines || before?.joinsLines === true;
  let held: ReplayOutput[] = [];
  const compare = () => {
    const came = after.take();
    const only = kept === undefined ? came : came.filter(({ sink }) => sink === kept);
    comparison.add(before?.take() ?? held, only, isLate);
    held = [];
  };
  let events = 0;
  let last: Buffer | undefined;
  /** A line that is followed by `next`: an event is whole where another follows. */
  const put = (line: Buffer, next: Buffer | undefined) => {
    const isWhole = isEventLine(line) && (next === undefined || isEventLine(next));
    if (joinsLines && !isWhole) isLate = true;
    for (const side of [after, before]) side?.push(line, events, isWhole);
    if (kept !== undefined)
      for (const text of linesOfBytes(line)) {
        held.push({ sink: kept, line: text, unit: events });
        counts.before.set(kept, (counts.before.get(kept) ?? 0) + 1);
      }
    events++;
    if (events % LINES_MAX === 0) compare();
  };
  await readEvents(options, terminal, registry, async (lines) => {
    for (const line of linesIn(lines)) {
      if (last !== undefined) put(last, line);
      last = line;
    }
    last = last && Buffer.from(last);
    return !terminal.signal.aborted;
  });
  if (last !== undefined) put(last, undefined);
  for (const side of [after, before]) side?.end(events);
  compare();
  comparison.end();
  return {
    events,
    counts,
    unchanged: comparison.unchanged,
    changes: comparison.changes,
    isChanged: comparison.changes.length > 0 || hasOtherCounts(counts, kept),
    against: options.against ?? `table ${options.table ?? options.replay}`,
    compared: kept,
  };
}

/** What was set aside counts, too; with nothing but a table to compare with only the one sink does. */
function hasOtherCounts({ before, after }: Replayed["counts"], kept: string | undefined): boolean {
  const outputs = kept === undefined ? new Set([...before.keys(), ...after.keys()]) : new Set([kept]);
  return [...outputs].some((output) => (before.get(output) ?? 0) !== (after.get(output) ?? 0));
}

/** Of JSON: no line that follows an event belongs to it. */
function isEventLine(line: Buffer): boolean {
  return line[0] === 0x7b;
}

/** With their ends. */
function* linesIn(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0x0a, at) + 1 || bytes.length;
    yield bytes.subarray(at, end);
    at = end;
  }
}
