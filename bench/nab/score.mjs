#!/usr/bin/env node
// How `logpipe detect --method auto` does on the Numenta Anomaly Benchmark: node bench/nab/score.mjs DIR [detect's
// options] DIR holds data/ and labels/ of the benchmark. Every series goes through the same command as a user's would.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { readCorpus } from "./corpus.mjs";
import { bestThreshold, PROFILES, perSeries, scoreAt } from "./scoring.mjs";

const PROGRAM = join(import.meta.dirname, "..", "..", "bin", "logpipe");
const [directory, ...options] = process.argv.slice(2);
if (directory === undefined) {
  console.error("usage: node bench/nab/score.mjs DIR [options of detect]");
  process.exit(2);
}

const series = readCorpus(directory);
const corpus = series.map((one) => ({ ...one, scores: detect(one, ["--threshold", "0", "--warmup", "0"]) }));
const windows = corpus.reduce((sum, one) => sum + one.windows.length, 0);
const rows = corpus.reduce((sum, one) => sum + one.values.length, 0);
console.log(`${corpus.length} series, ${rows} values, ${windows} windows; one threshold for all series\n`);

for (const [name, profile] of Object.entries(PROFILES)) {
  const { score, threshold } = bestThreshold(corpus, profile);
  console.log(`${name.padEnd(20)} ${score.toFixed(2).padStart(6)}  at threshold ${threshold.toFixed(4)}`);
}
const standard = PROFILES.standard;
const defaults = series.map((one) => ({ ...one, scores: detect(one, []) }));
console.log(
  `\nstandard, as detect comes (its own threshold): ${scoreAt(defaults, standard, 1e-9).score.toFixed(2)}`,
);
console.log("standard, each folder at the threshold that is best for the others:");
console.log(`  together ${leaveOneOut().toFixed(2)}\n`);

const { threshold } = bestThreshold(corpus, standard);
for (const { name, windows, found, falseAlarms } of perSeries(corpus, standard, threshold))
  console.log(`${name.padEnd(62)} found ${found} of ${windows}, false alarms ${falseAlarms}`);

/** The score of every row: that of its anomaly, 0 without one. */
function detect({ times, values }, more) {
  const input = times.map(
    (time, row) => `{"timestamp":"${time.replace(" ", "T")}Z","value":${values[row]}}\n`,
  );
  const words = ["detect", "--value", "value", "--method", "auto", ...more, ...options];
  const output = execFileSync(PROGRAM, words, {
    input: input.join(""),
    maxBuffer: 1 << 28,
    encoding: "utf8",
  });
  return Float64Array.from(output.trimEnd().split("\n"), (line) => JSON.parse(line).anomaly?.score ?? 0);
}

function leaveOneOut() {
  let raw = 0;
  for (const folder of new Set(corpus.map((one) => one.folder))) {
    const others = bestThreshold(
      corpus.filter((one) => one.folder !== folder),
      standard,
    );
    const own = corpus.filter((one) => one.folder === folder);
    const found = scoreAt(own, standard, others.threshold);
    const count = own.reduce((sum, one) => sum + one.windows.length, 0);
    raw += found.raw;
    console.log(
      `  ${folder.padEnd(22)} threshold ${others.threshold.toFixed(4)}  raw ${found.raw.toFixed(2)} of ${count}`,
    );
  }
  return (100 * (raw + windows)) / (2 * windows);
}
