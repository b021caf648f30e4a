// Enter here: files, patterns and standard input, read once.
/** What the operands of a command name, opened: files, patterns, `-`, or standard input when there are none. */
import { failure } from "../../base/errors/index.js";
import { localName } from "../../base/local/path.js";
import type { Host } from "../../pipeline/contract/host.js";
import type { Source } from "../../pipeline/contract/source.js";
import { openFiles } from "./files.js";
import { expandGlob, isGlob } from "./glob.js";
import type { SourceOptions } from "./options.js";
import { withoutRepeats } from "./repeats.js";
import { openStdin } from "./stdin.js";

/**
 * Opens `paths` in order. `command` is named in the error usage.nothing-to-read, thrown when there are no paths and
 * standard input is a terminal.
 */
export async function openInputs(
  paths: readonly string[],
  options: SourceOptions,
  host: Host,
  command: string,
): Promise<Source> {
  if (paths.length === 0) {
    if (host.standard.stdinIsTerminal) throw failure("usage.nothing-to-read", { command });
    return openStdin(options, host);
  }
  return openFiles(await expandPaths(paths, host, options.lineCommand), options, host);
}

/**
 * Patterns the shell left alone, expanded in place. One that matches nothing is named and left out; a file is read
 * once, whatever names it has.
 */
export async function expandPaths(
  paths: readonly string[],
  host: Host,
  lineCommand?: string,
): Promise<string[]> {
  const expanded: { readonly path: string }[] = [];
  for (const path of paths) localName(path, "FILE");
  for (const path of paths) {
    const found = path === "-" ? [path] : await expandGlob(path);
    if (found.length === 0 && isGlob(path)) {
      const failed = failure("input.unreadable", { path, reason: "no file matches", lineCommand });
      host.fail(failed.message, failed.help);
    }
    for (const one of found) expanded.push({ path: one });
  }
  const once = await withoutRepeats(expanded, (text) => host.log("info", text));
  return once.map(({ path }) => path);
}
