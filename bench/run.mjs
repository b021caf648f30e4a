#!/usr/bin/env node
// The benchmarks: npm run bench [-- SCENARIO...] [--quick] [--full] [--rounds N] [--no-record]
// Each scenario runs logpipe and its peers in turn on generated input, compares their answers first, prints a table
// and keeps it under bench/results.
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { contest } from "./lib/contest.mjs";
import { hasGnuTime } from "./lib/measure.mjs";
import { logpipe, root } from "./lib/paths.mjs";
import { machine, record, table } from "./lib/report.mjs";
import { ack } from "./scenarios/ack.mjs";
import { detect } from "./scenarios/detect.mjs";
import { enrich } from "./scenarios/enrich.mjs";
import { filter } from "./scenarios/filter.mjs";
import { freshness } from "./scenarios/freshness.mjs";
import { graph } from "./scenarios/graph.mjs";
import { journal } from "./scenarios/journal.mjs";
import { live } from "./scenarios/live.mjs";
import { memory } from "./scenarios/memory.mjs";
import { needle } from "./scenarios/needle.mjs";
import { parse } from "./scenarios/parse.mjs";
import { passthrough } from "./scenarios/passthrough.mjs";
import { patterns } from "./scenarios/patterns.mjs";
import { plan } from "./scenarios/plan.mjs";
import { query } from "./scenarios/query.mjs";
import { redact } from "./scenarios/redact.mjs";
import { run } from "./scenarios/run.mjs";
import { select } from "./scenarios/select.mjs";
import { sink } from "./scenarios/sink.mjs";
import { sketch } from "./scenarios/sketch.mjs";
import { startup } from "./scenarios/startup.mjs";
import { window } from "./scenarios/window.mjs";

const scenarios = {
  parse,
  passthrough,
  redact,
  patterns,
  detect,
  filter,
  select,
  enrich,
  sink,
  ack,
  query,
  needle,
  window,
  plan,
  freshness,
  live,
  journal,
  run,
  graph,
  sketch,
  startup,
  memory,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    full: { type: "boolean", default: false },
    rounds: { type: "string" },
    "no-record": { type: "boolean", default: false },
  },
});
const log = (line) => process.stderr.write(`${line}\n`);
process.exitCode = await main();

async function main() {
  const unknown = positionals.find((name) => !(name in scenarios));
  if (unknown !== undefined) {
    log(`bench: no scenario "${unknown}": use ${Object.keys(scenarios).join(", ")}`);
    return 2;
  }
  if (!existsSync(logpipe) || !existsSync(`${root}/dist`)) {
    log("bench: logpipe is not built: run `npm run build` first");
    return 1;
  }
  if (!hasGnuTime) log("skipped: CPU time and peak RSS: GNU time not installed");
  const { cpu, cores, memoryGb, node, kernel } = machine();
  log(`${cpu}, ${cores} cores, ${memoryGb} GB, Node ${node}, ${kernel}`);
  let failed = 0;
  for (const name of positionals.length === 0 ? Object.keys(scenarios) : positionals)
    failed += await scenario(name);
  return failed === 0 ? 0 : 1;
}

async function scenario(name) {
  const settings = { scale: values.quick ? 0.1 : 1, isQuick: values.quick, isFull: values.full };
  try {
    const contests = [];
    for (const planned of await scenarios[name](settings)) {
      const usual = planned.rounds ?? 5;
      const rounds = Number(values.rounds ?? (values.quick ? Math.min(usual, 2) : usual));
      const result =
        planned.sheet === undefined ? await contest(planned, { rounds, log }) : await sheet(planned);
      process.stdout.write(`\n${table(result)}\n`);
      contests.push(result);
    }
    if (!values.quick && !values["no-record"])
      log(`recorded ${record(name, contests).replace(`${root}/`, "")}`);
    return 0;
  } catch (error) {
    log(`bench: ${name}: ${error.message}`);
    return 1;
  }
}

/** A scenario that measures something else than who is done first brings its own columns and rows. */
async function sheet({ title, sheet: measure }) {
  log(`\n${title}`);
  return { title, ...(await measure(log)) };
}
