/**
 * Throws mutated lines at every format: `npm run fuzz -- [LINES] [FORMAT...]`, a million lines each if not said. A
 * format may refuse any line; it may not throw, take more than 5 ms for one, or write what is no JSON. `parse` as a
 * whole may lose no line.
 */
import parse from "../dist/commands/stages/parse.js";
import { Block } from "../dist/lib/event/block.js";
import { EventWriter } from "../dist/lib/event/writer.js";
import { formats } from "../dist/lib/format/registry.js";
import { defaultsOf } from "../dist/lib/options/options.js";
import { Mutator } from "./mutate.mjs";

const LINE_MS_MAX = 5;
const BLOCK_LINES = 1_000;
const [lines = "1000000", ...asked] = process.argv.slice(2);
const count = Number(lines);
const nowMs = () => Date.UTC(2026, 10, 21);
const seeds = formats.flatMap(({ examples }) =>
  examples.flatMap(({ before = [], line }) => [...before, line]),
);
let faults = 0;

for (const format of formats) if (asked.length === 0 || asked.includes(format.name)) fuzzFormat(format);
if (asked.length === 0 || asked.includes("parse")) fuzzParse();
process.exitCode = faults > 0 ? 1 : 0;

function fuzzFormat(format) {
  const own = format.examples.map(({ line }) => line);
  // Most lines are near the format's own.
  const mutator = new Mutator([...own, ...own, ...own, ...own, ...seeds], 7);
  const parser = format.create({ nowMs });
  const writer = new EventWriter();
  let read = 0;
  const startedMs = performance.now();
  for (let n = 0; n < count; n++) {
    const line = mutator.next();
    const result = attempt(format.name, parser, line, writer);
    if (result === true) read++;
    writer.reset();
  }
  const seconds = (performance.now() - startedMs) / 1000;
  process.stdout.write(`${format.name}: ${count} lines, ${read} read, ${seconds.toFixed(1)} s\n`);
}

function attempt(name, parser, line, writer) {
  const startedMs = performance.now();
  try {
    const result = parser.parse(line, writer);
    if (performance.now() - startedMs > LINE_MS_MAX) confirmSlow(name, parser, line, writer);
    if (result !== true) return result;
    writer.end();
    JSON.parse(writer.take());
    return true;
  } catch (error) {
    fault(name, String(error), line);
    return false;
  }
}

/** Only a line that is slow every time is: the machine has other things to do. */
function confirmSlow(name, parser, line, writer) {
  let best = Number.POSITIVE_INFINITY;
  for (let n = 0; n < 10; n++) {
    const startedMs = performance.now();
    writer.reset();
    parser.parse(line, writer);
    best = Math.min(best, performance.now() - startedMs);
  }
  if (best > LINE_MS_MAX) fault(name, `took ${best.toFixed(1)} ms`, line);
}

/** Every line is in an event, in one that is joined, or blank; one that only says what others are is none. */
function fuzzParse() {
  const mutator = new Mutator(seeds, 11);
  const given = { operands: [], options: defaultsOf(parse.options) };
  for (let done = 0; done < count; done += BLOCK_LINES) {
    const block = Array.from({ length: BLOCK_LINES }, () => mutator.next());
    const counts = { events: 0, joined: 0, blank: 0, brackets: 0 };
    const context = {
      nowMs,
      reject: () => counts.events++,
      count: (name, by = 1) => (counts[name] = (counts[name] ?? 0) + by),
    };
    const emit = ({ bytes }) => {
      for (const line of bytes.toString().split("\n"))
        if (line !== "") counts.events += JSON.parse(line) === null ? 0 : 1;
      return true;
    };
    try {
      const transform = parse.create(given, context, undefined);
      transform.push(new Block(Buffer.from(`${block.join("\n")}\n`)), emit);
      transform.end(emit);
    } catch (error) {
      fault("parse", String(error?.stack ?? error), JSON.stringify(block));
      continue;
    }
    const headers = block.filter((line) => line.startsWith("#")).length;
    const kept = counts.events + counts.joined + counts.blank + counts.brackets;
    if (kept + headers < BLOCK_LINES)
      fault("parse", `${BLOCK_LINES - kept} lines lost`, JSON.stringify(block));
  }
  process.stdout.write(`parse: ${count} lines\n`);
}

function fault(name, what, line) {
  faults++;
  if (faults > 100) return;
  process.stdout.write(
    `FAULT ${name}: ${what}\n  ${line.length > 600 ? `${line.slice(0, 600)}... (${line.length})` : JSON.stringify(line)}\n`,
  );
}
