/** What a commit that cannot be had again may have done that rewriting it undoes. */
import { countOf } from "../../../base/size.js";
import type { LogAction } from "../../delta/actions.js";
import { type CommitNote, noteOf } from "../../delta/guard/seal.js";

/**
 * Undefined: nothing is undone. Else what to ask before it is rewritten, as what the version did. `note` is what the
 * log says elsewhere of the lost commit, `intact` what can be read of it, `segments` how many segments of the
 * write-ahead log its place is needed for.
 */
export function doubtOf(
  version: number,
  note: CommitNote | undefined,
  intact: readonly LogAction[],
  segments: number,
): string | undefined {
  const info = intact.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo;
  const known = note ?? (info === undefined ? undefined : noteOf("", intact, info));
  if (known === undefined) return segments > 0 ? undefined : unknown(version);
  const { operation, deletedFiles = 0, engine } = known;
  if (engine !== undefined)
    return `version ${version} was written by ${engine}, and nothing describes what it did: what it stored is lost, and what it deleted is back`;
  if (operation === "REPAIR" || (deletedFiles === 0 && operation !== "DELETE")) return undefined;
  const rows = known.deletedRows ?? rowsOf(info);
  const what = rows === undefined ? "events" : countOf(rows, "event");
  return `version ${version} deleted ${what} (${operation ?? "it took out files"}), and its commit is lost with its copy: they are back`;
}

function unknown(version: number): string {
  return `nothing tells what version ${version} did: if it deleted events, they are back`;
}

function rowsOf(info: LogAction["commitInfo"]): number | undefined {
  const metrics = info?.["operationMetrics"] as Readonly<Record<string, unknown>> | undefined;
  const rows = Number(metrics?.["numDeletedRows"] ?? Number.NaN);
  return Number.isSafeInteger(rows) ? rows : undefined;
}
