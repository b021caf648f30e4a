/** The short form of `npm run fuzz`: mutated lines for every format, and for `parse` as a whole. */
import { describe, expect, it } from "vitest";
import parse from "../../../src/commands/stages/parse.js";
import { Block } from "../../../src/lib/event/block.js";
import { EventWriter } from "../../../src/lib/event/writer.js";
import { formats } from "../../../src/lib/format/registry.js";
import { defaultsOf } from "../../../src/lib/options/options.js";
import { Mutator } from "../../../tools/mutate.mjs";

const NOW_MS = Date.UTC(2026, 10, 21);
const LINES = 1_000;
const seeds = formats.flatMap(({ examples }) => examples.map(({ line }) => line));

describe("mutated lines", () => {
  it.each(formats.map((format) => [format.name, format] as const))(
    "make %s throw nothing and write JSON",
    (_, format) => {
      const own = format.examples.map(({ line }) => line);
      const mutator = new Mutator([...own, ...own, ...own, ...seeds], 3);
      const parser = format.create({ nowMs: () => NOW_MS });
      const writer = new EventWriter();
      for (let n = 0; n < LINES; n++) {
        const line = mutator.next();
        if (parser.parse(line, writer) === true) {
          writer.end();
          expect(() => JSON.parse(writer.take()), line).not.toThrow();
        } else writer.reset();
      }
    },
  );

  it("are all in the events of parse", () => {
    const mutator = new Mutator(seeds, 5);
    const given = { operands: [], options: defaultsOf(parse.options) };
    for (let n = 0; n < 10; n++) {
      const lines = Array.from({ length: 200 }, () => mutator.next());
      const counts: Record<string, number> = {};
      const count = (name: string, by = 1) => {
        counts[name] = (counts[name] ?? 0) + by;
      };
      const context = { nowMs: () => NOW_MS, reject: () => count("events"), count };
      const emit = ({ bytes }: Block) => {
        for (const line of bytes.toString().split("\n"))
          if (line !== "") count(typeof JSON.parse(line) === "object" ? "events" : "odd");
        return true;
      };
      const transform = parse.create(given, context, undefined as never);
      transform.push(new Block(Buffer.from(`${lines.join("\n")}\n`)), emit);
      transform.end?.(emit);
      const { events = 0, joined = 0, blank = 0, brackets = 0 } = counts;
      const headers = lines.filter((line) => line.startsWith("#")).length;
      expect(events + joined + blank + brackets + headers).toBeGreaterThanOrEqual(lines.length);
    }
  });
});
