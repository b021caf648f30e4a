#!/usr/bin/env node
// Writes events to a table through the library, at a rate, and says when each was acknowledged:
// acknowledging-writer.mjs TABLE EVENTS_A_SECOND SECONDS FLUSH_MS; a line `N NANOSECONDS` (of CLOCK_MONOTONIC) each
// time that all events up to number N are acknowledged.
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { root } from "../lib/paths.mjs";

const ours = (path) => import(join(root, "dist/lib", path));
const [{ StoreSink }, { scan }, { Block }] = await Promise.all([
  ours("sinks/store/store.js"),
  ours("event/scan.js"),
  ours("event/block.js"),
]);
const [tableDirectory, rate, seconds, flushIntervalMs] = process.argv.slice(2);
const sink = await StoreSink.open({
  tableDirectory,
  segmentBytes: 128 * 1024 * 1024,
  flushIntervalMs: Number(flushIntervalMs),
  maxColumns: 1000,
  nowMs: () => Date.now(),
});
sink.onDurable = ({ offset }) => process.stdout.write(`${offset} ${process.hrtime.bigint()}\n`);

const start = performance.now();
let written = 0;
while (written < Number(rate) * Number(seconds)) {
  const due = Math.floor(((performance.now() - start) * Number(rate)) / 1000);
  let lines = "";
  for (; written < due; written++) lines += event(written + 1);
  if (lines !== "") {
    for (const { bytes, summary } of scan(Buffer.from(lines)))
      await sink.write(new Block(bytes, undefined, { source: "bench", offset: written }, summary));
  }
  await setTimeout(1);
}
await sink.close();

function event(n) {
  const trace = n.toString(16).padStart(32, "0");
  return `{"timestamp":"${new Date().toISOString()}","n":${n},"level":"info","service":"service-${n % 20}","host":"host-${n % 100}","trace_id":"${trace}","message":"request ${n} took ${n % 977} ms and was answered from the cache of the region","status":200,"latency_ms":${(n % 977) / 10},"path":"/api/v1/items/${n % 400}","user_id":${1_000_000 + (n % 50_000)}}\n`;
}
