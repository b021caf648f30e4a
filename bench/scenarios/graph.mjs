// Pipelines in files: a chain, a graph with one sink, with three; a route beside filter with the same expression.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { input } from "../lib/inputs.mjs";
import { data, logpipe } from "../lib/paths.mjs";
import { nginxFacts, removeStore, storePath } from "../lib/store.mjs";

const directory = join(data, "graphs");
const journal = join(directory, "journal");
const rest = join(directory, "rest.ndjson");
const STAGES = "[{ parse: { format: combined } }, { enrich: { set: [env=prod] } }]";
const EXPRESSION = 'level == "error" && latency_ms > 200';

export function graph({ scale }) {
  mkdirSync(directory, { recursive: true });
  return [asChain(scale), ...toThreeSinks(scale), asRoute(scale)];
}

function file(name, text) {
  const path = join(directory, `${name}.yaml`);
  writeFileSync(path, text);
  return `${logpipe} run --quiet ${path}`;
}

function clean() {
  removeStore();
  for (const path of [journal, rest]) rmSync(path, { recursive: true, force: true });
}

function asChain(scale) {
  const { path, bytes, events } = input("nginx", 1_000_000 * scale);
  const stored = { before: clean, answer: () => nginxFacts(`${storePath}/**/*.parquet`) };
  const named = file(
    "named",
    `sources: { in: { files: ["-"] } }
stages: { work: { from: in, stages: ${STAGES} } }
sinks: { out: { from: work, sink: ${storePath} } }
`,
  );
  const list = file(
    "list",
    `- parse: { format: combined }\n- enrich: { set: [env=prod] }\n- sink: ${storePath}\n`,
  );
  const quoted = `${logpipe} run --quiet 'parse -f combined | enrich --set env=prod | sink ${storePath}'`;
  return {
    title: "parse | enrich | sink: named nodes in YAML, a list, quoted",
    bytes,
    events,
    contenders: [
      { name: "a graph with names", command: `${named} < ${path}`, ...stored },
      { name: "a list in YAML", command: `${list} < ${path}`, ...stored },
      { name: "quoted", command: `${quoted} < ${path}`, ...stored },
    ],
  };
}

function toThreeSinks(scale) {
  const { path, bytes, events } = input("nginx", 1_000_000 * scale);
  const stored = { before: clean, answer: () => nginxFacts(`${storePath}/**/*.parquet`) };
  const top = (sinks, mode) => `sources: { in: { files: ["-"] } }
stages: { work: { from: in, stages: ${STAGES} } }
sinks:
  table: { from: work, sink: ${storePath} }
${sinks}journal: { mode: ${mode}, directory: ${journal} }
`;
  const others = `  copy: { from: work, sink: { to: file, output: ${rest}, append: true } }
  screen: { from: work, stdout: {} }
`;
  const one = file("one-sink", top("", "auto"));
  const three = file("three-sinks", top(others, "auto"));
  const without = file("three-sinks-without-journal", top(others, "none"));
  return [
    {
      title: "one source to three sinks: a table, a file, standard output",
      bytes,
      events,
      contenders: [
        { name: "three sinks, each with its place in the journal", command: `${three} < ${path}`, ...stored },
        { name: "three sinks without a journal", command: `${without} < ${path}`, ...stored },
        { name: "the table alone", command: `${one} < ${path}`, ...stored },
      ],
    },
  ];
}

function asRoute(scale) {
  const { path, bytes, events } = input("app", 1_000_000 * scale);
  const routed = file(
    "route",
    `sources: { in: { files: ["-"] } }
routes: { pick: { from: in, to: { hit: '${EXPRESSION}', rest: otherwise } } }
sinks: { out: { from: pick.hit, stdout: {} } }
`,
  );
  const prints = { prints: true };
  return {
    title: "a route to one port, and filter",
    bytes,
    events,
    contenders: [
      { name: "a route", command: `${routed} < ${path}`, ...prints },
      { name: "logpipe filter", command: `${logpipe} filter '${EXPRESSION}' < ${path}`, ...prints },
      {
        name: "jq select",
        command: `jq -c 'select(.level == "error" and .latency_ms > 200)' < ${path}`,
        needs: "jq",
        ...prints,
      },
    ],
  };
}
