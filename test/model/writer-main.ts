/**
 * A writer in a process of its own: `writer TABLE`. Reads JSON lines from stdin, `{"append": [lines]}` or `{"close":
 * true}`, and answers each with a line once it is done: appended lines are acknowledged by then.
 */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { Block } from "../../src/lib/event/block.js";
import { scan } from "../../src/lib/event/scan.js";
import { StoreSink } from "../../src/lib/sinks/store/store.js";

const [table = "", nowMs = "0"] = process.argv.slice(2);
const sink = await StoreSink.open({
  tableDirectory: table,
  segmentBytes: 500,
  flushIntervalMs: 3_600_000,
  maxColumns: 40,
  nowMs: () => Number(nowMs),
});
writeSync(1, "open\n");
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as { append?: readonly string[]; close?: boolean };
  if (order.append !== undefined) {
    const scans = scan(Buffer.from(order.append.map((text) => `${text}\n`).join("")));
    for (const { bytes, summary } of scans) await sink.write(new Block(bytes, undefined, summary));
    await sink.flush();
  }
  if (order.close === true) {
    await sink.close();
    process.stdin.destroy();
  }
  writeSync(1, "done\n");
}
