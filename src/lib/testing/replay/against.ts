/** The other version of a pipeline: a file, or what git has of this one. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { promisify } from "node:util";
import { failure } from "../../base/errors/index.js";
import type { Variables } from "../../options/variables.js";
import type { Graph } from "../../pipeline/contract/graph.js";
import type { Terminal } from "../../pipeline/contract/terminal.js";
import { type GraphReading, readGraphOf, readGraphText } from "../network/read-graph.js";

const TEXT_BYTES_MAX = 16 << 20;

/**
 * `against`: a path, or a revision (`HEAD`, `main~2`), of which git gives this file's text; files that it includes are
 * those of now. Throws usage.bad-value, and the faults of the pipeline.
 */
export async function graphAgainst(
  against: string,
  path: string,
  variables: Variables,
  terminal: Terminal,
  reading: GraphReading,
): Promise<Graph> {
  if (/\.ya?ml$/i.test(against) || existsSync(resolve(terminal.cwd, against)))
    return readGraphOf({ path: against }, variables, terminal, reading);
  const text = await textAt(against, path, terminal);
  return readGraphText(text, `${against}:${path}`, variables, terminal, reading);
}

async function textAt(revision: string, path: string, { cwd, env }: Terminal): Promise<string> {
  const file = resolve(cwd, path);
  const wrong = (reason: string) =>
    failure("usage.bad-value", {
      option: "--against",
      value: revision,
      reason,
      hint: "it is another pipeline file, or a revision of git: --against HEAD",
    });
  if (revision.startsWith("-")) throw wrong("it is no revision");
  try {
    const { stdout } = await promisify(execFile)("git", ["show", `${revision}:./${basename(file)}`], {
      cwd: dirname(file),
      env: env as NodeJS.ProcessEnv,
      maxBuffer: TEXT_BYTES_MAX,
    });
    return stdout;
  } catch (error) {
    const { code, stderr = "" } = error as { code?: string | number; stderr?: string };
    throw wrong(code === "ENOENT" ? "there is no such file, and no git" : firstLine(stderr) || String(error));
  }
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]!.replace(/^fatal: /, "");
}
