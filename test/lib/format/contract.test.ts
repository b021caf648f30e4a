import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventWriter } from "../../../src/lib/event/writer.js";
import type { Format, LineParser } from "../../../src/lib/format/format.js";
import { OPENINGS, openingOf } from "../../../src/lib/format/opening.js";
import { formats } from "../../../src/lib/format/registry.js";
import { runs } from "../../support/runs.js";
import { NOW_MS, read } from "./examples.js";

/** A parser that has seen the lines that come before an example. */
function parserAfter(format: Format, before: readonly string[] = []): LineParser {
  const parser = format.create({ nowMs: () => NOW_MS });
  for (const line of before) expect(parser.parse(line, new EventWriter())).toBe("skip");
  return parser;
}

it("gives each name to one format", () => {
  const names = formats.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  expect(names.filter((name, n) => names.indexOf(name) !== n)).toEqual([]);
});

/** What every format promises, whatever it reads. */
describe.each(formats.map((format) => [format.name, format] as const))("%s", (_name, format) => {
  it.each(format.examples.map((example) => [example.line, example] as const))(
    "reads %s",
    (_line, example) => {
      const parser = parserAfter(format, example.before);
      expect(read({ create: () => parser }, example.line)).toBe(example.event);
    },
  );

  it("has two examples that are read and two that are refused", () => {
    expect(format.examples.filter((example) => example.event !== undefined).length).toBeGreaterThanOrEqual(2);
    expect(format.examples.filter((example) => example.event === undefined).length).toBeGreaterThanOrEqual(2);
  });

  it("starts its lines as it says", () => {
    if (format.starts === undefined) return;
    const lines = format.examples.filter((example) => example.event !== undefined);
    for (const { line } of lines) expect(format.starts).toContain(line[0]);
  });

  it("opens its lines as it says", () => {
    if (format.openings === undefined) return;
    const lines = format.examples.filter((example) => example.event !== undefined);
    for (const { line } of lines) expect(format.openings).toContain(OPENINGS[openingOf(line)]);
  });

  it("makes one valid JSON object or refuses, for mutilated lines", () => {
    const line = fc.constantFrom(...format.examples);
    const junk = fc.oneof(
      fc.string({ unit: "binary", maxLength: 6 }),
      fc.constantFrom(
        '"',
        "\\",
        "[",
        "]",
        "{",
        "}",
        ":",
        ",",
        "=",
        "\t",
        "\u0000",
        " ",
        "-",
        "\u2028",
        "\ud800",
      ),
      line.map((example) => example.line),
    );
    fc.assert(
      fc.property(line, fc.nat(200), fc.nat(8), junk, ({ line: text, before }, at, drop, insert) => {
        const parser = parserAfter(format, before);
        const mutilated =
          text.slice(0, at % (text.length + 1)) + insert + text.slice((at % (text.length + 1)) + drop);
        const event = new EventWriter();
        if (parser.parse(mutilated, event) !== true) return;
        event.end();
        const printed = event.take();
        expect(printed.indexOf("\n")).toBe(printed.length - 1);
        expect(Object.prototype.toString.call(JSON.parse(printed))).toBe("[object Object]");
      }),
      { numRuns: runs(500) },
    );
  }, 300_000);

  it("takes linear time on long hostile lines", () => {
    for (const { line, before } of format.examples) {
      const parser = parserAfter(format, before);
      for (const piece of [
        " ",
        "a ",
        "a.",
        '" ',
        '\\"',
        '"',
        "[a] ",
        "a: ",
        "\\a",
        "a=",
        ', client: a, server: b, request: "',
        "- ",
        "1",
        "{",
        '{"a":[',
        '"log":{"level":"x"},',
        ',"event":"e"',
        "\t",
        "a,",
      ]) {
        for (const at of [0, Math.floor(line.length / 2), line.length]) {
          const started = process.cpuUsage().user;
          parser.parse(
            line.slice(0, at) + piece.repeat(200_000 / piece.length) + line.slice(at),
            new EventWriter(),
          );
          // Quadratic time would be minutes here; linear is milliseconds.
          expect(process.cpuUsage().user - started).toBeLessThan(3_000_000);
        }
      }
    }
  }, 300_000);
});
