import fc from "fast-check";
import { expect, it } from "vitest";
import { Block } from "../../../../src/lib/event/block.js";
import { newDelivery, STORED } from "../../../../src/lib/event/delivery/delivery.js";
import { Aligner } from "../../../../src/lib/pipeline/chain/aligner.js";
import { recordBoundary } from "../../../../src/lib/stages/parse/records/cut.js";

const boundary = (bytes: Buffer) => recordBoundary(bytes, []);

function block(text: string, stream: string, offset: number): Block {
  const made = new Block(Buffer.from(text), { source: "app.log" });
  made.cursor = { stream, offset };
  made.origin = { name: "app.log" };
  return made;
}

/** Text, place, and what is held there. */
const seen = (blocks: readonly Block[]) =>
  blocks.map(({ bytes, cursor, held }) => [
    bytes.toString(),
    `${cursor!.stream} ${cursor!.offset}`,
    ...(held === undefined ? [] : [held.toString()]),
  ]);

it("joins the lines of a record that come in two blocks, and says until then what it holds", () => {
  const aligner = new Aligner({ boundary });
  expect(seen(aligner.push(block("one\ntwo\n", "a", 8)))).toEqual([["one\n", "a 8", "two\n"]]);
  expect(seen(aligner.push(block("  at x\nthree\n", "a", 21)))).toEqual([
    ["two\n  at x\n", "a 21", "three\n"],
  ]);
  expect(seen(aligner.release())).toEqual([["three\n", "a 21"]]);
  expect(aligner.release()).toEqual([]);
});

it("keeps a rotated file and the one in its place apart: the last line of the one has its own cursor", () => {
  const aligner = new Aligner({ boundary });
  aligner.push(block("one\n", "a", 4));
  expect(seen(aligner.push(block("two\nthree\n", "b", 10)))).toEqual([
    ["one\n", "a 4"],
    ["two\n", "b 10", "three\n"],
  ]);
});

it("saves only what may be kept of the lines it holds, and hands on all of them", () => {
  const aligner = new Aligner({ boundary }, (lines) =>
    Buffer.from(lines.toString().replace("secret", "***")),
  );
  expect(seen(aligner.push(block("one\ntwo secret\n", "a", 15)))).toEqual([["one\n", "a 15", "two ***\n"]]);
  expect(seen(aligner.release())).toEqual([["two secret\n", "a 15"]]);
});

it("goes on with what a run before has held, once its stream does; of others that is let go", () => {
  const aligner = new Aligner({ boundary });
  aligner.load([block("one\n", "a", 4), block("two\n", "b", 4)]);
  expect(seen(aligner.push(block("  at x\nthree\n", "a", 17)))).toEqual([
    ["one\n  at x\n", "a 17", "three\n"],
  ]);
  expect(seen(aligner.push(block("four\nfive\n", "c", 10)))).toEqual([
    ["two\n", "b 4"],
    ["three\n", "a 17"],
    ["four\n", "c 10", "five\n"],
  ]);
  const idle = new Aligner({ boundary });
  idle.load([block("one\n", "a", 4)]);
  expect(seen(idle.release())).toEqual([["one\n", "a 4"]]);
});

it("settles a block once all its lines are, wherever the blocks are cut, and whatever is settled first", () => {
  const line = fc.constantFrom("one\n", "  at x\n", "two\n", "Caused by: y\n", "  at z\n");
  const blocks = fc.array(fc.array(line, { maxLength: 4 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(blocks, fc.array(fc.nat(), { minLength: 20, maxLength: 20 }), (texts, order) => {
      const aligner = new Aligner({ boundary });
      let came = 0;
      const ends: number[] = [];
      const isDone = texts.map(() => false);
      const pieces: Block[] = [];
      for (const [n, lines] of texts.entries()) {
        const one = block(lines.join(""), "a", n);
        one.delivery = newDelivery(() => void (isDone[n] = true));
        came += one.bytes.length;
        ends.push(came);
        pieces.push(...aligner.push(one));
      }
      pieces.push(...aligner.release());
      expect(pieces.map(({ bytes }) => bytes.toString()).join("")).toBe(texts.flat().join(""));
      let at = 0;
      const spans = pieces.map(({ bytes, delivery }) => ({ delivery, from: at, to: (at += bytes.length) }));
      const open = new Set(spans);
      for (let n = 0; open.size > 0; n++) {
        const span = [...open][(order[n] ?? 0) % open.size]!;
        open.delete(span);
        span.delivery?.settle(STORED);
        for (const [i, end] of ends.entries()) {
          const from = ends[i - 1] ?? 0;
          const isWaiting = [...open].some((other) => other.from < end && other.to > from);
          if (end > from) expect(isDone[i]).toBe(!isWaiting);
        }
      }
      expect(isDone).toEqual(texts.map(() => true));
    }),
  );
});
