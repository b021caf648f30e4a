import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dissectFormat } from "../../../../src/lib/format/patterns/dissect.js";
import { read } from "../examples.js";

describe("dissect:", () => {
  it.each([
    ["%{a} %{b}", "x y z", { a: "x", b: "y z" }],
    ["[%{level}] %{message}", "[WARN] low", { level: "warn", message: "low" }],
    ["%{a}, %{}, %{?c}, %{d}", "1, 2, 3, 4", { a: "1", d: "4" }],
    ["%{a->} %{b}", "x     y", { a: "x", b: "y" }],
    ["%{a->}", "x", { a: "x" }],
    [
      "%{timestamp} %{+timestamp} %{m}",
      "2026-11-21 10:00:00 up",
      { timestamp: "2026-11-21T10:00:00Z", m: "up" },
    ],
    ["%{+n/2} %{+n/1} %{rest}", "world hello x", { n: "hello world", rest: "x" }],
    ["%{*k}=%{&k};%{rest}", "user=anna;x", { rest: "x", user: "anna" }],
    ["%{?k}=%{&k}", "user=anna", { user: "anna" }],
    ["%{n|integer} %{f|float} %{s|string} %{b|boolean}", "007 1.5 1 true", { n: 7, f: 1.5, s: "1", b: true }],
    ["%{n|integer}", "7a", { n: "7a" }],
    ["%{[http][status]|integer} %{[http][method]}", "200 GET", { http: { status: 200, method: "GET" } }],
    ["<%{a}>", "<x>y>", { a: "x>y" }],
    ["%{a},%{b},%{c}", "1,,3", { a: "1", c: "3" }],
    ["%{a} %{b}", "x", undefined],
    ["<%{a}>", "<x", undefined],
    ["<%{a}>", "x>", undefined],
    ["%{a}:", "x:y", { a: "x" }],
  ])("%s reads %s", (pattern, line, wanted) => {
    expect(read(dissectFormat(pattern), line)).toBe(wanted && JSON.stringify(wanted));
  });

  it.each([
    ["%{a}%{b}", 4, "two fields with nothing between: where does the first one end?"],
    ["x %{a", 2, '"%{" is never closed'],
    ["x", 0, "it has no field: write %{name} for each"],
    ["%{}-%{?a}", 0, "it has no field: write %{name} for each"],
    ["%{a|int} %{b}", 2, 'unknown type "int"'],
    ["%{a} %{a}", 5, 'field "a" stands twice: write %{+a} to join both'],
    ["%{x} %{&a}", 5, "no part gives the name: write %{*a}"],
    ["%{x} %{*a}", 5, "no part gives the value: write %{&a}"],
    ["%{x} %{[a}", 7, 'malformed field "[a": write [outer][inner]'],
  ])("refuses %s", (pattern, offset, reason) => {
    expect(() => dissectFormat(pattern)).toThrow(
      `--format dissect: ${reason}\n  ${pattern}\n  ${" ".repeat(offset)}^`,
    );
  });

  it("reads back what is printed by its pattern", () => {
    const text = fc.string({ minLength: 1, maxLength: 8 }).filter((s) => !/[ |]/.test(s) && s.trim() !== "");
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(" ", " | ", "|"),
        (values, glue) => {
          const pattern = values.map((_, n) => `%{v${n}}`).join(glue);
          const event = read(dissectFormat(`>${pattern}<`), `>${values.join(glue)}<`);
          expect(JSON.parse(event!)).toEqual(Object.fromEntries(values.map((value, n) => [`v${n}`, value])));
        },
      ),
    );
  });
});
