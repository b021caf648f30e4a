import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LogpipeError } from "../../../src/lib/base/errors/index.js";
import { firstOperand, hasFlag, parseWords, withDefaults } from "../../../src/lib/options/command-line.js";
import { allOptions, everywhere, pipelineOptions } from "../../../src/lib/options/common.js";
import { choice, flag, integer, list, text } from "../../../src/lib/options/options.js";

const options = {
  format: text({ short: "f", summary: "", default: "auto" }),
  set: list({ short: "s", summary: "" }),
  keepRaw: flag({ short: "k", summary: "" }),
  wrap: flag({ summary: "", default: true }),
  level: choice({ summary: "", choices: ["info", "warn"] }),
  limit: integer({ short: "l", summary: "", default: 10 }),
};
const parse = (...words: string[]) => parseWords("demo", options, words);
const failureOf = (...words: string[]): LogpipeError => {
  try {
    parse(...words);
  } catch (error) {
    return error as LogpipeError;
  }
  throw new Error(`${words} was taken`);
};

describe("shapes of options", () => {
  it.each([
    [["--format=json"], { format: "json" }],
    [["--format", "json"], { format: "json" }],
    [["-f", "json"], { format: "json" }],
    [["-fjson"], { format: "json" }],
    [["-kfjson"], { keepRaw: true, format: "json" }],
    [["--format", "-1"], { format: "-1" }],
    [["--format="], { format: "" }],
    [["--format=a=b"], { format: "a=b" }],
    [["--no-wrap"], { wrap: false }],
    [["--no-keep-raw"], { keepRaw: false }],
    [["--keep-raw", "--no-keep-raw"], { keepRaw: false }],
    [["--keep-raw=false"], { keepRaw: false }],
    [["-s", "a=1", "--set=b=2"], { set: ["a=1", "b=2"] }],
    [["--format", "a", "--format", "b"], { format: "b" }],
    [["-l", "5"], { limit: 5 }],
  ])("%j", (words, expected) => {
    expect(parse(...words)).toEqual({ operands: [], operandIndexes: [], options: expected });
  });

  it("operands may stand anywhere, - is one, and after -- everything is", () => {
    const parsed = parse("a", "-k", "-", "--", "--set", "-x");
    expect(parsed).toEqual({
      operands: ["a", "-", "--set", "-x"],
      operandIndexes: [0, 2, 4, 5],
      options: { keepRaw: true },
    });
  });

  it("defaults fill what was not given", () => {
    const { options: given } = parse("--level", "warn");
    const expected = { format: "auto", set: [], keepRaw: false, wrap: true, level: "warn", limit: 10 };
    expect(withDefaults(options, given)).toEqual(expected);
  });
});

describe("faults", () => {
  it.each([
    [["--fromat", "x"], "usage.unknown-option", '"--fromat"', "--format"],
    [["-z"], "usage.unknown-option", '"-z"', undefined],
    [["-kz"], "usage.unknown-option", '"-z"', undefined],
    [["--format"], "usage.missing-value", "--format", undefined],
    [["-f"], "usage.missing-value", "-f", undefined],
    [["--level", "wran"], "usage.bad-value", "wran", "warn"],
    [["--limit=many"], "usage.bad-value", "many", undefined],
    [["--keep-raw=perhaps"], "usage.bad-value", "perhaps", undefined],
    [["--no-format"], "usage.unknown-option", "--no-format", undefined],
    [["--__proto__"], "usage.unknown-option", "--__proto__", undefined],
    [["--constructor=1"], "usage.unknown-option", "--constructor", undefined],
  ])("%j", (words, code, named, meant) => {
    const error = failureOf(...words);
    expect(error).toMatchObject({ code, exitCode: 2 });
    expect(error.message).toContain(named);
    if (meant !== undefined) expect(error.help).toContain(`did you mean "${meant}"?`);
  });

  it("are located at the word, a bad value at its own", () => {
    const at: number[] = [];
    const locate = (error: LogpipeError, index: number) => {
      at.push(index);
      return error;
    };
    for (const words of [["a", "--nope"], ["a", "--level", "x"], ["--level=x"], ["-k", "--format"]]) {
      expect(() => parseWords("demo", options, words, locate)).toThrow(LogpipeError);
    }
    expect(at).toEqual([1, 2, 0, 1]);
  });
});

describe("laws", () => {
  it("any words are taken or refused with a usage error, never anything else", () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom("--set", "-f", "-k", "--", "-", "--no-wrap", "--limit=3", "--__proto__"),
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        try {
          const parsed = parse(...words);
          expect(parsed.operands.map((_, i) => words[parsed.operandIndexes[i]!])).toEqual(parsed.operands);
        } catch (error) {
          expect(error).toBeInstanceOf(LogpipeError);
          expect((error as LogpipeError).exitCode).toBe(2);
        }
      }),
    );
  });

  it("what is written as --name=value is read back, whatever the value", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.string(), (set, format) => {
        const words = [...set.map((value) => `--set=${value}`), `--format=${format}`];
        expect(parse(...words).options).toEqual(set.length === 0 ? { format } : { set, format });
      }),
    );
  });
});

it("help is found in a faulty line, not after --", () => {
  const all = { ...options, ...everywhere };
  expect(hasFlag(all, ["--nope", "-h"], "help")).toBe(true);
  expect(hasFlag(all, ["--", "-h"], "help")).toBe(false);
  expect(hasFlag(all, ["--format", "-h"], "help")).toBe(false);
});

it("the command is the first operand, the values of common options not counted", () => {
  const all = { ...everywhere, ...pipelineOptions };
  expect(firstOperand(all, ["-o", "x", "--color", "never", "parse", "y"])).toBe(4);
  expect(firstOperand(all, ["-q"])).toBe(-1);
});

it("a command's own option wins over the common one, and keeps its letter", () => {
  const own = { output: text({ summary: "mine" }), quick: flag({ short: "q", summary: "fast" }) };
  const all = allOptions({ kind: "stage", options: own });
  expect(all["output"]!.summary).toBe("mine");
  expect(all["quick"]!.short).toBe("q");
  expect(all["quiet"]!.short).toBeUndefined();
});
