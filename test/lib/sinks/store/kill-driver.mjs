// Child process of kill.test.ts: stores numbered events until it is killed, and says on stdout which are durable.
import { writeSync } from "node:fs";
import { Block } from "../../../../dist/lib/event/block.js";
import { newDelivery } from "../../../../dist/lib/event/delivery/delivery.js";
import { scan } from "../../../../dist/lib/event/scan.js";
import { StoreSink } from "../../../../dist/lib/sinks/store/store.js";

const [tableDirectory, name] = process.argv.slice(2);
const sink = await StoreSink.open({
  tableDirectory,
  segmentBytes: 20_000,
  flushIntervalMs: 200,
  maxColumns: 1000,
  nowMs: Date.now,
});
writeSync(1, "0\n");
for (let block = 1; ; block++) {
  const lines = Array.from({ length: 20 }, (_, n) => {
    const time = new Date(Date.UTC(2026, 10, 20 + (n % 3))).toISOString();
    return `{"timestamp":"${time}","writer":"${name}","block":${block},"n":${n},"key_${block % 7}":${n % 2 ? n : `"${n}"`}}\n`;
  });
  const [checked] = scan(Buffer.from(lines.join("")));
  const record = {
    time: "2026-11-20T00:00:00Z",
    stage: "check",
    reason: "bad",
    source: name,
    raw: `${name} ${block}`,
  };
  sink.setAside({ bytes: Buffer.from(`${JSON.stringify(record)}\n`), lines: 1 });
  const made = new Block(checked.bytes, undefined, checked.summary);
  made.cursor = { stream: name, offset: block };
  made.delivery = newDelivery(() => writeSync(1, `${block}\n`));
  await sink.write(made);
  if (block % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}
