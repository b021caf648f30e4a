/** The sources of what is shown: last events, merged logs, followed files. They stand in no list of commands. */

import { countOf } from "../base/size.js";
import { Block } from "../event/block.js";
import { formatNamed } from "../format/registry.js";
import type { Host } from "../pipeline/contract/host.js";
import type { Step } from "../pipeline/contract/pipeline.js";
import type { Source } from "../pipeline/contract/source.js";
import {
  type SourceDeclaration,
  type StageContext,
  source,
  type Transform,
} from "../pipeline/contract/stage.js";
import { openFiles } from "../sources/files/files.js";
import { FilePool } from "../sources/files/pooled.js";
import type { FilterGiven } from "../stages/filter/settings.js";
import { Memory } from "../stages/parse/memory/memory.js";
import { Parser } from "../stages/parse/parser.js";
import { parserSettings } from "../stages/parse/settings.js";
import { ParsedSource } from "../stages/parse/unparsed/parsed-source.js";
import { BackwardSource, type PieceFacts, through } from "./backwards.js";
import { type FoundLog, tableFormatOf } from "./directory.js";
import type { Show } from "./plan.js";

type Logs = readonly (readonly FoundLog[])[];

/** Bytes of blocks of all inputs together. */
const BLOCKS_BYTES = 32 << 20;

/** More than a screen has, and parsed in a few milliseconds by a process that has only begun. */
const FIRST_BLOCK_BYTES = 8 * 1024;

function stepOf(open: (host: Host) => Promise<Source>, saysTimes = false): Step<SourceDeclaration> {
  const declaration = source({
    name: saysTimes ? "merge" : "view",
    summary: "",
    details: "",
    operands: [],
    options: {},
    examples: [],
    readsInput: () => false,
    saysTimes,
    open: async (_given, host) => open(host),
  });
  return { declaration, given: { operands: [], options: {} } };
}

/** Files one after the other, the first lines of which come at once. */
export function firstBlocksOf(paths: readonly string[]): Step<SourceDeclaration> {
  return stepOf(async (host) => openFiles(paths, { firstBlockBytes: FIRST_BLOCK_BYTES }, host));
}

/** Several logs in order of time, each parsed for itself where it is log lines; filtered by whoever reads. */
export function merged({
  logs,
  filter,
  isConverted,
}: Pick<Show, "logs" | "filter" | "isConverted">): Step<SourceDeclaration> {
  return stepOf(async (host) => {
    const blockBytes = blockBytesFor(logs);
    const pool = FilePool.for(logs.length);
    const isAsked = filter !== undefined || isConverted;
    const open = (files: readonly FoundLog[], onOversized: NonNullable<Source["onOversized"]>) => {
      const paths = files.map(({ path }) => path);
      const opened = openFiles(paths, { blockBytes, onOversized, pool }, host);
      const table = isAsked ? tableFormatOf(files) : undefined;
      if (table !== undefined) return new TableSource(opened, newParser({ count: () => {} }, host, table));
      const parsed = new ParsedSource(opened, host.nowMs, true);
      parsed.parsesJson = true;
      parsed.parsesText = filter !== undefined || files.some(({ content }) => content.kind === "logs");
      return parsed;
    };
    return mergerOf(logs, open, host);
  }, true);
}

