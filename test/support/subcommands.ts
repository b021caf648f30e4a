/** The subcommands that read a stream, each with words and input to try the manners of CLI on. */
import { join } from "node:path";
import { ROOT } from "./logpipe.js";

export interface Streamer {
  readonly name: string;
  readonly words: readonly string[];
  /** The n-th line of its input, without line end. */
  readonly line: (n: number) => string;
  /** Whether it prints one line for each line it reads, as soon as it can. */
  readonly isLineByLine: boolean;
}

const event = (n: number) =>
  `{"timestamp":"2026-11-21T10:00:00Z","level":"info","message":"event ${n}","n":${n}}`;
const access = (n: number) =>
  `192.0.2.${n % 250} - - [21/Nov/2026:10:00:00 +0000] "GET /${n} HTTP/1.1" 200 ${n} "-" "curl/8.5.0"`;

const ALL: readonly Streamer[] = [
  { name: "ingest", words: ["ingest"], line: access, isLineByLine: true },
  { name: "parse", words: ["parse"], line: access, isLineByLine: true },
  { name: "enrich", words: ["enrich", "--set", "env=prod"], line: event, isLineByLine: true },
  { name: "sink", words: ["sink", "--to", "stdout"], line: event, isLineByLine: true },
  { name: "view", words: ["view"], line: event, isLineByLine: true },
  { name: "query", words: ["query", "SELECT * FROM stdin"], line: event, isLineByLine: false },
  {
    name: "run",
    words: ["run", "enrich --set env=prod | enrich --set team=core"],
    line: event,
    isLineByLine: true,
  },
];

const { registry } = (await import(
  join(ROOT, "dist/commands/registry.js")
)) as typeof import("../../src/commands/registry.js");

/** Names of every registered subcommand. */
export const subcommands: readonly string[] = registry.names;

/** What can stand first on a command line: "store" for all of "store info", "store files" and so on. */
export const firstWords: readonly string[] = registry.firstWords.map(({ name }) => name);

/** Those that read a stream. */
export const streamers: readonly Streamer[] = ALL.filter(({ name }) => registry.names.includes(name));

/** Those of them that print each line as it comes. */
export const lineByLine: readonly Streamer[] = streamers.filter((streamer) => streamer.isLineByLine);

/** `count` lines of input, each ended by a newline. */
export function linesOf(streamer: Streamer, count: number): string {
  return Array.from({ length: count }, (_, n) => `${streamer.line(n)}\n`).join("");
}

/** Its words as typed into a shell. */
export function typed(streamer: Streamer): string {
  return ["logpipe", ...streamer.words]
    .map((word) => (/^[\w./=-]+$/.test(word) ? word : `'${word}'`))
    .join(" ");
}
