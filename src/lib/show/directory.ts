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
  /** How many files and directories, at least, were not looked at because there are too many. */
  readonly beyond: number;
}

/** What all files of a log are tables of; undefined where they are none. */
export function tableFormatOf(files: readonly FoundLog[]): Content["table"] {
  const table = files[0]?.content.table;
  return files.every(({ content }) => content.table === table) ? table : undefined;
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
export async function logsIn(directory: string, filesMax: number = FILES_MAX): Promise<LogsFound> {
  const found: Walked = { paths: [], others: [], beyond: 0, filesMax };
  await walk(directory, found, true);
  const { paths, others } = found;
  const logs: FoundLog[] = [];
  for (const path of paths) {
    const content = await contentOf(path);
    if (content.kind === "empty") continue;
    const isLog =
      content.kind === "events" ||
      content.kind === "logs" ||
      (content.kind === "text" && isNameOfLog(basename(path)));
    if (isLog) logs.push({ path, content });
    else others.push(`${shownName(basename(path))} (${content.why ?? "no log"})`);
  }
  return { logs, leftOut: leftOutText(directory, others), beyond: found.beyond };
}

interface Walked {
  readonly paths: string[];
  /** What is no file, in words. */
  readonly others: string[];
  beyond: number;
  readonly filesMax: number;
}

/** Whether a file of that name is a log, whatever it is in. */
export function isNameOfLog(name: string): boolean {
  return LOG_NAME.test(name);
}

function leftOutText(directory: string, others: readonly string[]): string | undefined {
  if (others.length === 0) return undefined;
  const named = others.slice(0, NAMED_MAX).join(", ");
  const more = others.length > NAMED_MAX ? ", ..." : "";
  return `${shownName(directory)}: ${countOf(others.length, "file")} left out: ${named}${more}`;
}

async function walk(directory: string, found: Walked, isFirst = false): Promise<void> {
  const { others } = found;
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
    if (found.paths.length >= found.filesMax) {
      found.beyond++;
      continue;
    }
    const path = join(directory, name);
    const link = await lstat(systemPath(path)).catch(() => undefined);
    const stats = link?.isSymbolicLink() ? await stat(systemPath(path)).catch(() => undefined) : link;
    if (stats === undefined) {
      if (link?.isSymbolicLink()) others.push(`${shownName(name)} (a link to nothing)`);
      continue;
    }
    // A link to a directory may lead back to where it is.
    if (stats.isDirectory()) {
      if (link?.isSymbolicLink() !== true) await walk(path, found);
    } else if (stats.isFile()) found.paths.push(path);
    else
      others.push(
        `${shownName(name)} (${stats.isSocket() ? "a socket" : stats.isFIFO() ? "a pipe" : "a device"})`,
      );
  }
}
