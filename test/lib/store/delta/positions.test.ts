import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { StoreSink } from "../../../../src/lib/sinks/store/store.js";
import { positionActions, positionsIn } from "../../../../src/lib/store/delta/positions.js";
import { readSnapshot } from "../../../../src/lib/store/delta/snapshot.js";
import { blocksOf, storeOptions, temporaryDirectory } from "../support.js";

test("a table knows how far each source is in it, and what lines it lacks", async () => {
  const table = temporaryDirectory();
  const held = Buffer.from("the start of a record\n");
  const first = { stream: "c/a.log", offset: 100 };
  const second = { stream: "c/b.log", offset: 7, print: "64:5f2c9d0e8a31" };
  for (const [n, cursor] of [first, second].entries()) {
    const sink = await StoreSink.open(storeOptions(table));
    for (const block of blocksOf([`{"n":${n}}`], cursor)) {
      if (n === 0) block.held = held;
      await sink.write(block);
    }
    await sink.close();
  }
  const sink = await StoreSink.open(storeOptions(table));
  expect(await sink.checkpoints.resume()).toEqual({
    cursors: [{ cursor: first, held }, { cursor: second }],
    states: new Map(),
    elsewhere: new Set(),
  });
  for (const block of blocksOf(['{"n":2}'], { stream: "c/a.log", offset: 200 })) await sink.write(block);
  await sink.close();
  const last = await StoreSink.open(storeOptions(table));
  expect((await last.checkpoints.resume()).cursors).toContainEqual({
    cursor: { stream: "c/a.log", offset: 200 },
  });
  await last.close();
});

test("positions go through the actions of a commit and back; of several the last counts", () => {
  const positions = [
    { source: "a", offset: 1, held: "eA==" },
    undefined,
    { source: "b", offset: 5, held: "eQ==" },
    { source: "a", offset: 2 },
    { source: "c", offset: 3, known: '{"":";"}' },
    { source: "d", offset: 4, print: "64:5f2c9d0e8a31", held: "eg==", known: "k" },
  ];
  const { txns, held } = positionActions(positions, 0);
  expect(positionsIn([{ commitInfo: { held } }, ...txns])).toEqual([
    { source: "a", offset: 2 },
    { source: "b", offset: 5, held: "eQ==" },
    { source: "c", offset: 3, known: '{"":";"}' },
    { source: "d", offset: 4, print: "64:5f2c9d0e8a31", held: "eg==", known: "k" },
  ]);
});

test("a log says it as it always has, so that older and newer versions go on from each other's stores", async () => {
  const table = temporaryDirectory();
  const sink = await StoreSink.open(storeOptions(table));
  const [block] = blocksOf(['{"n":1}'], { stream: "c/a.log", offset: 100, print: "64:5f2c9d0e8a31" });
  block!.held = Buffer.from("the start of a record\n");
  await sink.write(block!);
  await sink.flush();
  const name = readdirSync(table, { recursive: true, encoding: "utf8" }).find((path) =>
    path.endsWith(".commits"),
  );
  const position =
    '{"source":"c/a.log","offset":100,"held":"dGhlIHN0YXJ0IG9mIGEgcmVjb3JkCg==","print":"64:5f2c9d0e8a31"}';
  expect(readFileSync(join(table, name!), "utf8")).toContain(`"position":${position}`);
  await sink.close();
  expect((await readSnapshot(table)).positions).toEqual(new Map([["c/a.log", JSON.parse(position)]]));
});
