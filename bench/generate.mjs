#!/usr/bin/env node
// Makes large inputs for tests and benchmarks, seeded: node bench/generate.mjs KIND --events N --seed S [--hostile] [-o
// FILE]
import { createWriteStream } from "node:fs";
import { parseArgs } from "node:util";
import { kinds } from "./generate/kinds.mjs";
import { random } from "./generate/random.mjs";

const chunkBytes = 1 << 20;

/**
 * Yields the lines of `kind` (`nginx`, `app`, `text` or `mixed`) as Buffers of about 1 MiB, whole lines each.
 * The same arguments give the same bytes. `hostile` adds keys that appear late, values of conflicting types and
 * malformed lines; without it every line is well formed. With `text` an event can be several lines.
 */
export function* generate(kind, { events, seed = 1, hostile = false, perSecond = 400 }) {
  const make = kinds[kind];
  if (make === undefined)
    throw new RangeError(`unknown kind "${kind}": use ${Object.keys(kinds).join(", ")}`);
  const maker = make(random(seed), { events, hostile, perSecond });
  let lines = "";
  for (let index = 0; index < events; index += 1) {
    lines += `${maker(index)}\n`;
    if (lines.length < chunkBytes) continue;
    yield Buffer.from(lines, "latin1");
    lines = "";
  }
  if (lines !== "") yield Buffer.from(lines, "latin1");
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      events: { type: "string", default: "1000" },
      seed: { type: "string", default: "1" },
      "per-second": { type: "string", default: "400" },
      hostile: { type: "boolean", default: false },
      output: { type: "string", short: "o" },
    },
  });
  const output = values.output === undefined ? process.stdout : createWriteStream(values.output);
  output.on("error", (error) => process.exit(error.code === "EPIPE" ? 0 : fail(error)));
  const wanted = { hostile: values.hostile, ...numbers(values) };
  for (const chunk of generate(positionals[0] ?? "nginx", wanted)) {
    if (!output.write(chunk)) await new Promise((resolve) => output.once("drain", resolve));
  }
  if (output !== process.stdout) await new Promise((resolve) => output.end(resolve));
}

function numbers(values) {
  const [events, seed, perSecond] = [values.events, values.seed, values["per-second"]].map(Number);
  if (![events, seed, perSecond].every((value) => Number.isFinite(value) && value >= 0)) {
    throw new RangeError("--events, --seed and --per-second take numbers");
  }
  return { events, seed, perSecond };
}

function fail(error) {
  process.stderr.write(`generate: ${error.message}\n`);
  return 1;
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  main().catch((error) => process.exit(fail(error)));
}
