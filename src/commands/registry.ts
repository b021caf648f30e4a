// Enter here: every subcommand, one lazy line each; a command is one file in the folder of its kind.
/** Every subcommand: one line each, loaded only when it is used. "store info" is two words on the command line. */
import { failure, type LogpipeError } from "../lib/base/errors/index.js";
import { suggest } from "../lib/base/suggest.js";
import { table } from "../lib/base/table.js";
import type { AnyDeclaration, NamedCommand, Registry } from "../lib/pipeline/contract/stage.js";

export interface RegisteredCommand {
  /** As in the list of commands; the same as in the declaration (a test holds them together). */
  readonly summary: string;
  readonly load: () => Promise<{ readonly default: AnyDeclaration }>;
}

export const COMMANDS: Readonly<Record<string, RegisteredCommand>> = table({
  ingest: {
    summary: "read lines from files and standard input, following files as they grow",
    load: () => import("./sources/ingest.js"),
  },
  parse: { summary: "turn log lines into events", load: () => import("./stages/parse.js") },
  filter: {
    summary: "keep the events for which a condition holds",
    load: () => import("./stages/filter.js"),
  },
  sample: {
    summary: "keep a part of the events: by rate, by key, or up to so many a second",
    load: () => import("./stages/sample.js"),
  },
  throttle: {
    summary: "let through so many events or bytes a second, by key",
    load: () => import("./stages/throttle.js"),
  },
  dedupe: {
    summary: "leave out events that repeat one before them",
    load: () => import("./stages/dedupe.js"),
  },
  sort: { summary: "put events in order of time, or of fields", load: () => import("./stages/sort.js") },
  merge: {
    summary: "read several inputs of events, each in order of time, as one in order of time",
    load: () => import("./sources/merge.js"),
  },
  exec: {
    summary: "run a program and read what it writes, line by line",
    load: () => import("./sources/exec.js"),
  },
  enrich: { summary: "add fields to events", load: () => import("./stages/enrich.js") },
  redact: {
    summary: "find secrets and personal data, and hide them",
    load: () => import("./stages/redact.js"),
  },
  window: {
    summary: "aggregate events over windows of time",
    load: () => import("./stages/window.js"),
  },
  stats: {
    summary: "aggregate over everything: counts, percentiles and the like, by fields",
    load: () => import("./stages/stats.js"),
  },
  top: { summary: "the most frequent values of a field", load: () => import("./stages/top.js") },
  patterns: {
    summary: "find message patterns: how often each occurs, and which are new",
    load: () => import("./stages/patterns.js"),
  },
  detect: {
    summary: "find what is unusual: values, rates, new and vanished values, silence",
    load: () => import("./stages/detect.js"),
  },
  histogram: {
    summary: "draw events over time, or the values of a field, as a chart",
    load: () => import("./stages/histogram.js"),
  },
  sink: { summary: "store events", load: () => import("./sinks/sink.js") },
  query: { summary: "ask SQL of the store, of files or of standard input", load: () => import("./query.js") },
  check: {
    summary: "ask several conditions at once: exit 1 when one holds, for cron and CI",
    load: () => import("./conditions/check.js"),
  },
  view: {
    summary: "read logs and events comfortably: time and level first, in colour",
    load: () => import("./sinks/view.js"),
  },
  run: { summary: "run a whole pipeline in one process", load: () => import("./run.js") },
  graph: {
    summary: "draw a pipeline: its sources, stages, routes and sinks",
    load: () => import("./graph.js"),
  },
  test: {
    summary: "try pipelines on the cases written for them, or on events of a store",
    load: () => import("./test.js"),
  },
  "journal info": {
    summary: "show what journals of a pipeline hold, and what waits for each sink",
    load: () => import("./journal/info.js"),
  },
  "journal read": {
    summary: "print the events that a journal holds, and leave them there",
    load: () => import("./journal/read.js"),
  },
  "journal rename": {
    summary: "give a sink of a journal another name, with what waits for it",
    load: () => import("./journal/rename.js"),
  },
  "journal remove": {
    summary: "forget a sink of a journal, with what waits for it",
    load: () => import("./journal/remove.js"),
  },
  compact: {
    summary: "merge, sort and repack the files of a store",
    load: () => import("./store/compact.js"),
  },
  "store info": {
    summary: "show how big, how full and how fresh the tables are",
    load: () => import("./store/info.js"),
  },
  "store files": {
    summary: "list the Parquet files of the tables with their rows, sizes and times",
    load: () => import("./store/files.js"),
  },
  "store history": {
    summary: "list the versions of the tables and what each did",
    load: () => import("./store/history.js"),
  },
  "store schema": {
    summary: "show the columns of tables; set a type, rename a key",
    load: () => import("./store/schema.js"),
  },
  "store quarantine": {
    summary: "see lines that could not be stored, put them right and store them",
    load: () => import("./store/quarantine.js"),
  },
  "store delete": {
    summary: "delete events by a condition, for good",
    load: () => import("./store/delete.js"),
  },
  "store retention": { summary: "say how long events are kept", load: () => import("./store/retention.js") },
  "store tiers": { summary: "keep older files on other disks", load: () => import("./store/tiers.js") },
  "store vacuum": {
    summary: "remove files that no version of a table needs any more",
    load: () => import("./store/vacuum.js"),
  },
  "store verify": {
    summary: "check that nothing of the tables is missing or damaged",
    load: () => import("./store/verify.js"),
  },
  "store repair": {
    summary: "rebuild what can be rebuilt of damaged tables, and say what cannot",
    load: () => import("./store/repair.js"),
  },
  config: {
    summary: "show the settings in force and where each came from",
    load: () => import("./config.js"),
  },
  completion: { summary: "print the completion script of a shell", load: () => import("./completion.js") },
  help: { summary: "show examples and options of a command", load: () => import("./help.js") },
});

