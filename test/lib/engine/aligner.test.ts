import { expect, it } from "vitest";
import { Aligner } from "../../../src/lib/engine/aligner.js";
import { Block } from "../../../src/lib/event/block.js";
import { recordBoundary } from "../../../src/lib/parse/records/cut.js";

const boundary = (bytes: Buffer) => recordBoundary(bytes, []);

function block(text: string, source: string, offset: number): Block {
  const made = new Block(Buffer.from(text), { source: "app.log" }, { source, offset });
  made.origin = { name: "app.log" };
  return made;
}

const seen = (blocks: readonly Block[]) => blocks.map(({ bytes, position }) => [bytes.toString(), position]);

it("joins the lines of a record that come in two blocks, and says until then what it holds", () => {
  const aligner = new Aligner(boundary);
  const held = Buffer.from("two\n").toString("base64");
  expect(seen(aligner.push(block("one\ntwo\n", "a", 8)))).toEqual([
    ["one\n", { source: "a", offset: 8, held }],
  ]);
  expect(seen(aligner.push(block("  at x\nthree\n", "a", 21)))).toEqual([
    ["two\n  at x\n", { source: "a", offset: 21, held: Buffer.from("three\n").toString("base64") }],
  ]);
  expect(seen([aligner.release()!])).toEqual([["three\n", { source: "a", offset: 21 }]]);
});

it("keeps a rotated file and the one in its place apart: the last line of the one has its own position", () => {
  const aligner = new Aligner(boundary);
  aligner.push(block("one\n", "a", 4));
  const held = Buffer.from("three\n").toString("base64");
  expect(seen(aligner.push(block("two\nthree\n", "b", 10)))).toEqual([
    ["one\n", { source: "a", offset: 4 }],
    ["two\n", { source: "b", offset: 10, held }],
  ]);
});

it("shows positions only what may be kept of the lines it holds, and hands on all of them", () => {
  const aligner = new Aligner(boundary, (lines) => Buffer.from(lines.toString().replace("secret", "***")));
  const held = Buffer.from("two ***\n").toString("base64");
  expect(seen(aligner.push(block("one\ntwo secret\n", "a", 15)))).toEqual([
    ["one\n", { source: "a", offset: 15, held }],
  ]);
  expect(seen([aligner.release()!])).toEqual([["two secret\n", { source: "a", offset: 15 }]]);
});
