/** Pipelines that are killed, of which some lines are no events, or hold what a `redact` behind the journal hides. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { diskFiles } from "../../../src/lib/base/files.js";
import { TableLog } from "../../../src/lib/store/delta/snapshot.js";
import { letters, listEntries } from "../../../src/lib/store/quarantine/entries.js";
import { type Case, linesOf, rowsOf, type SinkCheck, write } from "./harness.js";

const FILES = 4;
const EVENTS = 300;

function lines(file: string): string {
  const text: string[] = [];
  for (let n = 0; n < EVENTS; n++) {
    text.push(JSON.stringify({ f: file, n, mail: `someone${n}@example.org`, pad: "y".repeat(n % 90) }));
    if (n % 10 === 0) text.push(`no event ${file} ${n}`);
  }
  return `${text.join("\n")}\n`;
}

function prepare(directory: string, yaml: string): void {
  for (let i = 0; i < FILES; i++)
    write(directory, { [`a${i}.ndjson`]: lines(`a${i}`), [`b${i}.ndjson`]: lines(`b${i}`) });
  write(directory, { "graph.yaml": yaml });
}

/** The lines in the quarantine of a table. */
function quarantineOf(table: string) {
  return async (directory: string): Promise<readonly string[]> => {
    const path = join(directory, "store", table);
    if (!existsSync(path)) return [];
    const raw: string[] = [];
    for (const entry of await listEntries(diskFiles, new TableLog(path)))
      for await (const letter of letters(diskFiles, entry, () => raw.push("no record")))
        raw.push(String(letter.raw));
    return raw;
  };
}

const SETTINGS = ["--checkpoint-interval", "40ms", "--workers", "0"];
const idOf = (line: string) => `${/"f":"(\w+)"/.exec(line)?.[1]} ${/"n":(\d+)/.exec(line)?.[1]}`;

const TWO_JOURNALS = `
sources:
  in: {}
  more: { exec: { command: [cat, b0.ndjson] } }
stages:
  parsed: { from: more, stages: [parse] }
  once: { from: [in, parsed], stages: [ { dedupe: { by: 'f,n' } } ] }
sinks:
  plain: { from: once, sink: { to: file, output: plain.ndjson, append: true } }
  kept: { from: once, sink: { store: ./store, table: kept } }
  other: { from: once, sink: { store: ./store, table: other } }
`;

const RAW = `
journal: raw
sources:
  a: { ingest: { file: 'a*.ndjson', checkpoint: a.json } }
stages:
  hidden: { from: a, stages: [ parse, { redact: {} } ] }
sinks:
  plain: { from: hidden, sink: { to: file, output: plain.ndjson, append: true } }
  kept: { from: hidden, sink: { store: ./store, table: kept } }
`;

const eventsOf = (read: SinkCheck["read"]) => async (directory: string) =>
  (await read(directory)).filter((line) => line.includes('"n":'));

export const ASIDES: readonly Case[] = [
  {
    name: "lines that are no events, through two journals",
    prepare: (directory) => prepare(directory, TWO_JOURNALS),
    words: ["run", ...SETTINGS, "graph.yaml"],
    stdin: "a0.ndjson",
    // What standard input and a program give comes again in each run: only of what is remembered there is one.
    sinks: [
      { name: "plain", promise: "atLeast", read: eventsOf(linesOf("plain.ndjson")), key: idOf },
      { name: "kept", promise: "atLeast", read: eventsOf(rowsOf("kept", ["f", "n"])) },
      { name: "other", promise: "atLeast", read: eventsOf(rowsOf("other", ["f", "n"])) },
      { name: "quarantine", promise: "atLeast", read: quarantineOf("kept") },
    ],
    check: async (directory) =>
      (await quarantineOf("other")(directory)).map((line) => `is in the second quarantine, too: ${line}`),
  },
  {
    name: "a journal before redact",
    prepare: (directory) => prepare(directory, RAW),
    words: ["run", ...SETTINGS, "graph.yaml"],
    sinks: [
      { name: "plain", promise: "exactly", read: linesOf("plain.ndjson") },
      { name: "kept", promise: "exactly", read: rowsOf("kept", ["f", "n", "mail"]) },
    ],
    check: async (directory) => {
      const all = [
        ...(await linesOf("plain.ndjson")(directory)),
        ...(await rowsOf("kept", ["mail"])(directory)),
      ];
      return all.filter((line) => /someone\d+@/.test(line)).map((line) => `is not hidden: ${line}`);
    },
  },
];
