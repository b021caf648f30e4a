/** The logs in a directory, and what else is there. */
import { lstat, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { reasonOf } from "../base/errors/index.js";
import { nameOf, shownName, systemPath } from "../base/local/byte-name.js";
import { countOf } from "../base/size.js";
import { type Content, contentOf } from "./content.js";

export interface FoundLog {
  readonly path: string;
  readonly content: Content;
}

export interface LogsFound {
  readonly logs: readonly FoundLog[];
  /** A sentence of what was left out; undefined: nothing. */
  readonly leftOut: string | undefined;
}

/** A directory of more has other things than logs: naming it is a mistake that must not cost minutes. */
const FILES_MAX = 10_000;
const NAMED_MAX = 3;

/** `name.log`, `name.log.1`, `syslog`, `messages-20261122.gz`, `app.ndjson`. */
const LOG_NAME =
  /(?:^|[._-])(?:logs?|out|err|error|access|debug|trace|ndjson|jsonl|stdout|stderr|journal)(?=$|[._-])|^[A-Za-z_-]*(?:log|messages|secure|auth|maillog|dmesg)(?=$|[._-])/i;

/**
 * The files in `directory`, and in those below it, that are logs by what is in them or by their name. Names that begin
 * with a dot, and tables of a store, are passed over. Sorted. Throws what the system says of the directory itself.
 */
export async function logsIn(directory: string): Promise<LogsFound> {
  const paths: string[] = [];
  const others: string[] = [];
  await walk(directory, paths, others, true);
  const logs: FoundLog[] = [];
  for (const path of paths) {
    const content = await contentOf(path);
    if (content.kind === "empty") continue;
    const isLog =
      content.kind === "events" ||
      content.kind === "logs" ||
      (content.kind === "text" && LOG_NAME.test(basename(path)));
    if (isLog) logs.push({ path, content });
    else others.push(`${shownName(basename(path))} (${content.why ?? "no log"})`);
  }
  return { logs, leftOut: leftOutText(directory, others) };
}

function leftOutText(directory: string, others: readonly string[]): string | undefined {
  if (others.length === 0) return undefined;
  const named = others.slice(0, NAMED_MAX).join(", ");
  const more = others.length > NAMED_MAX ? ", ..." : "";
  return `${shownName(directory)}: ${countOf(others.length, "file")} left out: ${named}${more}`;
}

async function walk(directory: string, paths: string[], others: string[], isFirst = false): Promise<void> {
  const names = await readdir(systemPath(directory), { encoding: "buffer" }).catch((error: unknown) => {
    if (isFirst) throw error;
    others.push(`${shownName(basename(directory))} (${reasonOf(error)})`);
    return [];
  });
  const sorted = names.map(nameOf).sort();
  if (sorted.includes("_delta_log")) {
    others.push(`${shownName(basename(directory))} (a table of a store: logpipe query asks it)`);
    return;
  }
  for (const name of sorted) {
    if (name.startsWith(".")) continue;
    if (paths.length >= FILES_MAX) return;
    const path = join(directory, name);
    const link = await lstat(systemPath(path)).catch(() => undefined);
    const stats = link?.isSymbolicLink() ? await stat(systemPath(path)).catch(() => undefined) : link;
    if (stats === undefined) continue;
    // A link to a directory may lead back to where it is.
    if (stats.isDirectory()) {
      if (link?.isSymbolicLink() !== true) await walk(path, paths, others);
    } else if (stats.isFile()) paths.push(path);
    else
      others.push(
        `${shownName(name)} (${stats.isSocket() ? "a socket" : stats.isFIFO() ? "a pipe" : "a device"})`,
      );
  }
}
