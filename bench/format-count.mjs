/**
 * What more formats cost a line that is known: `node bench/format-count.mjs`. The same lines through the detector with
 * 20 and with 90 formats registered; the additional ones are made up, begin in all the ways that lines do, and refuse
 * everything. Nanoseconds a line, the best of several rounds, taken in turns.
 */
import { EventWriter } from "../dist/lib/event/writer.js";
import { FormatDetector } from "../dist/lib/format/detector.js";
import { OPENINGS } from "../dist/lib/format/opening.js";
import { formats } from "../dist/lib/format/registry.js";

const LINES = {
  combined: '192.0.2.7 - - [21/Nov/2026:10:00:00 +0000] "GET /shop?id=7 HTTP/1.1" 200 1043 "-" "curl/8.5.0"',
  rfc5424: "<34>1 2026-11-21T10:00:00.003Z web1.example.org su 77 ID47 - cannot open the box",
  log4j: "2026-11-21 10:00:00,123 ERROR [main] org.example.Shop - cannot open the box",
  logfmt: 'time=2026-11-21T10:00:00Z level=info msg="opened the box" took=7ms box=12',
  json: '{"time":"2026-11-21T10:00:00Z","level":"info","msg":"opened the box","took":7}',
  text: "2026-11-21T10:00:00Z INFO shop: opened the box",
};
const ROUNDS = 15;
const TIMES = 4_000;
const nowMs = () => Date.UTC(2026, 10, 21);

const wanted = new Set(["combined", "common", "rfc5424", "log4j", "logfmt", "json", "text", "iso-text"]);
const auto = formats.filter((format) => format.auto);
const others = auto
  .filter(({ name }) => !wanted.has(name))
  .slice(0, 20 - auto.filter(({ name }) => wanted.has(name)).length);
const few = auto.filter((format) => wanted.has(format.name) || others.includes(format));
const made = Array.from({ length: Math.max(0, 90 - auto.length) }, (_, n) => madeUp(n));
// Behind the structured ones and before those that take nearly anything, as new ones stand.
const many = [...auto.slice(0, auto.length - 2), ...made, ...auto.slice(auto.length - 2)];

/** A format as they are: it begins in one way, and tells by a few characters more that a line is not its own. */
function madeUp(n) {
  const pattern = new RegExp(`^\\S{4,40} \\(made-up-${n}\\) `);
  return {
    name: `made-up-${n}`,
    summary: "refuses every line",
    examples: [],
    auto: true,
    openings: [OPENINGS[n % OPENINGS.length]],
    reference: "none",
    create: () => ({ parse: (line) => pattern.test(line) }),
  };
}

function nanoseconds(detector, line) {
  const writer = new EventWriter();
  const startedNs = process.hrtime.bigint();
  for (let n = 0; n < TIMES; n++) {
    detector.parse(line, writer);
    writer.reset();
  }
  return Number(process.hrtime.bigint() - startedNs) / TIMES;
}

for (const [name, line] of Object.entries(LINES)) {
  const detectors = [few, many].map((all) => new FormatDetector(all, { nowMs }));
  const best = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < ROUNDS; round++)
    for (const [n, detector] of detectors.entries()) best[n] = Math.min(best[n], nanoseconds(detector, line));
  const [a, b] = best.map((ns) => ns.toFixed(0).padStart(5));
  const more = ((best[1] / best[0] - 1) * 100).toFixed(1);
  process.stdout.write(
    `${name.padEnd(9)} ${few.length} formats ${a} ns, ${many.length} formats ${b} ns, ${more}% more\n`,
  );
}
