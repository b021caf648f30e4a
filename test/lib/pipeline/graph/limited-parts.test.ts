/** Before a sink the pieces that a limit makes of a block count together, or not at all. */
import { expect, it } from "vitest";
import throttle from "../../../../src/commands/stages/throttle.js";
import { Block } from "../../../../src/lib/event/block.js";
import { newDelivery } from "../../../../src/lib/event/delivery/delivery.js";
import type { RateLimit } from "../../../../src/lib/pipeline/contract/graph.js";
import type { Source } from "../../../../src/lib/pipeline/contract/source.js";
import type { StageDeclaration } from "../../../../src/lib/pipeline/contract/stage.js";
import { LimitCounts } from "../../../../src/lib/pipeline/run/graph/legs/limit-counts.js";
import { LimitedSource } from "../../../../src/lib/pipeline/run/graph/legs/limited-source.js";

const LIMIT: RateLimit = {
  events: { amount: 100, intervalMs: 1000, unit: "events" },
  burstEvents: 1,
  by: [],
  maxKeys: 10,
  onLimit: "block",
};

async function piecesOf(areParts: boolean): Promise<Block[]> {
  const block = new Block(Buffer.from('{"n":1}\n{"n":2}\n{"n":3}\n'));
  block.delivery = newDelivery(() => {});
  block.cursor = { stream: "a/b", offset: 24 };
  const blocks = [block];
  const source: Source = {
    read: async () => blocks.shift(),
    stop: () => {},
    close: async () => {},
  };
  const limiting = { throttle: throttle as StageDeclaration, limits: new LimitCounts(), areParts };
  const limited = new LimitedSource(source, LIMIT, "s", limiting, { nowMs: Date.now });
  const pieces: Block[] = [];
  for (let piece = await limited.read(); piece !== undefined; piece = await limited.read())
    pieces.push(piece);
  return pieces;
}

it("the cursor is on the last piece, and the others are parts", async () => {
  const pieces = await piecesOf(true);
  expect(pieces.map(({ bytes }) => bytes.toString()).join("")).toBe('{"n":1}\n{"n":2}\n{"n":3}\n');
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.map(({ cursor }) => cursor?.offset)).toEqual([...pieces.slice(1).map(() => undefined), 24]);
  expect(pieces.map(({ isPart }) => isPart === true)).toEqual([...pieces.slice(1).map(() => true), false]);
});

it("behind a source each piece counts when it comes", async () => {
  expect((await piecesOf(false)).some(({ isPart }) => isPart === true)).toBe(false);
});
