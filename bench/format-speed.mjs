/**
 * How fast each format is read with detection on: `node bench/format-speed.mjs [NAME...]`. Each of its own examples, as
 * docs/formats.md has them, again and again through a detector that knows all formats, as in a stream of such lines;
 * megabytes a second of one thread by processor time, over all examples of the format, records joined already. With
 * `--below N` only what is slower than N MB/s; with `--each` a row for each example.
 */
import { EventWriter } from "../dist/lib/event/writer.js";
import { FormatDetector } from "../dist/lib/format/detector.js";
import { formats } from "../dist/lib/format/registry.js";

const LEAST_BYTES = 400_000;
const ROUNDS = 5;
const NOW_MS = Date.UTC(2026, 10, 21);
const nowMs = () => NOW_MS;
const words = process.argv.slice(2);
const at = words.indexOf("--below");
const limit = at < 0 ? Number.POSITIVE_INFINITY : Number(words.splice(at, 2)[1]);
const each = words.indexOf("--each");
if (each >= 0) words.splice(each, 1);

/** Microseconds that `times` of the record take, the best of the rounds; undefined: it is not read. */
function microseconds({ before = [], line }, times) {
  const writer = new EventWriter();
  let best = Number.POSITIVE_INFINITY;
  const detector = new FormatDetector(formats, { nowMs });
  for (const header of before) if (detector.parse(header, writer) === true) writer.end();
  for (let round = 0; round < ROUNDS; round++) {
    const started = process.cpuUsage().user;
    for (let n = 0; n < times; n++) {
      if (detector.parse(line, writer) !== true) return undefined;
      writer.end();
      if (writer.length > 1e6) writer.take();
    }
    best = Math.min(best, process.cpuUsage().user - started);
  }
  return { time: best, read: detector.lastFormat?.name };
}

const rows = [];
for (const format of formats) {
  if (!format.auto || (words.length > 0 && !words.includes(format.name))) continue;
  let bytes = 0;
  let ns = 0;
  for (const example of format.examples) {
    if (example.event === undefined) continue;
    const size = Buffer.byteLength(example.line) + 1;
    const times = Math.ceil(LEAST_BYTES / size);
    const found = microseconds(example, times);
    if (found === undefined) continue;
    const one = (found.time * 1000) / times;
    bytes += size;
    ns += one;
    if (each >= 0) rows.push({ name: found.read, speed: (size * 1000) / one, ns: one, line: example.line });
  }
  if (each < 0 && bytes > 0) rows.push({ name: format.name, speed: (bytes * 1000) / ns, ns });
}
rows.sort((a, b) => a.speed - b.speed);
for (const { name, speed, ns, line = "" } of rows)
  if (speed < limit)
    process.stdout.write(
      `${String(name).padEnd(20)} ${speed.toFixed(1).padStart(6)} MB/s ${ns.toFixed(0).padStart(7)} ns  ${JSON.stringify(line).slice(1, 100)}\n`.trimEnd() +
        "\n",
    );
