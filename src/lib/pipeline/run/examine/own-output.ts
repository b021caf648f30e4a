/**
 * Whether a pipeline would read what it writes: an append file that the source's pattern finds, a table that is
 * followed into itself, a journal among the logs. Such a run never ends, and fills the disk.
 */
import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { failure } from "../../../base/errors/index.js";
import { expandGlob, isGlob, matchesGlob, splitGlob } from "../../../sources/files/glob.js";
import type { Graph, SinkNode, SourceNode } from "../../contract/graph.js";
import type { Host } from "../../contract/host.js";
import type { Pipeline, RunOptions } from "../../contract/pipeline.js";
import type { SourceInputs } from "../../contract/stage.js";

type Place = Pick<Host, "cwd" | "env">;

export interface OwnOutputOptions extends Pick<RunOptions, "output" | "deadLetters"> {
  /** The directory of the pipeline's journal, absolute; absent: it has none, or its place is not known. */
  readonly journal?: string | undefined;
}

/** A place that a run writes to, absolute. */
interface Written {
  readonly kind: "file" | "table" | "journal";
  readonly path: string;
  /** A file that gets its name only at the end of the run. */
  readonly isWhole: boolean;
  readonly who: string;
  readonly place?: string | undefined;
}

/** Looks at names and inodes, and opens nothing. Throws usage.own-output, of a file of YAML usage.file. */
export async function checkOwnOutput(
  { sources, sinks }: Pick<Graph, "sources" | "sinks">,
  options: OwnOutputOptions,
  at: Place,
): Promise<void> {
  const reading = sources.filter((node) => inputsOf(node) !== undefined);
  if (reading.length === 0) return;
  const written = [...sinks.flatMap((sink) => writtenBy(sink, options, at)), ...besides(options, at)];
  for (const node of reading)
    for (const one of written) {
      const { files, tableIn, isFollowed } = inputsOf(node)!;
      const table = tableIn?.(at);
      // Read to its end first, and replaced then.
      if (one.isWhole && !isFollowed) continue;
      const found =
        one.kind === "table" && table !== undefined
          ? isFollowed && (await identityOf(table)) === (await identityOf(one.path))
          : await isRead(files, isFollowed, one, at);
      if (found) throw asFault(node, one, table === undefined);
    }
}

/** The same of a chain. */
export async function checkOwnOutputOf(
  { source, files, sink }: Pipeline,
  options: OwnOutputOptions,
  at: Place,
): Promise<void> {
  const name = source?.declaration.name ?? "the input";
  const reading: SourceNode = { name, step: source, files, place: source?.place };
  const writing: SinkNode = {
    ...{ name: sink?.declaration.name ?? "the output", step: sink, place: sink?.place },
    ...{ from: [], required: "alone", onFull: "block" },
  };
  await checkOwnOutput({ sources: [reading], sinks: [writing] }, options, at);
}

function inputsOf({ step, files }: SourceNode): SourceInputs | undefined {
  const inputs = step === undefined ? { files, isFollowed: false } : step.declaration.inputsOf?.(step.given);
  return inputs === undefined || (inputs.files.length === 0 && inputs.tableIn === undefined)
    ? undefined
    : inputs;
}

function writtenBy({ name, step, output, place }: SinkNode, options: OwnOutputOptions, at: Place): Written[] {
  const who = called("sink", { name, step });
  const table = step?.declaration.tableOf?.(step.given, at as Host);
  if (table !== undefined) return [{ kind: "table", path: table, isWhole: false, who, place }];
  const isPrinting = step === undefined || (step.declaration.isPrinting?.(step.given) ?? true);
  const own = step === undefined ? output : (step.given.options["output"] as string | undefined);
  const file = own ?? (isPrinting ? options.output : undefined);
  if (typeof file !== "string" || file === "-") return [];
  const isWhole = step === undefined || step.declaration.keeps?.(step.given) !== "place";
  return [{ kind: "file", path: resolve(at.cwd, file), isWhole, who, place }];
}

/** In a chain by the name of its command. */
function called(kind: string, { name, step }: Pick<SourceNode | SinkNode, "name" | "step">): string {
  return step === undefined || step.declaration.name === name ? name : `${kind} ${name}`;
}

function besides({ deadLetters, journal }: OwnOutputOptions, { cwd }: Place): Written[] {
  const isFile = deadLetters !== undefined && deadLetters !== "-";
  return [
    ...(isFile
      ? [
          {
            kind: "file" as const,
            path: resolve(cwd, deadLetters),
            isWhole: false,
            who: "--dead-letters",
          },
        ]
      : []),
    ...(journal === undefined
      ? []
      : [{ kind: "journal" as const, path: journal, isWhole: false, who: "the journal" }]),
  ];
}

async function isRead(
  files: readonly string[],
  isFollowed: boolean,
  { kind, path }: Written,
  { cwd }: Place,
): Promise<boolean> {
  const patterns = files.filter((name) => name !== "-").map((name) => resolve(cwd, name));
  const named = [path, await realPathOf(path)].flatMap((one) => filesIn(kind, one));
  for (const pattern of patterns) {
    if (!isGlob(pattern)) {
      if (kind === "file" && (await identityOf(pattern)) === (await identityOf(path))) return true;
      continue;
    }
    // A table that is there is read to its end like any files.
    if (kind !== "file" && !isFollowed) continue;
    const real = await realPatternOf(pattern);
    if (named.some((one) => matchesGlob(pattern, one) || matchesGlob(real, one))) return true;
    if (kind === "file" && (await isAmong(pattern, path))) return true;
  }
  return false;
}

/** Names like those that come to be in a directory of ours. */
function filesIn(kind: Written["kind"], path: string): readonly string[] {
  if (kind === "file") return [path];
  const log = ["ndjson", "commits"].map((ending) => join(path, "_wal", "writer", `${NUMBER}.${ending}`));
  if (kind === "journal") return log;
  return [...log, join(path, "_delta_log", `${NUMBER}.json`), join(path, "part-0.parquet")];
}

const NUMBER = "0".repeat(20);

/** By its other names: hard links, and symbolic ones on the way. */
async function isAmong(pattern: string, path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) return false;
  const own = await identityOf(path);
  for (const name of await expandGlob(pattern).catch(() => []))
    if ((await identityOf(name)) === own) return true;
  return false;
}

async function realPatternOf(pattern: string): Promise<string> {
  const { directory, rest } = splitGlob(pattern);
  return join(await realPathOf(directory), rest);
}

/** Of what is there, and of a new file in a directory that is. */
async function realPathOf(path: string): Promise<string> {
  const found = await realpath(path).catch(() => undefined);
  if (found !== undefined || dirname(path) === path) return found ?? path;
  return join(await realPathOf(dirname(path)), basename(path));
}

/** A device or a pipe keeps nothing that could be read again, and is the same as nothing. */
async function identityOf(path: string): Promise<string | symbol> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return realPathOf(path);
  return found.isFile() || found.isDirectory() ? `${found.dev}:${found.ino}` : Symbol("device");
}

function asFault(source: SourceNode, { kind, path, who, place }: Written, isOfFiles: boolean): Error {
  const reader = called("source", source);
  const what = {
    file: `${path}, which ${who} writes`,
    table: `${isOfFiles ? "files of " : ""}the table ${path}, which ${who} writes`,
    journal: `${path}, where the journal of the pipeline is`,
  }[kind];
  const reason = `${reader} reads ${what}: its own output comes in again, and that never ends`;
  const plain = failure("usage.own-output", { reason });
  const at = source.place ?? place;
  return at === undefined ? plain : failure("usage.file", { place: at, reason, hint: plain.help });
}