/** First words of the commands that have two, each with a summary of all of them. */
const GROUPS: Readonly<Record<string, string>> = table({
  store: "inspect and maintain a store",
  journal: "see what waits in the journal of a pipeline, for whom; rename or remove a sink in it",
});

const COMMAND_NAMES: readonly string[] = Object.keys(COMMANDS);

/** What `dispatch` hands to the commands that speak of others. */
export const registry: Registry = {
  names: COMMAND_NAMES,
  groups: GROUPS,
  firstWords: [...new Set(COMMAND_NAMES.map((name) => name.split(" ")[0]!))].map((name) => ({
    name,
    summary: GROUPS[name] ?? COMMANDS[name]!.summary,
  })),
  commandsOf,
  load: loadCommand,
  loadAll,
  unknownCommand,
};

async function loadCommand(name: string): Promise<AnyDeclaration | undefined> {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return entry === undefined ? undefined : (await entry.load()).default;
}

async function loadAll(): Promise<readonly AnyDeclaration[]> {
  return Promise.all(Object.values(COMMANDS).map(async (entry) => (await entry.load()).default));
}

function commandsOf(group: string): readonly NamedCommand[] {
  return Object.entries(COMMANDS).flatMap(([name, { summary }]) =>
    name.startsWith(`${group} `) ? [{ name, summary }] : [],
  );
}

function unknownCommand(command: string, instead?: string): LogpipeError {
  const [first = ""] = command.split(" ");
  if (instead !== undefined) return failure("usage.unknown-command", { command, instead });
  if (/^[^\s-].*[./]/.test(command) && !/\s/.test(command))
    return failure("usage.unknown-command", { command, isFile: true });
  const isGroup = Object.hasOwn(GROUPS, first);
  const suggestion = isGroup
    ? suggest(
        command.slice(first.length + 1),
        commandsOf(first).map(({ name }) => name.slice(first.length + 1)),
      )
    : suggest(
        first,
        registry.firstWords.map(({ name }) => name),
      );
  return failure("usage.unknown-command", {
    command,
    suggestion: isGroup && suggestion !== undefined ? `${first} ${suggestion}` : suggestion,
    group: isGroup ? first : undefined,
  });
}
