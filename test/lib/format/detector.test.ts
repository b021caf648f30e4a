import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventWriter } from "../../../src/lib/event/writer.js";
import { FormatDetector } from "../../../src/lib/format/detector.js";
import type { Format, LineParser } from "../../../src/lib/format/format.js";
import { formatNamed, formats, resolveFormat } from "../../../src/lib/format/registry.js";
import { NOW_MS, read } from "./examples.js";

const context = { nowMs: () => NOW_MS };
const examples = formats
  .filter((format) => format.auto)
  .flatMap((format) => format.examples.map((example) => ({ format, ...example })));
const detect: Pick<Format, "create"> = { create: () => new FormatDetector(formats, context) };

describe("auto", () => {
  it.each(
    examples
      .filter((e) => e.event !== undefined)
      .map((e) => [e.format.name, e.line, e.event, e.before] as const),
  )("gives a line of %s to it: %s", (name, line, event, before = []) => {
    const detector = new FormatDetector(formats, context);
    for (const one of before) expect(detector.parse(one, new EventWriter())).toBe("skip");
    expect(parseWith(detector, line)).toBe(event);
    expect(detector.lastFormat?.name).toBe(name);
  });

  it("reads each line of any mixture as it reads it alone", () => {
    const lines = fc.array(fc.constantFrom(...examples.map((e) => e.line)), { maxLength: 60 });
    fc.assert(
      fc.property(lines, (mixture) => {
        const detector = new FormatDetector(formats, context);
        for (const line of mixture) expect(parseWith(detector, line)).toBe(read(detect, line));
      }),
    );
  });

  it("leaves nothing behind of a format that refuses late", () => {
    const writer = new EventWriter();
    expect(
      new FormatDetector(formats, context).parse(
        '192.0.2.7 - - [31/Nov/2026:10:00:01 +0100] "GET / HTTP/1.1" 200 x',
        writer,
      ),
    ).toBe(false);
    expect(writer.isEmpty).toBe(true);
  });

  it("never takes a line that what stands behind its time would hide", () => {
    const dated = examples.map((e) => e.line).filter((line) => /^\d{4}[-/.]/.test(line));
    const times = [
      "2026-11-21 10:00:01",
      "2026-11-21T10:00:01Z",
      "2026/11/21 10:00:01",
      "2026-11-21T10:00:01.123456+01:00",
      "2026-11-21 10:00:01,123",
      "2026-11-21 10:00:01.123 UTC",
      "2026-11-21 10:00:01 -0700",
    ];
    const parsers = formats
      .filter((f) => f.auto && f.isHeaded !== true)
      .map((format) => ({ format, parser: format.create(context) }));
    for (const time of times) {
      for (const line of dated) {
        const text = line.replace(/^[\d/.-]{10}[T ][\d:.,]{8,20}(?:Z|[+-]\d\d:?\d\d)?/, time);
        const taking = parsers.find(({ parser }) => parseWith(parser, text) !== undefined);
        const detector = new FormatDetector(formats, context);
        parseWith(detector, text);
        expect({ text, format: detector.lastFormat?.name }).toEqual({ text, format: taking?.format.name });
      }
    }
  });

  it("never takes a line that the table by first character would hide", () => {
    const parsers = formats
      .filter((f) => f.auto)
      .map((format) => ({ format, parser: format.create(context) }));
    fc.assert(
      fc.property(
        fc.constantFrom(...examples.map((e) => e.line)),
        fc.string({ unit: "binary", maxLength: 2 }),
        (line, before) => {
          const text = before + line.slice(before.length);
          const taking = parsers.find(({ parser }) => parseWith(parser, text) !== undefined);
          const detector = new FormatDetector(formats, context);
          parseWith(detector, text);
          expect(detector.lastFormat?.name).toBe(taking?.format.name);
        },
      ),
      { numRuns: 1000 },
    );
  }, 300_000);

  it.each([
    "",
    " ",
    "hello",
    "hello world: no format",
    "\ufeff",
    "=",
    "{",
    "[",
    "<",
    "12",
    "🛑 stop",
    "\u0000",
  ])("refuses %j", (line) => {
    expect(read(detect, line)).toBeUndefined();
  });
});

describe("formatNamed", () => {
  it("finds every name and alias, and no two formats share one", () => {
    const names = formats.flatMap((format) => [format.name, ...(format.aliases ?? [])]);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names)
      expect([resolveFormat(name).name, ...(resolveFormat(name).aliases ?? [])]).toContain(name);
    expect(resolveFormat("Combined").name).toBe("combined");
  });

  it("says which format read the last line", () => {
    const parser = formatNamed("clf", context);
    expect(parser.lastFormat).toBeUndefined();
    parser.parse('a - - [21/Nov/2026:10:00:01 +0100] "GET / HTTP/1.1" 200 1', new EventWriter());
    expect(parser.lastFormat?.name).toBe("common");
    parser.parse("x", new EventWriter());
    expect(parser.lastFormat).toBeUndefined();
  });

  it("suggests what was meant", () => {
    expect(() => formatNamed("combned", context)).toThrow(
      expect.objectContaining({
        code: "usage.bad-value",
        help: expect.stringContaining('did you mean "combined"?'),
      }),
    );
    expect(() => formatNamed("xyzzyxyzzy", context)).toThrow(
      expect.objectContaining({ help: expect.stringContaining("combined, common") }),
    );
  });
});

function parseWith(parser: LineParser, line: string): string | undefined {
  const writer = new EventWriter();
  const result = parser.parse(line, writer);
  if (result === false) return undefined;
  if (result === "skip") return "skip";
  writer.end();
  return writer.take().slice(0, -1);
}
