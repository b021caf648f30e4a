/**
 * `--dead-letters FILE` must be a file of its own: what is appended to another one damages it, or is lost when that is
 * replaced.
 */
import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { failure } from "../../../base/errors/index.js";
import { localPath } from "../../../base/local/path.js";
import { flagName } from "../../../options/options.js";
import { expandGlob, isGlob } from "../../../sources/files/glob.js";
import type { Host } from "../../contract/host.js";
import type { Pipeline, RunOptions } from "../../contract/pipeline.js";

/** Throws usage.same-file when the letters would go to an input, to the output, or to a file that some option names. */
export async function checkLetterPlace(
  pipeline: Pipeline,
  { deadLetters, output }: RunOptions,
  { cwd }: Host,
): Promise<void> {
  if (deadLetters === undefined || deadLetters === "-") return;
  const path = localPath(cwd, deadLetters, "--dead-letters");
  const own = await identityOf(path);
  if (own === undefined) return;
  for (const { what, name } of [...optionFiles(pipeline, output), ...inputsOf(pipeline)]) {
    const names = isGlob(name) ? await expandGlob(resolve(cwd, name)).catch(() => []) : [name];
    for (const one of names)
      if ((await identityOf(localPath(cwd, one, what))) === own)
        throw failure("usage.same-file", { what, path: deadLetters });
  }
}

interface Named {
  readonly what: string;
  readonly name: string;
}

function* optionFiles({ source, stages, sink }: Pipeline, output: string | undefined): Generator<Named> {
  if (output !== undefined) yield { what: "--output", name: output };
  for (const { declaration, given } of [source ?? [], stages, sink ?? []].flat())
    for (const [option, { metavar }] of Object.entries(declaration.options)) {
      const value: unknown = given.options[option];
      if (metavar === "FILE" && typeof value === "string" && value !== "-")
        yield { what: flagName(option), name: value };
    }
}

function* inputsOf({ source, files }: Pipeline): Generator<Named> {
  for (const name of source?.given.operands ?? files)
    if (typeof name === "string" && name !== "-") yield { what: "the input", name };
}

/**
 * Device and number of a file that is there, else the path that a new one gets. Undefined: a device or pipe, which
 * takes anything.
 */
async function identityOf(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined) return found.isFile() ? `${found.dev}:${found.ino}` : undefined;
  const directory = await realpath(dirname(path)).catch(() => dirname(path));
  return join(directory, basename(path));
}
