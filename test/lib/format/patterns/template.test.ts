import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { templateFormat } from "../../../../src/lib/format/patterns/template/template.js";
import { within } from "../../../../src/lib/format/patterns/within.js";
import { read } from "../examples.js";

describe("template:", () => {
  it.each([
    [
      "{time} {level} [{thread}] {message}",
      "2026-11-21 10:00:00,250  WARN [pool-1] disk is full",
      { timestamp: "2026-11-21T10:00:00.250Z", level: "warn", thread: "pool-1", message: "disk is full" },
    ],
    [
      "{level}|{time}|{rest}",
      "E|Sat Nov 21 10:00:00 2026|a|b",
      { level: "error", timestamp: "2026-11-21T10:00:00Z", message: "a|b" },
    ],
    ["{timestamp:text} {x}", "later y", { timestamp_text: "later", x: "y" }],
    ["{when:time} - {x}", "2026-11-21T10:00:00+01:00 - y", { when: "2026-11-21T09:00:00Z", x: "y" }],
    ["took {took_ms} ms, {n:int} rows", "took 12.50 ms, 007 rows", { took_ms: "12.50", n: 7 }],
    ["took {took_ms} ms", "took - ms", {}],
    ["{status} {rest}", "OK fine", { status: "OK", message: "fine" }],
    [
      "{client:ip}:{port} {rest}",
      "2001:db8::1:8080 in",
      { client: "2001:db8::1", port: 8080, message: "in" },
    ],
    ["{{{a}}} {b}", "{x} y", { a: "x", b: "y" }],
    ["{} {user:word} {}", "a anna b c", { user: "anna" }],
    ["a  {x}  b", "a\t1 b", { x: "1" }],
    ["'{x}'", "'it's'", { x: "it's" }],
    ["{größe:int} µ", "12 µ", { größe: 12 }],
    ["{time} {level} {rest}", "2026-11-21 10:00:00 loud x", undefined],
    ["{time} {level} {rest}", "soon INFO x", undefined],
    ["{n:int} {rest}", "7a x", undefined],
    ["x {n:int}", "x 7 ", undefined],
    ["{a} end", "a b", undefined],
  ])("%s reads %s", (pattern, line, wanted) => {
    expect(read(templateFormat(pattern), line)).toBe(
      wanted && JSON.stringify(wanted).replace('"12.50"', "12.50"),
    );
  });

  it.each([
    ["{a}{b}", 3, "two names with nothing between: where does the first value end?"],
    ["x {a", 2, 'a "{" that is never closed: write "{{" for the character'],
    ["x } {a}", 2, 'a "}" that closes nothing: write "}}" for the character'],
    ["nothing", 0, "it has no names: write {name} for each value"],
    ["{} {}", 0, "it has no names: write {name} for each value"],
    ["{a b}", 1, "this is no name: write {name} or {name:int}"],
    ["{a:integer}", 1, 'unknown type "integer"'],
    ["{a} {a}", 4, '"a" stands twice'],
    ["{time} {timestamp}", 7, '"timestamp" stands twice'],
  ])("refuses %s", (pattern, offset, reason) => {
    expect(() => templateFormat(pattern)).toThrow(
      `--format template: ${reason}\n  ${pattern}\n  ${" ".repeat(offset)}^`,
    );
  });

  it("reads back what is printed by it", () => {
    const word = fc.stringMatching(/^[a-z0-9(){}."'-]{1,8}$/);
    const level = fc.constantFrom("trace", "debug", "info", "warn", "error", "fatal");
    const time = fc.date({ min: new Date("2001-01-01"), max: new Date("2030-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(time, level, word, fc.integer(), fc.string(), (at, severity, logger, n, message) => {
        fc.pre(message.trim() !== "" && !/^[ \t]/.test(message));
        const event = read(
          templateFormat("{time} {level} [{logger}] n={n:int}: {message}"),
          `${at.toISOString()} ${severity.toUpperCase()} [${logger}] n=${n}: ${message}`,
        );
        expect(JSON.parse(event!)).toEqual({
          timestamp: at.toISOString(),
          level: severity,
          logger,
          n: n + 0,
          message,
        });
      }),
    );
  });

  it("takes a time that grows with the line", () => {
    const pieces = [" ", "a ", "\t", ":", "- ", "1", "2026-11-21 "];
    for (const pattern of [
      "{a} b {c} d",
      "{a:int}:{b}",
      "{time} - {x}",
      "{a:ip} {b:int} {c}",
      " - {a} - {b} -",
    ]) {
      for (const piece of pieces) {
        const line = piece.repeat(60_000 / piece.length);
        const isDone = [1, 2, 3].some(
          () => within(1000, () => read(templateFormat(pattern), line)) !== undefined,
        );
        expect(isDone, `${pattern} on ${JSON.stringify(piece)}`).toBe(true);
      }
    }
  });
});
