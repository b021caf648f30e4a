/** The pipe of commands that gives the same: what `--dry-run` prints, and what to grow a pipeline from. */
import { quotedForShell } from "../sources/files/shell.js";
import { wordsOf } from "./asked.js";
import { type FoundLog, tableFormatOf } from "./directory.js";
import type { Show } from "./plan.js";

interface Reading {
  readonly isParsed: boolean;
  readonly follows?: { readonly paths: readonly string[]; readonly lines: number; readonly isAlone: boolean };
}

/** One line, without a line end. */
export function longWay(show: Show, reading: Reading): string {
  const { options, parts, filter } = show;
  const {
    follow: _follow,
    level,
    since,
    until,
    grep,
    grepRegex,
    ignoreCase,
    where,
    tail,
    ...looks
  } = options;
  const commands = [...readingCommands(show, reading)];
  const files = commands.length === 0 ? show.logs.flat() : [];
  const add = (command: string) => {
    const names = commands.length === 0 ? files.map(({ path }) => ` ${quotedForShell(path)}`).join("") : "";
    commands.push(command + names);
  };
  if (filter !== undefined) add(`logpipe filter${wordsOf(filter.declaration.options, filter.given.options)}`);
  if (tail !== undefined && reading.follows === undefined) add(`tail -n ${tail}`);
  add(`logpipe view${wordsOf(parts.view.options, looks)}`);
  return commands.join(" | ");
}

function readingCommands(
  { logs, filter, isConverted }: Show,
  { isParsed, follows }: Reading,
): readonly string[] {
  if (follows !== undefined) {
    const names = follows.paths.map(quotedForShell).join(" ");
    const parse = isParsed ? ["logpipe parse"] : [];
    if (follows.isAlone) return [`tail -n ${follows.lines} -F ${names}`, ...parse];
    return [`logpipe ingest --follow --tail ${follows.lines} ${names}`, ...parse];
  }
  const isAsked = filter !== undefined || isConverted;
  if (logs.length > 1) return [`logpipe merge ${logs.map((files) => laneWord(files, isAsked)).join(" ")}`];
  return isParsed
    ? [
        `logpipe parse${formatWords(logs.flat())}${logs
          .flat()
          .map(({ path }) => ` ${quotedForShell(path)}`)
          .join("")}`,
      ]
    : [];
}

/** `merge` parses by itself what plainly is log lines; everything else is made events beforehand. */
function laneWord(files: readonly FoundLog[], isAsked: boolean): string {
  const names = files.map(({ path }) => quotedForShell(path)).join(" ");
  const kinds = new Set(files.map(({ content }) => content.kind));
  const isPlainLog = files.every(({ content }) => content.isPlainLog === true);
  const isPlain = isPlainLog || kinds.has("events") || !(kinds.has("logs") || isAsked);
  if (isPlain && files.length === 1) return names;
  // What reads events takes generations as they are, packed ones too.
  return isPlain && kinds.has("events")
    ? `<(logpipe filter true ${names})`
    : `<(logpipe parse${formatWords(files)} ${names})`;
}

function formatWords(files: readonly FoundLog[]): string {
  const table = tableFormatOf(files);
  return table === undefined ? "" : ` -f ${table}`;
}
