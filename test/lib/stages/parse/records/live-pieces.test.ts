/** A piece of a line that a runtime has cut waits for the rest when nothing comes; what is whole does not. */
import { describe, expect, it } from "vitest";
import parse from "../../../../../src/commands/stages/parse.js";
import { Block } from "../../../../../src/lib/event/block.js";
import { formatNamed } from "../../../../../src/lib/format/registry.js";
import { defaultsOf } from "../../../../../src/lib/options/options.js";
import { Aligner } from "../../../../../src/lib/pipeline/chain/aligner.js";
import { Parser } from "../../../../../src/lib/stages/parse/parser.js";
import { parserSettings } from "../../../../../src/lib/stages/parse/settings.js";

const docker = (log: string, stream = "stdout", second = 1) =>
  JSON.stringify({ log, stream, time: `2026-11-21T10:00:0${second}Z` });

const CASES: readonly [string, number, readonly string[]][] = [
  ["a piece of CRI's", 5000, ["2026-11-21T10:00:01.1Z stdout P half "]],
  [
    "a second piece",
    5000,
    ["2026-11-21T10:00:01.1Z stdout P half ", "2026-11-21T10:00:01.1Z stdout P more "],
  ],
  [
    "a piece, and a whole line of the other stream",
    5000,
    ["2026-11-21T10:00:01.1Z stderr P half ", "2026-11-21T10:00:01.2Z stdout F whole"],
  ],
  ["a piece of Docker's", 5000, [docker("half ")]],
  [
    "a piece in an event of ingest",
    5000,
    [JSON.stringify({ source: "a.log", raw: "2026-11-21T10:00:01.1Z stdout P half " })],
  ],
  ["a whole line", 0, ["2026-11-21T10:00:01.1Z stdout F whole"]],
  [
    "pieces that are whole",
    0,
    ["2026-11-21T10:00:01.1Z stdout P half ", "2026-11-21T10:00:01.2Z stdout F done"],
  ],
  ["a whole line of Docker's", 0, [docker("whole\n")]],
  ["a piece that lines of much later are behind", 0, [docker("half "), docker("whole\n", "stderr", 7)]],
  ["a line that only looks so", 0, ["level=info msg=P"]],
];

const given = { operands: [], options: defaultsOf(parse.options) };

describe.each(CASES)("%s", (_, waitsMs, lines) => {
  const text = lines.map((line) => `${line}\n`).join("");

  it(`waits for ${waitsMs} ms`, () => {
    const align = parse.align!(given)!;
    expect(align.holdMs!(Buffer.from(text))).toBe(waitsMs);
    const aligner = new Aligner({ ...align, boundary: () => 0 });
    expect(aligner.holdMs).toBe(0);
    aligner.push(new Block(Buffer.from(text)));
    expect(aligner.holdMs).toBe(waitsMs);
    aligner.release();
    expect(aligner.holdMs).toBe(0);
  });

  it(`behind another stage waits for ${waitsMs} ms`, () => {
    let now = 1000;
    const context = { nowMs: () => now, reject: () => {}, count: () => {} };
    const parser = new Parser(formatNamed("auto", context), context, {
      ...parserSettings("auto", false, undefined),
      keepsRaw: false,
    });
    const emit = () => true;
    parser.push(new Block(Buffer.from(text)), emit);
    now += 4900;
    parser.idle(emit);
    expect(parser.heldBytes > 0).toBe(waitsMs > 0);
    now += 100;
    parser.idle(emit);
    expect(parser.heldBytes).toBe(0);
  });
});
