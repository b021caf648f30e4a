import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventWriter } from "../../../src/lib/event/writer.js";
import { NOW_MS, read } from "./examples.js";
import { textFormats } from "./text-formats.js";

/** What every text format promises, whatever it reads. */
describe.each(textFormats.map((format) => [format.name, format] as const))("%s", (_name, format) => {
  it.each(format.examples.map((example) => [example.line, example.event]))("reads %s", (line, event) => {
    expect(read(format, line!)).toBe(event);
  });

  it("has two examples that are read and two that are refused", () => {
    expect(format.examples.filter((example) => example.event !== undefined).length).toBeGreaterThanOrEqual(2);
    expect(format.examples.filter((example) => example.event === undefined).length).toBeGreaterThanOrEqual(2);
  });

  it("starts its lines as it says", () => {
    if (format.starts === undefined) return;
    const lines = format.examples.filter((example) => example.event !== undefined);
    for (const { line } of lines) expect(format.starts).toContain(line[0]);
  });

  it("makes one valid JSON object or refuses, for mutilated lines", () => {
    const parser = format.create({ nowMs: () => NOW_MS });
    const line = fc.constantFrom(...format.examples.map((example) => example.line));
    const junk = fc.oneof(
      fc.string({ unit: "binary", maxLength: 6 }),
      fc.constantFrom('"', "\\", "[", "]", " ", "-", "\u2028", "\ud800"),
    );
    fc.assert(
      fc.property(line, fc.nat(200), fc.nat(8), junk, (text, at, drop, insert) => {
        const mutilated =
          text.slice(0, at % (text.length + 1)) + insert + text.slice((at % (text.length + 1)) + drop);
        const event = new EventWriter();
        if (parser.parse(mutilated, event) === false) return;
        event.end();
        const printed = event.take();
        expect(printed.indexOf("\n")).toBe(printed.length - 1);
        const keys = [...printed.matchAll(/(?:^\{|,)"([a-z_]+)":/g)];
        expect(keys.length).toBeGreaterThan(0);
        expect(typeof JSON.parse(printed)).toBe("object");
      }),
      { numRuns: 1500 },
    );
  });

  it("takes linear time on long hostile lines", () => {
    const parser = format.create({ nowMs: () => NOW_MS });
    for (const { line } of format.examples) {
      for (const piece of [
        " ",
        "a ",
        "a.",
        '" ',
        '\\"',
        '"',
        "[a] ",
        "a: ",
        "a=",
        ', client: a, server: b, request: "',
        "- ",
        "1",
      ]) {
        for (const at of [
          0,
          Math.floor(line.length / 3),
          Math.floor(line.length / 2),
          line.length - 1,
          line.length,
        ]) {
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
  }, 60_000);
});
