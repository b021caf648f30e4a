#!/usr/bin/env node
// How many times a second `timeAt` reads from lines of one layout, each with a time of its own, beside Date.parse where
// that reads the layout at all (it gives milliseconds, never the end of the time, and takes what it cannot know to be
// local):
//
//   npm run build && node bench/times.mjs
import { timeAt } from "../dist/lib/base/time/time-at.js";

const LINES = 20_000;
const ROUNDS = 25;
const START_MS = Date.UTC(2026, 10, 21, 10);
const NOW_MS = Date.UTC(2026, 10, 30);

const iso = (ms) => new Date(ms).toISOString();
const clock = (ms) => iso(ms).slice(11, 19);

const LAYOUTS = {
  "RFC 3339": (ms) => iso(ms),
  "with an offset": (ms) => `${iso(ms).slice(0, 23)}+01:00`,
  log4j: (ms) => iso(ms).slice(0, 23).replace("T", " ").replace(".", ","),
  "a new second each": (ms) =>
    iso(START_MS + (ms - START_MS) * 100)
      .slice(0, 19)
      .replace("T", " "),
  "common log": (ms) => `21/Nov/2026:${clock(ms)} +0000`,
  "RFC 3164": (ms) => `Nov 21 ${clock(ms)}`,
  ctime: (ms) => `Sat Nov 21 ${clock(ms)}.${iso(ms).slice(20, 23)} 2026`,
  "java.util.logging": (ms) => `Nov 21, 2026 ${clock(ms)} AM`,
  "three numbers": (ms) => `11/21/2026 ${clock(ms)} AM`,
  "since 1970": (ms) => (ms / 1000).toFixed(6),
  none: (ms) => `GET /index.html?${ms}`,
};

for (const [name, print] of Object.entries(LAYOUTS)) {
  const texts = Array.from({ length: LINES }, (_, n) => print(START_MS + n * 37));
  const lines = texts.map((text) => `${text} INFO x`);
  const ours = millionsASecond(lines, (line) => timeAt(line, 0, NOW_MS)?.end ?? 0);
  const reads = !Number.isNaN(Date.parse(texts[0]));
  const dates = reads ? `${millionsASecond(texts, Date.parse).toFixed(1).padStart(5)} Date.parse` : "";
  process.stdout.write(`${name.padEnd(20)} ${ours.toFixed(1).padStart(5)} M/s ${dates}\n`);
}

/** By the time of the processor, so that other work on the machine counts less. */
function millionsASecond(texts, read) {
  let sum = 0;
  const run = (rounds) => {
    for (let round = 0; round < rounds; round++) for (const text of texts) sum += read(text);
  };
  run(10);
  const before = process.cpuUsage().user;
  run(ROUNDS);
  const micros = process.cpuUsage().user - before;
  return Number.isNaN(sum) ? 0 : (ROUNDS * texts.length) / micros;
}
