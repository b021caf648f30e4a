/** `--format`, `--patterns` and `--grok-patterns` together: what `parse` reads with. */
import { failure } from "../../base/errors/index.js";
import type { FormatSpec } from "../../format/format-spec.js";
import { type GrokDefinitions, readDefinitions } from "../../format/patterns/grok/grok-definitions.js";
import { builtInDefinitions } from "../../format/patterns/grok/library/built-in.js";
import { isPattern, readPatterns } from "../../format/patterns/user-patterns.js";
import type { StageIo } from "../../pipeline/contract/resources.js";
import { parserSettings } from "./settings.js";

export interface ParseFormatOptions {
  /** One, or several in order; none: `auto`. */
  readonly format: string | readonly string[];
  /** Files of patterns, which are tried before `format`. */
  readonly patterns: readonly string[];
  /** Files of grok definitions, or directories of them; the later ones win. */
  readonly grokPatterns: readonly string[];
  readonly grokEcs: boolean;
}

export interface OpenedPatterns {
  readonly specs: readonly FormatSpec[];
  /** Undefined: there is nothing for grok to read. */
  readonly definitions: GrokDefinitions | undefined;
}

/** What `--format` names, in order; `auto` where nothing is asked for. */
export function formatSpecs({ format, patterns }: ParseFormatOptions): readonly string[] {
  const given = typeof format === "string" ? [format] : format;
  return given.length === 0 && patterns.length === 0 ? ["auto"] : given;
}

/** Throws stage.unreadable, and usage.file for a file with a mistake in it. */
export async function openPatterns(options: ParseFormatOptions, io: StageIo): Promise<OpenedPatterns> {
  const specs: FormatSpec[] = [];
  for (const path of options.patterns) specs.push(...readPatterns(await textOf(path, io), path));
  specs.forEach(checkListed);
  specs.push(...withoutFiles(options).specs);
  const builtIn = definitionsFor(specs, options);
  if (options.grokPatterns.length === 0) return { specs, definitions: builtIn };
  const definitions = new Map(builtIn);
  for (const path of options.grokPatterns) {
    for (const file of await filesOf(path, io)) {
      for (const [name, definition] of readDefinitions(await textOf(file, io), file))
        definitions.set(name, definition);
    }
  }
  return { specs, definitions };
}

/** What the options say by themselves. */
export function withoutFiles(options: ParseFormatOptions): OpenedPatterns {
  const specs = formatSpecs(options).map((spec) => ({ spec, what: "--format" }));
  return { specs, definitions: definitionsFor(specs, options) };
}

/** Cost: two milliseconds, where a pattern needs them. */
function definitionsFor(
  specs: readonly FormatSpec[],
  { grokEcs }: ParseFormatOptions,
): GrokDefinitions | undefined {
  const isWanted = specs.some(({ spec }) => spec.startsWith("grok:"));
  return isWanted ? builtInDefinitions(grokEcs ? "ecs" : "legacy") : undefined;
}

/** In a file stands what reads a line for itself: the rest has to be known before files are opened. */
function checkListed({ spec, what }: FormatSpec): void {
  if (isPattern(spec)) return;
  const { isStateful, containers, readsJson } = parserSettings(spec);
  if (!isStateful && containers.length === 0 && readsJson !== true) return;
  throw failure("usage.file", {
    place: what,
    reason: `"${spec}" cannot stand in a file of patterns`,
    hint: `name it with --format ${spec}: the patterns of files are tried first`,
  });
}

async function textOf(path: string, io: StageIo): Promise<string> {
  return (await io.readFile(path)).toString("utf8");
}

/** The file itself, or the files of a directory but for hidden ones, copies that editors leave, and prose. */
async function filesOf(path: string, io: StageIo): Promise<readonly string[]> {
  const names = await io.list(path);
  if (names === undefined) return [path];
  const files: string[] = [];
  const directories: string[] = [];
  for (const name of names) {
    if (/^\.|~$|\.(?:md|bak|orig|swp)$/i.test(name)) continue;
    const file = `${path.replace(/\/+$/, "")}/${name}`;
    ((await io.list(file)) === undefined ? files : directories).push(file);
  }
  if (files.length > 0) return files;
  const others = directories.length === 0 ? "" : `; name one of ${directories.join(", ")}`;
  throw failure("usage.bad-value", {
    option: "--grok-patterns",
    value: path,
    reason: `the directory has no files of patterns${others}`,
  });
}
