/**
 * The quoted pipeline, `'parse -f logfmt | enrich --set env=prod | sink ./store'`: split as a shell would split it,
 * then looked up. Every fault is a usage.syntax with a caret under it.
 */
import { failure, type LogpipeError } from "../../base/errors/index.js";
import { suggest } from "../../base/suggest.js";
import { parseWords, withDefaults } from "../../options/command-line.js";
import { everywhere, pipelineOptions } from "../../options/common.js";
import type { Pipeline, Step } from "../contract/pipeline.js";
import type { AnyDeclaration } from "../contract/stage.js";
import {
  type Commands,
  checkOperands,
  checkUnused,
  joinSteps,
  type PipelinePart,
  splitOperands,
  whyNotOwn,
  withFiles,
} from "./build.js";
import { type Segment, splitPipeline, type Word } from "./words.js";

/** Option values that settings give to a command, for what is not written (`given`) in the text. */
export type Preset = (
  declaration: AnyDeclaration,
  given: Readonly<Record<string, unknown>>,
) => Readonly<Record<string, unknown>>;

/** Reads the text of a pipeline; `files` are read after those that its first stage names. Throws usage.syntax. */
export async function readQuoted(
  text: string,
  commands: Commands,
  preset: Preset = () => ({}),
  files: readonly string[] = [],
): Promise<Pipeline> {
  const segments = splitPipeline(text);
  const parts: PipelinePart[] = [];
  for (const [index, segment] of segments.entries()) {
    parts.push(await readPart(text, segment.words[0]!, { index, count: segments.length }, commands));
  }
  const steps = segments.map((segment, index) =>
    readStep(text, segment, parts[index]!, { index, files }, preset),
  );
  return joinSteps(steps, files);
}

interface Where {
  readonly index: number;
  readonly count: number;
}

async function readPart(text: string, name: Word, where: Where, commands: Commands): Promise<PipelinePart> {
  const declaration = await commands.load(name.text);
  const wrong = (reason: string, more: { suggestion?: string | undefined; hint?: string } = {}) =>
    failure("usage.syntax", { what: "pipeline", text, offset: name.offset, reason, ...more });
  if (declaration === undefined) {
    const hint = 'run "logpipe help" for the list of commands';
    throw wrong(`unknown stage "${name.text}"`, { suggestion: suggest(name.text, commands.names), hint });
  }
  if (declaration.kind === "command") throw wrong(`${name.text} is no stage: it cannot stand in a pipeline`);
  if (declaration.kind === "source" && where.index > 0)
    throw wrong(`${name.text} is a source: it can only come first`);
  if (declaration.kind === "sink" && where.index < where.count - 1) {
    throw wrong(`${name.text} is a sink: it can only come last`);
  }
  return declaration;
}

function readStep(
  text: string,
  segment: Segment,
  declaration: PipelinePart,
  { index, files }: { readonly index: number; readonly files: readonly string[] },
  preset: Preset,
): Step<PipelinePart> {
  const [name, ...words] = segment.words;
  const caret = (error: LogpipeError, at: Word) => syntax(text, error, at.offset);
  const parsed = parseWords(
    declaration.name,
    declaration.options,
    words.map((word) => word.text),
    (error, wordIndex) => caret(belongsToRun(error, words[wordIndex]) ?? error, words[wordIndex] ?? name!),
  );
  const operandWord = (operandIndex: number | undefined) =>
    words[parsed.operandIndexes[operandIndex ?? -1] ?? -1] ?? name!;
  const operands = withFiles(declaration, parsed.operands, index, files);
  checkOperands(declaration, operands, (error, operandIndex) => caret(error, operandWord(operandIndex)));
  const options = withDefaults(declaration.options, {
    ...preset(declaration, parsed.options),
    ...parsed.options,
  });
  const given = { operands, options };
  try {
    checkUnused(declaration, given, parsed.options);
  } catch (error) {
    throw caret(error as LogpipeError, name!);
  }
  const { own, rest } = splitOperands(declaration, given);
  if (index > 0 && rest.length > 0) {
    const why = /[./*]/.test(rest[0]!) ? undefined : whyNotOwn(declaration, given);
    if (why !== undefined) throw caret(why, operandWord(own.length));
    const reason = `${declaration.name} reads the stage before it; only the first stage can name files`;
    throw failure("usage.syntax", { what: "pipeline", text, offset: operandWord(own.length).offset, reason });
  }
  return { declaration, given };
}

function syntax(text: string, error: LogpipeError, offset: number): LogpipeError {
  return failure("usage.syntax", { what: "pipeline", text, offset, reason: error.message, hint: error.help });
}

/** `parse --stats` inside the quotes: the flag is known, but it belongs to `run`. */
function belongsToRun(error: LogpipeError, word: Word | undefined): LogpipeError | undefined {
  const long = word?.text
    .replace(/=.*$/, "")
    .slice(2)
    .replace(/-([a-z])/g, (_, c: string) => c.toUpperCase());
  if (error.code !== "usage.unknown-option" || long === undefined) return undefined;
  if (!Object.hasOwn(pipelineOptions, long) && !Object.hasOwn(everywhere, long)) return undefined;
  return Object.assign(error, {
    help: `it belongs to run: write it outside the quotes, logpipe run ${word!.text} '...'`,
  });
}
