import { describe, expect, it } from "vitest";
import { Block } from "../../../../../src/lib/event/block.js";
import { formatNamed } from "../../../../../src/lib/format/registry.js";
import { linearTest } from "../../../../../src/lib/stages/parse/multiline/linear-test.js";
import { recordRules } from "../../../../../src/lib/stages/parse/multiline/rules.js";
import { Parser } from "../../../../../src/lib/stages/parse/parser.js";
import { parserSettings } from "../../../../../src/lib/stages/parse/settings.js";
import { parsedInTurn } from "../records/support.js";

const none = { multiline: [], multilineMaxLines: 500, multilineMaxBytes: 1 << 20, noMultiline: false };

describe("rules", () => {
  it("are none by default", () => {
    expect(recordRules(none)).toBeUndefined();
  });

  it.each([
    ["begin:x", "start:REGEX, continue:REGEX or end:REGEX"],
    ["start:", "start:REGEX, continue:REGEX or end:REGEX"],
    ["^x", "start:REGEX, continue:REGEX or end:REGEX"],
    ["start:(a", "unterminated group"],
    [String.raw`start:(a)\1`, "refers back"],
    ["start:(?<=a)b*c*", "looks around"],
  ])("are refused: %s", (rule, reason) => {
    expect(() => recordRules({ ...none, multiline: [rule] })).toThrow(reason);
  });

  it("have one pattern of each kind", () => {
    expect(() => recordRules({ ...none, multiline: ["start:a", "start:b"] })).toThrow("already");
  });
});

describe("records by rules", () => {
  const messages = (multiline: string[], lines: string[], more = {}) =>
    parsedInTurn([lines.map((line) => `${line}\n`).join("")], { multiline, ...more })
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { message: string }).message);

  it("begin where start matches", () => {
    expect(messages(["start:^>"], ["0", "> 1", "a", "", "b", "> 2"])).toEqual(["0", "> 1\na\n\nb", "> 2"]);
  });

  it("go on where continue matches", () => {
    expect(messages([String.raw`continue:^\s`], ["1", " a", "\tb", "2", "3"])).toEqual([
      "1\n a\n\tb",
      "2",
      "3",
    ]);
  });

  it("end where end matches", () => {
    expect(messages(["end:;$"], ["a", "b;", "c;", "d"])).toEqual(["a\nb;", "c;", "d"]);
  });

  it("begin and go on, and what is neither is alone", () => {
    expect(messages(["start:^>", "continue:^ "], ["> 1", " a", "x", "y", "> 2", " b"])).toEqual([
      "> 1\n a",
      "x",
      "y",
      "> 2\n b",
    ]);
  });

  it("begin and end", () => {
    expect(messages(["start:^>", "end:^<"], ["> 1", "a", "<", "> 2", "b", "> 3", "<"])).toEqual([
      "> 1\na\n<",
      "> 2\nb",
      "> 3\n<",
    ]);
  });

  it("have no more lines and characters than allowed, and nothing is lost", () => {
    const lines = ["> 1", ..."abcdefgh"];
    expect(messages(["start:^>"], lines, { multilineMaxLines: 4 })).toEqual([
      "> 1\na\nb\nc",
      "d\ne\nf\ng",
      "h",
    ]);
    expect(messages(["start:^>"], lines, { multilineMaxBytes: 7 })).toEqual([
      "> 1\na\nb",
      "c\nd\ne\nf",
      "g\nh",
    ]);
  });

  it("are read as a whole by a pattern that spans lines, else by their first line", () => {
    const text = "> 1 by ann\nsize 7\n> 2 by bob\n";
    const format = String.raw`regex:^> (?<id>\d+) by (?<user>\w+)(?:\nsize (?<size>\d+))?$`;
    expect(parsedInTurn([text], { multiline: ["start:^>"], format })).toBe(
      '{"id":"1","user":"ann","size":7}\n{"id":"2","user":"bob"}\n',
    );
    const first = String.raw`regex:^> (?<id>\d+) by (?<user>\w+)$`;
    expect(parsedInTurn([text], { multiline: ["start:^>"], format: first })).toBe(
      '{"id":"1","user":"ann","message":"> 1 by ann\\nsize 7"}\n{"id":"2","user":"bob"}\n',
    );
  });

  it("are of one stream each, whatever comes between", () => {
    expect(
      messages(
        ["start:^>"],
        ["web-1  | > 1", "db-1   | > 2", "web-1  | a", "db-1   | b", "no container", "web-1  | c"],
      ),
    ).toEqual(["> 1\na", "> 2\nb", "no container", "c"]);
  });

  it("leave every line alone with --no-multiline, but for the pieces of one line", () => {
    const lines = [
      "2026-11-21T10:00:00Z ERROR it broke",
      "\tat a.B.c(B.java:1)",
      "2026-11-21T10:00:00.1Z stdout P two pie",
      "2026-11-21T10:00:00.2Z stdout F ces",
      "2026-11-21T10:00:00.3Z stdout F \tat a.B.c(B.java:1)",
    ];
    expect(messages([], lines, { noMultiline: true })).toEqual([
      "it broke",
      "\tat a.B.c(B.java:1)",
      "two pieces",
      "\tat a.B.c(B.java:1)",
    ]);
  });
});

describe("lines of a record that may go on", () => {
  it("wait for as long as --multiline-timeout says", () => {
    let nowMs = 0;
    const context = { nowMs: () => nowMs, reject: () => {}, count: () => {} };
    const rules = recordRules({ ...none, multiline: ["start:^>"] });
    const settings = { ...parserSettings("auto", false, rules), keepsRaw: false, holdMs: 5_000 };
    const parser = new Parser(formatNamed("auto", context), context, settings);
    const out: string[] = [];
    const emit = ({ bytes }: Block) => out.push(bytes.toString()) > 0;
    parser.push(new Block(Buffer.from("> 1\n")), emit);
    nowMs = 4_999;
    parser.idle(emit);
    expect(out.join("")).toBe("");
    parser.push(new Block(Buffer.from("a\n")), emit);
    nowMs = 9_998;
    parser.idle(emit);
    expect(out.join("")).toBe("");
    nowMs = 9_999;
    parser.idle(emit);
    expect(out.join("")).toBe('{"message":"> 1\\na","unparsed":true}\n');
  });
});

describe("a pattern", () => {
  it.each<[string, string, boolean]>([
    ["^\\d{4}-", "2026-", true],
    ["(?i)^error", "ERROR x", true],
    ["a+b", "xaab", true],
    ["(?:a|b)+$", "abab", true],
    ["\\\\$", "goes on\\", true],
    ["^.*;$", "a;b", false],
    [String.raw`^(?!\d{4}-)`, "2026-11-21", false],
    [String.raw`^(?!\d{4}-)`, "x", true],
  ])("%s is asked", (pattern, line, isFound) => {
    expect((linearTest(pattern) as (line: string) => boolean)(line)).toBe(isFound);
  });

  it.each(["(a+)+$", "a*a*a*a*a*c", "(?:a|aa)+$", ".*.*.*=.*"])(
    "%s takes no more than linear time",
    (pattern) => {
      const test = linearTest(pattern) as (line: string) => boolean;
      expect(test(`${"a".repeat(30_000)}b`)).toBe(false);
    },
    300_000,
  );

  it("that no linear engine knows is refused, not tried", () => {
    expect(linearTest("^(?:a?){40}a{40}$")).toMatch("for ever");
  });
});
