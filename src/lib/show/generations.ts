/** The rotated files of one log, oldest first: `app.log.2.gz`, `app.log.1`, `app.log`. */
import { basename, dirname, join } from "node:path";
import { unpackedName } from "../sources/identity/siblings.js";
import { isNameOfLog } from "./directory.js";

/** Where a file stands among the generations of its log. */
interface Generation {
  readonly path: string;
  /** The log's own name. */
  readonly log: string;
  /** Numbers count backwards, dates forwards; undefined: the file that is written to. */
  readonly number?: number;
  readonly date?: string;
}

/**
 * The paths by log, each log's oldest first; the logs, and files that are nobody's generation, in the order of their
 * first. A file that is named twice is read once.
 */
export function generationsOf(paths: readonly string[]): readonly (readonly string[])[] {
  const logs = new Map<string, Generation[]>();
  const all = new Set(paths);
  for (const path of all) {
    const generation = generationOf(path, all);
    const others = logs.get(generation.log);
    if (others === undefined) logs.set(generation.log, [generation]);
    else others.push(generation);
  }
  return [...logs.values()].map((files) => files.sort(byAge).map(({ path }) => path));
}

/**
 * `app.log.1`. Where there is no `web` and the name is not that of a log, the numbers of `web.1` may be hosts: logs by
 * themselves are put in order by their times, which is right for generations, too.
 */
const NUMBER = /^(.+)\.(\d{1,4})$/;
/** `-20261122`, `-2026-11-22`, `.2026-11-22T10`, `-20261122-1234567890`. */
const DATE = /^(.+?)[.-](\d{4}-?\d\d-?\d\d(?:[T_.-]?\d{1,10}(?:[-:_]\d\d)*)?)(\.[A-Za-z]\w*)?$/;
/** `app.1.log`, where there is an `app.log`: without it the number may be a host's. */
const NUMBER_WITHIN = /^(.+?)\.(\d{1,4})(\.(?:log|out|err|txt|ndjson|jsonl))$/;

function generationOf(path: string, all: ReadonlySet<string>): Generation {
  const name = basename(unpackedName(path) ?? path);
  const within = (log: string) => join(dirname(path), log);
  const numbered = NUMBER.exec(name);
  const base = numbered?.[1] ?? "";
  if (numbered !== null && (isNameOfLog(base) || all.has(within(base))))
    return { path, log: within(base), number: Number(numbered[2]) };
  const dated = DATE.exec(name);
  if (dated !== null)
    return { path, log: within(dated[1]! + (dated[3] ?? "")), date: dated[2]!.replace(/\D/g, "") };
  const inside = NUMBER_WITHIN.exec(name);
  const log = inside === null ? name : inside[1]! + inside[3]!;
  if (inside !== null && all.has(within(log))) return { path, log: within(log), number: Number(inside[2]) };
  return { path, log: within(name) };
}

function byAge(a: Generation, b: Generation): number {
  const [rankA, rankB] = [rankOf(a), rankOf(b)];
  if (rankA !== rankB) return rankA - rankB;
  if (a.number !== undefined && b.number !== undefined) return b.number - a.number;
  if (a.date !== undefined && b.date !== undefined) return byDate(a.date, b.date);
  return 0;
}

const DAY_DIGITS = 8;
/** `-2026-11-22-10` is the tenth of a day where there is a `-2026-11-22-9`. */
const INDEX_DIGITS = 3;

function byDate(a: string, b: string): number {
  const [restA, restB] = [a.slice(DAY_DIGITS), b.slice(DAY_DIGITS)];
  const isOfDay = a.slice(0, DAY_DIGITS) === b.slice(0, DAY_DIGITS);
  if (isOfDay && restA.length <= INDEX_DIGITS && restB.length <= INDEX_DIGITS)
    return Number(restA) - Number(restB);
  return a.padEnd(24, "0") < b.padEnd(24, "0") ? -1 : 1;
}

/** Dated ones are older than numbered ones, which some rotations keep until the day is over. */
function rankOf({ number, date }: Generation): number {
  return date !== undefined ? 0 : number !== undefined ? 1 : 2;
}
