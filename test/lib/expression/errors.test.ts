import { describe, expect, it } from "vitest";
import { errorOf } from "./support.js";

/** Expression, message (with the caret's line), help. */
const CASES: readonly (readonly [string, string, string, string | undefined])[] = [
  ["", "^", "there is no expression", 'write one like level == "error"'],
  ["level = 'error'", "      ^", '"=" is no operator', 'did you mean "=="?'],
  ["a & b", "  ^", '"&" is no operator', 'did you mean "&&"?'],
  ["a and b", "  ^", '"and" stands where an operator or the end is expected', 'did you mean "&&"?'],
  ["level == ", "        ^", "it ends where a value: a field, a number, a string is expected", undefined],
  ["(a == 1", "       ^", "it ends where the ) that belongs to the ( is expected", undefined],
  ["a == 1)", "      ^", '")" stands where an operator or the end is expected', undefined],
  ['a == "x', "     ^", "this string is not closed", 'end it with "'],
  ['a == "\\q"', "      ^", '"\\q" is no escape in a string', undefined],
  ["latency > 5s", "           ^", '"s" follows a number', undefined],
  [
    '5 > "x"',
    "  ^",
    "> compares a number with a string",
    'make both the same: int("7"), double("0.5") or string(7)',
  ],
  ["size(a) == '3'", "        ^", "== compares a number with a string", undefined],
  ["a && 5", "     ^", "&& joins conditions, and this is a number", undefined],
  ["!5", " ^", "! wants true or false, and this is a number", undefined],
  ["[1] > [2]", "    ^", "> cannot compare a list", undefined],
  [
    "1 in 'abc'",
    "  ^",
    "in looks into a list or a map, and this is a string",
    "to look for text in text: text.contains(part)",
  ],
  ["a.contain('x')", "  ^", 'there is no function "contain"', 'did you mean "contains"?'],
  ["toLowerCase(a)", "^", 'there is no function "toLowerCase"', 'did you mean "lower"?'],
  ["contains(a)", "^", "contains takes (text, part), and 1 are given", undefined],
  ["a.contains(5)", "           ^", "contains wants a string here, and this is a number", undefined],
  ["a.matches(b)", "          ^", "the pattern must be written out", undefined],
  [
    "a.matches('(')",
    "          ^",
    "this pattern cannot be read: error parsing regexp: missing closing ): `(`",
    undefined,
  ],
  [
    "a.matches('(?=x)')",
    "          ^",
    undefined as never,
    "look-around and back-references are left out: their time can grow without bound",
  ],
  ["level >= 'wran'", "      ^", '"wran" is no level', 'did you mean "warn"?'],
  ["timestamp > timestamp('soon')", "                      ^", '"soon" is no time', undefined],
  ["now() > timestamp", "^", "now() cannot be used here", undefined],
  ["items.exists(i)", "      ^", "exists wants name, condition", undefined],
  ["exists(items, i, true)", "^", "exists stands behind a list and a dot", undefined],
  ["has(5)", "    ^", "has() asks for a field", "write it like has(user.id)"],
  ["a ~ b", "  ^", '"~" is no operator', 'did you mean ".matches(...)"?'],
  ["a # b", "  ^", '"#" cannot stand here', undefined],
  ["'abc'.x", "      ^", ".x looks into a map, and this is a string", undefined],
  ['ip.inCidr("10.0.0.0/33")', "          ^", '"10.0.0.0/33" is no range of addresses', undefined],
  ["ip.inCidr(net)", "          ^", "the range must be written out", undefined],
  ["``", "^", "there is no name between the backquotes", undefined],
];

describe("errors of expressions", () => {
  it.each(CASES)("%s", (text, caret, reason, help) => {
    const found = errorOf(text);
    const [first, shown, place] = found.message.split("\n");
    if (reason !== undefined) expect(first).toBe(`EXPR: ${reason}`);
    expect(shown).toBe(`  ${text}`);
    expect(place).toBe(`  ${caret}`);
    if (help !== undefined) expect(found.help).toBe(help);
  });

  it("wants a condition where one is needed", () => {
    expect(errorOf("size(a)", { isCondition: true }).message).toMatch(
      /a condition is wanted, and this is a number/,
    );
  });

  it("shows the part around the place of a long text, on one line", () => {
    const { message } = errorOf(`${"a == 1 ||\n".repeat(50)}b == = 1 || ${"c == 1 || ".repeat(50)} true`);
    const [, shown = "", caret = ""] = message.split("\n");
    expect(shown.length).toBeLessThan(180);
    expect(shown[caret.indexOf("^")]).toBe("=");
    expect(shown.slice(caret.indexOf("^") - 5)).toMatch(/^b == = 1/);
  });
});

describe("hostile expressions", () => {
  it.each([
    ["parentheses", "(".repeat(50_000), /nested deeper than 100/],
    ["lists", "[".repeat(50_000), /nested deeper than 100/],
    ["not", `${"!".repeat(50_000)}a`, /nested deeper than 100/],
    ["minus", `${"- ".repeat(30_000)}a`, /nested deeper than 100/],
    ["sums", `1${"+1".repeat(20_000)}`, /nested deeper than 100/],
    ["members", `a${".a".repeat(20_000)}`, /nested deeper than 100/],
    ["choices", "a?a:".repeat(10_000), /nested deeper than 100/],
    ["calls", "size(".repeat(10_000), /nested deeper than 100/],
    ["methods", `a${".trim()".repeat(5000)}`, /nested deeper than 100/],
    ["length", "a".repeat(70_000), /longer than 65536 characters/],
    ["a long name", "a".repeat(300), /this name is too long/],
    ["fields", Array.from({ length: 300 }, (_, n) => `f${n} == 1`).join(" || "), /more than 256 fields/],
    ["a long pattern", `a.matches("${"x".repeat(3000)}")`, /a pattern longer than 2000/],
    ["a pattern that multiplies", 'a.matches("((a{1000}){1000}){1000}")', /this pattern cannot be read/],
    ["a large number", `a == ${"9".repeat(400)}`, /this number is too large/],
    ["a control character", "a \u0001 b", /a control character cannot stand here/],
  ])("%s", (_, text, reason) => {
    expect(errorOf(text).message).toMatch(reason);
  });
});
