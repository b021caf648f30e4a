/** Node's pool, which small buffers share, is neither given away nor used again: it has 64 KiB from Node 24 on. */
import { afterEach, expect, it } from "vitest";
import { giveBuffer, takeBuffer } from "../../../src/lib/base/buffers.js";
import { transferable } from "../../../src/lib/pipeline/chain/worker-messages.js";

const usual = Buffer.poolSize;
afterEach(() => {
  Buffer.poolSize = usual;
});

it.each([8 * 1024, 64 * 1024, 256 * 1024])("with a pool of %i bytes", (poolSize) => {
  Buffer.poolSize = poolSize;
  // Node makes a new pool once the one of before is used up.
  for (let left = 512 * 1024; left > 0; left -= 3000) Buffer.allocUnsafe(3000);
  const pooled = Buffer.allocUnsafe((poolSize >>> 1) - 1);
  const beside = Buffer.allocUnsafe(100);
  expect(pooled.buffer.byteLength).toBe(poolSize);

  const moved = transferable(pooled);
  structuredClone(moved, { transfer: [moved.buffer] });
  beside.fill(7);
  expect(pooled.length).toBe((poolSize >>> 1) - 1);

  giveBuffer(pooled.buffer as ArrayBuffer);
  const taken = takeBuffer(poolSize);
  taken.fill(9);
  expect(beside.every((byte) => byte === 7)).toBe(true);
});

it("what is taken is nobody else's, from 4 KiB on", () => {
  Buffer.poolSize = 64 * 1024;
  const taken = [5000, 5000, 20_000, 70_000, 70_000].map((length) => takeBuffer(length).buffer);
  expect(new Set(taken).size).toBe(taken.length);
});