/** The last events of each log, in order of time. */
export function lastOf(show: Show & { readonly isParsed: boolean }): Step<SourceDeclaration> {
  const { logs, options, filter, isParsed } = show;
  return stepOf(async (host) => {
    const startedMs = host.nowMs();
    const newFilter = filter && (await filtering(filter.given as unknown as FilterGiven, startedMs));
    const pool = FilePool.for(logs.length);
    const lane = (files: readonly FoundLog[], onOversized?: Source["onOversized"]) => {
      const isOfEvents = files.every(({ content }) => content.kind === "events");
      const joinsLines = isParsed && !isOfEvents;
      const table = joinsLines ? tableFormatOf(files) : undefined;
      const transforms = (piece: PieceFacts): readonly Transform[] => [
        ...(joinsLines ? [newParser(piece, host, table)] : []),
        ...(newFilter === undefined ? [] : [newFilter({ ...piece, nowMs: host.nowMs, count: () => {} })]),
      ];
      const wanted = { count: options.tail ?? 0, transforms, joinsLines, readsAll: table !== undefined };
      const ends: Source = new BackwardSource(files, wanted, host, pool);
      if (onOversized !== undefined) ends.onOversized = onOversized;
      return ends;
    };
    const [only] = logs;
    if (logs.length === 1) return lane(only!);
    return mergerOf(logs, lane, host);
  }, logs.length > 1);
}

async function filtering(
  given: FilterGiven,
  startedMs: number,
): Promise<(context: StageContext) => Transform> {
  const [{ Filter }, { readFilterSettings }] = await Promise.all([
    import("../stages/filter/filter.js"),
    import("../stages/filter/settings.js"),
  ]);
  const settings = readFilterSettings(given, startedMs);
  return (context) => new Filter(settings, context);
}

function newParser(
  { count, known }: Pick<PieceFacts, "count" | "known">,
  { nowMs }: Host,
  format = "auto",
): Transform {
  const memory = new Memory();
  const context = { nowMs, reject: () => {}, count };
  const settings = { keepsRaw: false, memory, ...parserSettings(format) };
  const parser = new Parser(formatNamed(format, { nowMs, memory }), context, settings);
  if (known !== undefined) parser.knows(known.stream, known.text);
  return parser;
}

async function mergerOf(
  logs: Logs,
  open: (files: readonly FoundLog[], onOversized: NonNullable<Source["onOversized"]>) => Source,
  host: Host,
): Promise<Source> {
  const [{ MergeInput }, { Merger }] = await Promise.all([
    import("../sources/merge/merge-input.js"),
    import("../sources/merge/merger.js"),
  ]);
  const onOversized: NonNullable<Source["onOversized"]> = (...piece) => merger.onOversized?.(...piece);
  const lanes = logs.map((files) => {
    const name =
      files.length === 1
        ? files[0]!.path
        : `${files.at(-1)!.path} and ${countOf(files.length - 1, "file")} before it`;
    return new MergeInput(name, open(files, onOversized), "timestamp", 0, host.nowMs);
  });
  const merger: Source = new Merger(lanes, undefined, host, "view");
  return merger;
}

/** A table as events. */
class TableSource implements Source {
  private readonly source: Source;
  private readonly parser: Transform;
  private isOver = false;

  constructor(source: Source, parser: Transform) {
    this.source = source;
    this.parser = parser;
  }

  async read(): Promise<Block | undefined> {
    while (!this.isOver) {
      const block = await this.source.read();
      this.isOver = block === undefined;
      const bytes = through([this.parser], block, this.isOver);
      if (bytes.length > 0) return new Block(bytes);
    }
    return undefined;
  }

  stop(): void {
    this.source.stop();
  }

  close(): Promise<void> {
    return this.source.close();
  }
}

function blockBytesFor(logs: Logs): number {
  return Math.max(64 * 1024, Math.min(1 << 20, Math.floor(BLOCKS_BYTES / Math.max(1, logs.length))));
}

/** Files as they grow, from so many lines before their end. `isNamed`: each event has its file's path as `source`. */
export function followed({
  paths,
  lines,
  isNamed,
}: {
  readonly paths: readonly string[];
  readonly lines: number;
  readonly isNamed: boolean;
}): Step<SourceDeclaration> {
  return stepOf(async (host) => {
    const { openFollow } = await import("../sources/follow/follow.js");
    return openFollow(paths, { from: lines, ...(isNamed ? { label: "path" as const } : {}) }, host);
  });
}
