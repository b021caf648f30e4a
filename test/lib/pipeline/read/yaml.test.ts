// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what stands in the files
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LogpipeError } from "../../../../src/lib/base/errors/index.js";
import { flag, integer } from "../../../../src/lib/options/options.js";
import type { Pipeline } from "../../../../src/lib/pipeline/contract/pipeline.js";
import { readQuoted } from "../../../../src/lib/pipeline/read/quoted.js";
import { readPipelineFile } from "../../../../src/lib/pipeline/read/yaml.js";
import { commands } from "../support/pipelines.js";

const settings = { workers: integer({ summary: "" }), deepRun: flag({ summary: "" }) };
const readFile = (text: string) => readPipelineFile(text, "p.yaml", commands, undefined, [], settings);
const read = async (text: string) => withoutPlaces((await readFile(text)).pipeline!);

/** As a command line would have made it. */
function withoutPlaces({ source, stages, sink, ...others }: Pipeline): Pipeline {
  const bare = <S extends object>(step: S) =>
    Object.fromEntries(Object.entries(step).filter(([name]) => name !== "place")) as S;
  return {
    ...others,
    stages: stages.map(bare),
    ...(source === undefined ? {} : { source: bare(source) }),
    ...(sink === undefined ? {} : { sink: bare(sink) }),
  };
}

describe("a pipeline file", () => {
  it("is the same pipeline as the quoted one", async () => {
    const written = await read(
      "- change: {set: [a=1, b=2], deep: true}\n- pick: x\n- change\n- sink: {store: ./store, to: json}\n",
    );
    const quoted = await readQuoted(
      "change --set a=1 --set b=2 --deep | pick x | change | sink --to json ./store",
      commands,
    );
    expect(written).toEqual(quoted);
    expect(await read("pipeline:\n  - change: in.log\n")).toEqual(
      await readQuoted("change in.log", commands),
    );
  });

  it.each([
    ["- chnge", "p.yaml:1:3", 'unknown stage "chnge"'],
    ["- change\n- sink:\n    too: json", "p.yaml:3:5", 'no option "too"'],
    ["- sink: {to: jsno}", "p.yaml:1:14", '"jsno"'],
    ["- sink\n- change", "p.yaml:1:3", "only come last"],
    ["- change\n- query", "p.yaml:2:3", "is no stage"],
    ["- change: {deep: perhaps}", "p.yaml:1:18", "true or false"],
    ["- change: {to: [json, csv]}", "p.yaml:1:16", "one value"],
    ["- change: {set: {a: 1}}", "p.yaml:1:17", "expected"],
    ["- change: {set: [], deep: true, deep: false}", "p.yaml:1:33", '"deep" stands twice'],
    ["- change:\n\tdeep: true", "p.yaml:2:1", "a tab cannot indent"],
    ["- change: *none", "p.yaml:1:11", "nothing before is called &none"],
    ["- change:\n  deep: true", "p.yaml:2:3", '"deep" stands beside "change"'],
    ["- change: {set: a: b}", "p.yaml:1:", "not valid YAML"],
    ["- change\n---\n- sink", "p.yaml:2:1", "not one document"],
    ["- pick:", "p.yaml:1:3", "pick needs WHAT"],
    ["- change: {workers: 2}", "p.yaml:1:12", 'change has no option "workers"'],
    ["stges: [change]", "p.yaml:1:1", 'unknown key "stges"'],
    ["stages: [change]\npipeline: [change]", "p.yaml:2:1", 'stands beside "stages"'],
    ["change: {}\nsink: {}", "p.yaml:1:1", "the stage change stands beside the list"],
    ["stages: [change]\nworkers: two", "p.yaml:2:10", "not a whole number"],
    ["stages:", "p.yaml:1:1", "empty"],
    ["", "p.yaml:1:1", "empty"],
    ["- change: [\n- sink", "p.yaml:", "a [ is not closed"],
    ["- change: {set: [a=1]\n- sink", "p.yaml:2:", "a { is not closed"],
    ["stages:\n  - change\n   - pick: x", "p.yaml:3:4", "indented otherwise"],
    ["stages:\n  - change\n   - sink", "p.yaml:2:5", 'unknown stage "change - sink"'],
    ["stages:\n- change\n set: a=1", "p.yaml:3:2", "indented otherwise"],
    ["- change\n  set: a=1", "p.yaml:2:3", "indented otherwise"],
    ["- pick: !x", "p.yaml:1:9", 'to YAML "!x" is a tag'],
    ["- pick: !!bar x", "p.yaml:1:9", 'to YAML "!!bar" is a tag'],
    ["- pick: 'x\n", "p.yaml:2:1", "a quote is not closed"],
    ["- pick: 'x' == y", "p.yaml:1:13", "the value ends before this"],
    ['- pick: "\\q"', "p.yaml:1:10", "unknown escape"],
    ["- pick: > 5", "p.yaml:1:11", "this cannot stand here"],
    ["- pick: {what: ${X}}", "p.yaml:1:", "a ${ begins names with values"],
    ["workers: 010\nstages: [change]", "p.yaml:1:10", "workers begins with a zero"],
    ["- pick: ${X}", "p.yaml:1:9", "the environment variable X is not set"],
    ["- change: {}\n  sink: {}", "p.yaml:2:3", "stands beside"],
    ["just text", "p.yaml:1:1", "expected a list"],
    ["{}", "p.yaml:1:1", "empty"],
  ])("%j", async (text, place, message) => {
    await expect(read(text)).rejects.toMatchObject({ code: "usage.file", exitCode: 2 });
    await expect(read(text)).rejects.toThrow(place);
    await expect(read(text)).rejects.toThrow(message);
  });

  it("has settings of the run at its top, names as the flags are written, and anchors", async () => {
    const { settings: found } = await readFile("workers: 3\ndeep-run: true\nstages: [change]\n");
    expect(found).toEqual({ workers: 3, deepRun: true });
    const anchored = "- change: &same {set: [a=1]}\n- pick: {what: &x y}\n- change: *same\n- pick: *x\n";
    expect(await read(anchored)).toEqual(
      await readQuoted("change --set a=1 | pick y | change --set a=1 | pick y", commands),
    );
  });

  it("shows the line at fault with a caret, and what was meant", async () => {
    await expect(read("- change\n- pick: x\n- sink: {too: json}")).rejects.toMatchObject({
      message: 'p.yaml:3:10: sink has no option "too"\n  - sink: {too: json}\n           ^',
      help: 'did you mean "to"?',
    });
    const long = `- change: {set: ["${"x".repeat(300)}"], bad: 1}`;
    const { message } = (await read(long).catch((error: unknown) => error)) as Error;
    const [, line, caret] = message.split("\n");
    expect(line!.slice(caret!.indexOf("^"))).toMatch(/^bad: 1/);
    expect(line!.length).toBeLessThan(120);
  });

  it("is read or refused, whatever stands in it", async () => {
    const pieces = [
      "- ",
      "change",
      "sink",
      ": ",
      "{",
      "}",
      "[",
      "]",
      "set",
      "\n",
      "  ",
      "a=1",
      "&a ",
      "*a",
      "#",
      "'",
      "|",
      "? ",
    ];
    const attempt = async (text: string[]) => {
      await readFile(text.join("")).catch((error: unknown) => expect(error).toBeInstanceOf(LogpipeError));
    };
    await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), attempt));
  });
});
