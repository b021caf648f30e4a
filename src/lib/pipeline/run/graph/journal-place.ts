/** Where the journals of a graph are. */
import { createHash } from "node:crypto";
import { basename, join, resolve } from "node:path";
import { failure } from "../../../base/errors/index.js";
import { localPath } from "../../../base/local/path.js";
import { stateDirectory } from "../../../base/private-files/state-directory.js";
import type { Graph, JournalSettings } from "../../contract/graph.js";
import type { Host } from "../../contract/host.js";
import { MAIN_JOURNAL, type Placement } from "./placement/placement.js";

/** Hex digits: enough for the pipelines of one machine. */
const HASH_DIGITS = 12;

/**
 * Absolute. `path`: of the pipeline file. Throws usage.no-journal-place.
 */
export function journalDirectory(
  { directory }: Pick<JournalSettings, "directory">,
  path: string | undefined,
  { cwd, env }: Pick<Host, "cwd" | "env">,
): string {
  if (directory !== undefined) return localPath(cwd, directory, "the journal");
  if (path === undefined)
    throw failure("usage.no-journal-place", { reason: "it was not read from a file that would name one" });
  const state = stateDirectory(env);
  if (state === undefined)
    throw failure("usage.no-journal-place", {
      reason: "neither XDG_STATE_HOME nor HOME is set, and this user has no home directory",
    });
  const whole = resolve(cwd, path);
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, HASH_DIGITS);
  return join(state, "journals", `${basename(whole).replace(/\.ya?ml$/, "")}-${hash}`);
}

/** The same where the graph has a journal as it is placed; undefined: it has none. */
export function journalOfPlaced(
  { journal }: Pick<Graph, "journal">,
  { parts }: Pick<Placement, "parts">,
  path: string | undefined,
  host: Pick<Host, "cwd" | "env">,
): string | undefined {
  const hasJournal = parts.some((part) => part.journal !== undefined);
  return hasJournal ? journalDirectory(journal, path, host) : undefined;
}

/** Of one of its journals: those in front of what keeps state are in folders of the one that sinks read. */
export function directoryOf(root: string, journal: string): string {
  return journal === MAIN_JOURNAL ? root : join(root, journal);
}
