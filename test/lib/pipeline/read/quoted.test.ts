import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LogpipeError } from "../../../../src/lib/base/errors/index.js";
import { readQuoted } from "../../../../src/lib/pipeline/read/quoted.js";
import { splitPipeline } from "../../../../src/lib/pipeline/read/words.js";
import { commands } from "../support/pipelines.js";

const shape = async (text: string, files: readonly string[] = []) => {
  const pipeline = await readQuoted(text, commands, undefined, files);
  return {
    source: pipeline.source?.given.operands,
    files: pipeline.files,
    stages: pipeline.stages.map(({ declaration, given }) => [declaration.name, ...given.operands]),
    sink: pipeline.sink?.given.operands,
  };
};

describe("words", () => {
  const words = (text: string) =>
    splitPipeline(text).map((segment) => segment.words.map((word) => word.text));

  it.each([
    ["a b|c", [["a", "b"], ["c"]]],
    ["  a\t b \n| c ", [["a", "b"], ["c"]]],
    [`a 'b | c' "d | e" f\\|g`, [["a", "b | c", "d | e", "f|g"]]],
    [`a x'y'"z"w`, [["a", "xyzw"]]],
    [`a '' ""`, [["a", "", ""]]],
    [`a "\\" \\\\ \\d"`, [["a", '" \\ \\d']]],
    [`a '\\d'`, [["a", "\\d"]]],
    ["logpipe a | logpipe b", [["a"], ["b"]]],
    ["a '>' \\>", [["a", ">", ">"]]],
  ])("%j", (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it("whatever is quoted comes back", () => {
    const quote = (text: string) => `'${text.replaceAll("'", `'"'"'`)}'`;
    fc.assert(
      fc.property(fc.array(fc.array(fc.string(), { minLength: 1 }), { minLength: 1 }), (segments) => {
        fc.pre(segments.every(([first]) => first !== "logpipe"));
        const text = segments.map((segment) => segment.map(quote).join(" ")).join(" | ");
        expect(words(text)).toEqual(segments);
      }),
    );
  });

  it("any text is split or refused with a caret inside it", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", " ", "|", "'", '"', "\\", ">", "\n", "é") }),
        (text) => {
          try {
            for (const segment of splitPipeline(text)) {
              expect(segment.words.length).toBeGreaterThan(0);
              for (const word of segment.words) expect(word.offset).toBeLessThan(text.length);
            }
          } catch (error) {
            expect(caretOf(error as LogpipeError)).toBeLessThanOrEqual(Math.max(0, text.length - 1));
          }
        },
      ),
    );
  });
});

describe("pipelines", () => {
  it("stages, files, sink", async () => {
    expect(await shape("change --set a=1 in.log | pick x | sink ./store", ["more.log"])).toEqual({
      source: undefined,
      files: ["in.log", "more.log"],
      stages: [["change"], ["pick", "x"]],
      sink: ["./store"],
    });
  });

  it("a source has its own operands", async () => {
    const expected = { source: ["a", "b"], files: [], stages: [["change"]], sink: undefined };
    expect(await shape("ingest a b | change")).toEqual(expected);
  });

  it("presets are beaten by what is written", async () => {
    const preset = () => ({ set: ["from=settings"], deep: true });
    const { stages } = await readQuoted("change --set a=1 | change", commands, preset);
    expect(stages.map(({ given }) => given.options)).toEqual([
      { set: ["a=1"], to: undefined, deep: true },
      { set: ["from=settings"], to: undefined, deep: true },
    ]);
  });
});

describe("faults have a caret under them", () => {
  it.each([
    ["chnge | sink", 0, 'unknown stage "chnge"', 'did you mean "change"?'],
    ["change | snik ./s", 9, 'unknown stage "snik"', 'did you mean "sink"?'],
    ["change --sett a=1", 7, 'no option "--sett"', 'did you mean "--set"?'],
    ["change | sink --to=jsno", 14, '"jsno"', 'did you mean "json"?'],
    ["change | sink --to jsno", 19, '"jsno"', 'did you mean "json"?'],
    ["change --set", 7, "needs a value", ""],
    ["pick | sink", 0, "needs WHAT", ""],
    ["change | sink a b", 16, 'does not take "b"', ""],
    ["sink | change", 0, "it can only come last", ""],
    ["change | ingest a", 9, "it can only come first", ""],
    ["change | query", 9, "is no stage", ""],
    ["change | pick x y.log", 16, "only the first stage can name files", ""],
    ["change || sink", 8, "between the bars", ""],
    ["| sink", 0, "before this bar", ""],
    ["change |", 7, "after this bar", ""],
    ["", 0, "empty", ""],
    ["change 'abc", 7, "never closed", ""],
    ['change --set="abc', 13, "never closed", ""],
    ["change \\", 7, "backslash", ""],
    ["change > out", 7, "not a shell", "-o FILE"],
    ["change --strict", 7, 'no option "--strict"', "outside the quotes"],
  ])("%j", async (text, caret, message, help) => {
    const error = await readQuoted(text, commands).then(
      () => undefined,
      (caught: unknown) => caught as LogpipeError,
    );
    expect(error).toBeInstanceOf(LogpipeError);
    expect(error).toMatchObject({ code: "usage.syntax", exitCode: 2 });
    expect(error!.message).toContain(message);
    expect(caretOf(error!)).toBe(caret);
    expect(error!.help ?? "").toContain(help);
  });
});

/** The column of the caret in the message, less the two of the indent. */
function caretOf(error: LogpipeError): number {
  expect(error.code).toBe("usage.syntax");
  return error.message.split("\n").at(-1)!.indexOf("^") - 2;
}
