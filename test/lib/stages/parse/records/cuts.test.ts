/**
 * Where the input is cut changes nothing, and neither does the way it comes: as lines with a label or as events of
 * `ingest`.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { Block } from "../../../../../src/lib/event/block.js";
import { frame } from "../../../../../src/lib/pipeline/chain/builtin-stages.js";
import { runs } from "../../../../support/runs.js";
import { LINES } from "./lines.js";
import { type Manner, parsedApart, parsedInTurn } from "./support.js";

/** Most often a few lines; now and then many of a kind, so that bounds are met. */
const lines = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...LINES).map((line) => [line]) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom(...LINES), fc.integer({ min: 2, max: 90 }))
          .map(([line, times]) => Array.from({ length: times }, () => line)),
      },
    ),
    { minLength: 1, maxLength: 40 },
  )
  .map((parts) => parts.flat());

const RUNS = { numRuns: runs(80) };

it.each<[string, Manner]>([
  ["auto", {}],
  ["keeping the lines", { keepRaw: true }],
  ["json", { format: "json" }],
  ["cri", { format: "cri" }],
  ["docker", { format: "docker" }],
  ["log4j", { format: "log4j" }],
  ["a pattern", { format: "regex:^(?<level>[a-z]+) (?<message>.*)$" }],
  ["records that begin with a date", { multiline: [String.raw`start:\d{4}-\d\d-\d\d`] }],
  ["records that go on when indented", { multiline: [String.raw`continue:^\s`] }],
  ["records that end with a bracket", { multiline: ["end:[)}]$"] }],
  ["records that begin and go on", { multiline: ["start:^[a-z]", String.raw`continue:^(?:\s|[A-Z])`] }],
  ["records that begin and end, bounded", { multiline: ["start:[Ee]rror", "end:7"], multilineMaxLines: 5 }],
  ["records that never begin", { multiline: ["start:never"], multilineMaxLines: 7, multilineMaxBytes: 300 }],
  ["no records", { noMultiline: true }],
])("gives the same wherever the input is cut: %s", (_, manner) => {
  fc.assert(
    fc.property(lines, fc.infiniteStream(fc.boolean()), (all, cuts) => {
      const whole = parsedInTurn([text(all)], manner);
      const pieces = cutAt(all, cuts);
      expect(parsedInTurn(pieces, manner)).toBe(whole);
      expect(parsedApart(pieces, manner)).toBe(whole);
      expect(
        parsedApart(
          all.map((line) => `${line}\n`),
          manner,
        ),
      ).toBe(whole);
    }),
    RUNS,
  );
});

it.each<[string, Manner]>([
  ["auto", {}],
  ["keeping the lines", { keepRaw: true }],
  ["json", { format: "json" }],
  ["cri", { format: "cri" }],
  ["log4j", { format: "log4j" }],
  ["records that begin with a date", { multiline: [String.raw`start:\d{4}-\d\d-\d\d`] }],
  ["no records", { noMultiline: true }],
])("reads from events of ingest what it reads from the file: %s", (_, manner) => {
  fc.assert(
    fc.property(lines, fc.infiniteStream(fc.boolean()), (all, cuts) => {
      const labels = { source: "app.log" };
      const direct = parsedApart([text(all)], { ...manner, labels });
      expect(parsedApart(cutAt(framed(all, labels), cuts), manner)).toBe(direct);
      expect(parsedInTurn(cutAt(framed(all, labels), cuts), manner)).toBe(direct);
    }),
    RUNS,
  );
});

const text = (all: readonly string[]) => all.map((line) => `${line}\n`).join("");

function cutAt(all: readonly string[], cuts: fc.Stream<boolean>): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const line of all) {
    piece += `${line}\n`;
    if (cuts.next().value === true) {
      pieces.push(piece);
      piece = "";
    }
  }
  return piece === "" ? pieces : [...pieces, piece];
}

function framed(all: readonly string[], labels: { readonly source: string }): string[] {
  const made: Block[] = [];
  const context = { nowMs: () => 0, reject: () => {}, count: () => {} };
  frame.create(context).push(new Block(Buffer.from(text(all)), labels), (block) => made.push(block) > 0);
  return made[0]!.bytes.toString().trimEnd().split("\n");
}
