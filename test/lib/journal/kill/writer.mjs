// Appends numbers and says which were acknowledged; two readers take them down. Killed at any moment.
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

const [root, directory, out, firstText, mode] = process.argv.slice(2);
const { Journal } = await import(`${root}/dist/lib/journal/journal.js`);
const { Block } = await import(`${root}/dist/lib/event/block.js`);
const { scan } = await import(`${root}/dist/lib/event/scan.js`);
const { newDelivery, STORED } = await import(`${root}/dist/lib/event/delivery/delivery.js`);

const journal = await Journal.open({
  directory,
  nowMs: Date.now,
  readers: ["least", "exact"].map((name) => ({ name, counts: true, onFull: "block" })),
  segmentBytes: 2000,
});
const numbersIn = (block) =>
  block.bytes
    .toString()
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line).n);

/** Takes each block down, and says so then. */
async function least() {
  const reader = journal.reader("least");
  for (let block = await reader.read(); block !== undefined; block = await reader.read()) {
    appendFileSync(
      join(out, "least"),
      numbersIn(block)
        .map((n) => `${n}\n`)
        .join(""),
    );
    block.delivery.settle(STORED);
  }
  await reader.close();
}

/** Keeps its place with its content. */
async function exact() {
  const path = join(out, "exact");
  const reader = journal.reader("exact");
  const state = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : { cursors: [], numbers: [] };
  reader.replay.resume(state.cursors);
  for (let block = await reader.read(); block !== undefined; block = await reader.read()) {
    state.numbers.push(...numbersIn(block));
    state.cursors = [block.cursor];
    writeFileSync(`${path}.tmp`, JSON.stringify(state));
    renameSync(`${path}.tmp`, path);
    block.delivery.settle(STORED);
  }
  await reader.close();
}

const reading = Promise.all([least(), exact()]);
if (mode === "last") {
  await journal.finish();
  await reading;
  await journal.close();
} else {
  for (let n = Number(firstText); ; n++) {
    const [{ bytes, summary }] = scan(Buffer.from(`{"n":${n},"text":"${"x".repeat(n % 150)}"}\n`));
    const block = new Block(bytes, undefined, summary);
    const settled = new Promise((resolve) => {
      block.delivery = newDelivery(({ kind }) => {
        if (kind === "stored") writeSync(1, `${n}\n`);
        resolve();
      });
    });
    await journal.sink.write(block);
    if (n % 7 === 0) await settled;
  }
}
