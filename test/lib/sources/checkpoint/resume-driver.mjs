// Follows files with a checkpoint and writes every line to fd 1 as soon as it has it; acknowledges what it has written.
// Run as: node resume-driver.mjs MODULE CHECKPOINT OPTIONS PATTERN...
import { writeSync } from "node:fs";

const [module, checkpoint, options, ...patterns] = process.argv.slice(2);
const { openFollow } = await import(module);
const terminal = {
  env: {},
  cwd: process.cwd(),
  nowMs: () => Date.now(),
  complain: (text) => writeSync(2, `${text}\n`),
  notice: () => undefined,
};
const source = await openFollow(patterns, { ...JSON.parse(options), checkpoint }, terminal).catch((error) => {
  writeSync(2, `${error.message}\n`);
  process.exit(1);
});
// Durable once the test says so: one byte on standard input a block.
const bytes = process.stdin[Symbol.asyncIterator]();
let told = 0;
async function nextByte() {
  while (told === 0) told += (await bytes.next()).value.length;
  told--;
}
for (let block = await source.read(); block !== undefined; block = await source.read()) {
  writeSync(1, `${JSON.stringify({ cursor: block.cursor, text: block.bytes.toString() })}\n`);
  await nextByte();
  block.delivery.settle({ kind: "stored" });
}
await source.close();
