// Enter here: the pipeline that `logpipe FILE...` stands for.
/** From what `view` was asked for to a pipeline of other commands, and to the line that says the same the long way. */
import { stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { failure, reasonOf } from "../base/errors/index.js";
import { systemPath } from "../base/local/byte-name.js";
import { localName } from "../base/local/path.js";
import { withDefaults } from "../options/command-line.js";
import type { Expansion } from "../pipeline/contract/expansion.js";
import type { Host } from "../pipeline/contract/host.js";
import type { Pipeline, Step } from "../pipeline/contract/pipeline.js";
import type { Given, StageDeclaration } from "../pipeline/contract/stage.js";
import { expandGlob, isGlob } from "../sources/files/glob.js";
import { withoutRepeats } from "../sources/files/repeats.js";
import { filterOptionsOf, type ShowOptions } from "./asked.js";
import type { FieldCondition } from "./conditions.js";
import { contentOf } from "./content.js";
import { type FoundLog, logsIn, tableFormatOf } from "./directory.js";
import { generationsOf } from "./generations.js";
import { lastEvents } from "./last-events.js";
import { longWay } from "./long-way.js";
import { readOperands } from "./operands.js";
import type { Show, ShowParts } from "./plan.js";

/** Followed files begin with so many lines, as those of tail(1). */
const FOLLOWED_LINES = 10;

/** Throws usage errors. The log says what of the files cannot be shown. */
export async function expandShow(
  given: Given<never>,
  parts: ShowParts,
  host: Host,
  isConverted = false,
): Promise<Expansion> {
  const options = given.options as unknown as ShowOptions;
  const { paths, conditions } = await readOperands(given.operands);
  const filter = await filterStep(options, conditions, parts);
  const show = { options, parts, filter, isConverted };
  if (paths.length === 0 || (paths.length === 1 && paths[0] === "-")) return ofStandardInput(show);
  if (paths.includes("-")) {
    const reason = "standard input is shown alone";
    throw failure("usage.bad-value", { option: "FILE", value: "-", reason });
  }
  if (options.follow) return following(show, paths, host);
  const found = await findLogs(paths, host);
  const byPath = new Map(found.map((log) => [log.path, log]));
  const logs = generationsOf(found.map(({ path }) => path)).map((names) =>
    names.map((path) => byPath.get(path)!),
  );
  return ofFiles({ ...show, logs });
}

/** The stages that the options of `view` stand for where others give it its events. */
export async function stagesBefore(
  given: Given<never>,
  parts: ShowParts,
): Promise<readonly Step<StageDeclaration>[]> {
  const options = given.options as unknown as ShowOptions;
  if (options.follow) {
    const hint = "what reads the files follows them: run 'ingest --follow app.log | parse | view'";
    throw failure("usage.unused-option", { command: "view in a pipeline", option: "--follow", hint });
  }
  return [await filterStep(options, [], parts), tailStep(options)].filter((step) => step !== undefined);
}

async function filterStep(
  options: ShowOptions,
  conditions: readonly FieldCondition[],
  parts: ShowParts,
): Promise<Step<StageDeclaration> | undefined> {
  const asked = filterOptionsOf(options, conditions);
  if (asked === undefined) return undefined;
  const filter = await parts.filter();
  return { declaration: filter, given: { operands: [], options: withDefaults(filter.options, asked) } };
}

function tailStep({ tail }: ShowOptions): Step<StageDeclaration> | undefined {
  return tail === undefined
    ? undefined
    : {
        declaration: lastEvents as unknown as StageDeclaration,
        given: { operands: [], options: { count: tail } },
      };
}

async function parseStep({ parts }: Pick<Show, "parts">, format?: string): Promise<Step<StageDeclaration>> {
  const parse = await parts.parse();
  return {
    declaration: parse,
    given: {
      operands: [],
      options: withDefaults(parse.options, format === undefined ? {} : { format: [format] }),
    },
    label: "view",
  };
}

function viewStep({ options, parts: { view } }: Pick<Show, "options" | "parts">, isPaged: boolean) {
  return {
    declaration: view,
    given: { operands: [], options: { ...options, pager: isPaged && options.pager } },
  };
}

function ofStandardInput(show: Omit<Show, "logs">): Expansion {
  const { options, filter } = show;
  const stages = [filter, tailStep(options)].filter((step) => step !== undefined);
  const parsesInput = stages.length === 0 ? ("logs" as const) : ("text" as const);
  const pipeline = { files: [], stages, sink: viewStep(show, options.tail !== undefined), parsesInput };
  return { pipeline, longWay: longWay({ ...show, logs: [] }, { isParsed: true }) };
}

async function findLogs(paths: readonly string[], host: Host): Promise<readonly FoundLog[]> {
  const found: FoundLog[] = [];
  for (const path of paths) {
    localName(path, "FILE");
    const stats = await stat(systemPath(path)).catch(() => undefined);
    if (stats?.isDirectory()) found.push(...(await logsOf(path, host)));
    else if (stats === undefined && isGlob(path)) found.push(...(await logsMatching(path, host)));
    else found.push({ path, content: await contentOf(path) });
  }
  return withoutRepeats(found, (text) => host.log("info", text));
}

async function logsOf(directory: string, host: Host): Promise<readonly FoundLog[]> {
  try {
    const { logs, leftOut, beyond } = await logsIn(directory);
    if (beyond > 0)
      host.fail(
        `${directory}: too many files: ${beyond} or more are left out`,
        "name a directory below it, the files or a pattern",
      );
    if (leftOut !== undefined) host.log("info", leftOut);
    if (logs.length === 0)
      host.fail(`there is no log in ${directory}`, "name the files, or another directory");
    return logs;
  } catch (error) {
    const failed = failure("input.unreadable", { path: directory, reason: reasonOf(error) }, error);
    host.fail(failed.message, failed.help);
    return [];
  }
}

async function logsMatching(pattern: string, host: Host): Promise<readonly FoundLog[]> {
  const paths = await expandGlob(pattern);
  if (paths.length === 0) {
    const failed = failure("input.unreadable", { path: pattern, reason: "no file matches" });
    host.fail(failed.message, failed.help);
  }
  // One after the other: there may be more than can be open at once.
  const found: FoundLog[] = [];
  for (const path of paths) found.push({ path, content: await contentOf(path) });
  return found;
}

async function ofFiles(show: Show): Promise<Expansion> {
  const { firstBlocksOf, lastOf, merged } = await import("./sources.js");
  const { options, filter, logs } = show;
  const sink = viewStep(show, true);
  const [first = []] = logs;
  const isParsed = needsParse(show);
  const line = longWay(show, { isParsed });
  const isSingle = logs.length <= 1;
  if (options.tail !== undefined) {
    const stages = isSingle ? [] : [tailStep(options)!];
    return {
      pipeline: { source: lastOf({ ...show, isParsed }), files: [], stages, sink, parsesInput: "no" },
      longWay: line,
    };
  }
  const filters = filter === undefined ? [] : [filter];
  if (!isSingle)
    return {
      pipeline: { source: merged(show), files: [], stages: filters, sink, parsesInput: "no" },
      longWay: line,
    };
  const stages = isParsed ? [await parseStep(show, tableFormatOf(first)), ...filters] : filters;
  const pipeline: Pipeline = {
    source: firstBlocksOf(first.map(({ path }) => path)),
    files: [],
    stages,
    sink,
    ...(isParsed ? {} : { parsesInput: "logs" as const }),
  };
  return { pipeline, longWay: line };
}

/** Whether lines are to be parsed: text of no known format only where something is asked of events. */
function needsParse({ logs, filter, isConverted }: Pick<Show, "logs" | "filter" | "isConverted">): boolean {
  const kinds = new Set(logs.flat().map(({ content }) => content.kind));
  if (kinds.has("logs")) return true;
  if (isConverted && logs.some((files) => tableFormatOf(files) !== undefined)) return true;
  if (filter === undefined) return false;
  return kinds.has("text") || kinds.has("stream") || kinds.has("empty");
}

/** The logs in a directory, and patterns for those that come later and are called like them. */
async function followedIn(directory: string, host: Host): Promise<readonly string[]> {
  const paths = (await logsOf(directory, host)).map((log) => log.path);
  if (isGlob(directory)) return paths;
  const endings = new Set([".log", ...paths.map(extname)]);
  const growing = [...endings].filter((ending) => /^\.[a-z]+$/i.test(ending) && !PACKED.has(ending));
  return [...paths, ...growing.map((ending) => join(directory, `*${ending}`))];
}

const PACKED: ReadonlySet<string> = new Set([".gz", ".zst", ".bz2", ".xz"]);

async function following(show: Omit<Show, "logs">, paths: readonly string[], host: Host): Promise<Expansion> {
  const { options, filter } = show;
  const named: string[] = [];
  for (const path of paths) {
    localName(path, "FILE");
    const isDirectory = await stat(systemPath(path)).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    if (isDirectory) named.push(...(await followedIn(path, host)));
    else named.push(path);
  }
  const { followed } = await import("./sources.js");
  const isAlone = named.length === 1 && !isGlob(named[0]!);
  const kind = isAlone ? (await contentOf(named[0]!)).kind : undefined;
  const isParsed = kind !== "events";
  const lines = options.tail ?? FOLLOWED_LINES;
  const filters = filter === undefined ? [] : [filter];
  const pipeline: Pipeline = {
    source: followed({ paths: named, lines, isNamed: !isAlone }),
    files: [],
    stages: isParsed ? [await parseStep(show), ...filters] : filters,
    sink: viewStep(show, false),
    ...(isParsed ? {} : { parsesInput: "no" as const }),
  };
  return {
    pipeline,
    longWay: longWay({ ...show, logs: [] }, { isParsed, follows: { paths: named, lines, isAlone } }),
  };
}
