/** `run --check --examples`: files of events or log lines, for all sources or for one. */

import { accessSync, constants } from "node:fs";
import { failure, LogpipeError, reasonOf } from "../../base/errors/index.js";
import { localPath } from "../../base/local/path.js";
import { suggest } from "../../base/suggest.js";
import { firstLines } from "../../event/lines.js";
import type { Graph } from "../../pipeline/contract/graph.js";
import type { Terminal } from "../../pipeline/contract/terminal.js";
import { hostOf } from "../../pipeline/run/host.js";
import { openInputs } from "../../sources/files/open.js";
import type { ExampleLines } from "./unknown-fields.js";

/** Of each file; more shows nothing more. */
const BYTES_MAX = 4 * 1024 * 1024;

/** `given`: FILE, or SOURCE=FILE. Throws usage.bad-value for a source that is not there, and what the files throw. */
export async function readExamples(
  given: readonly string[],
  graph: Graph,
  terminal: Terminal,
): Promise<readonly ExampleLines[]> {
  const names = graph.sources.map(({ name }) => name);
  const examples: ExampleLines[] = [];
  for (const text of given) {
    const [, named, file = text] = /^([A-Za-z_][\w-]*)=(.+)$/.exec(text) ?? [];
    if (named !== undefined && !names.includes(named)) {
      const hint = `write FILE, or SOURCE=FILE; there are ${names.join(", ")}`;
      const reason = `no source is called "${named}"`;
      throw failure("usage.bad-value", {
        option: "--examples",
        value: text,
        reason,
        suggestion: suggest(named, names),
        hint,
      });
    }
    const bytes = await firstOf(file, terminal);
    for (const source of named === undefined ? names : [named]) examples.push({ source, bytes });
  }
  return examples;
}

async function firstOf(file: string, terminal: Terminal): Promise<Buffer> {
  if (file !== "-") checkReadable(file, terminal.cwd);
  const source = await openInputs([file], {}, hostOf(terminal), "run");
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for (
      let block = await source.read();
      block !== undefined && size < BYTES_MAX;
      block = await source.read()
    ) {
      parts.push(Buffer.from(block.bytes));
      size += block.bytes.length;
    }
  } finally {
    await source.close();
  }
  return firstLines(Buffer.concat(parts), BYTES_MAX);
}

/** A run goes on without an input; a check without its examples would find nothing wrong. */
function checkReadable(file: string, cwd: string): void {
  try {
    accessSync(localPath(cwd, file, "--examples"), constants.R_OK);
  } catch (error) {
    if (error instanceof LogpipeError) throw error;
    throw failure(
      "usage.unreadable",
      { what: "file of examples", path: file, reason: reasonOf(error) },
      error,
    );
  }
}
