import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LogpipeError } from "../../../../src/lib/base/errors/index.js";
import { readQuoted } from "../../../../src/lib/pipeline/read/quoted.js";
import { readPipelineFile } from "../../../../src/lib/pipeline/read/yaml.js";
import { commands } from "../support/pipelines.js";

const read = (text: string) => readPipelineFile(text, "p.yaml", commands);

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
    ["stages: [change]", "p.yaml:1:1", 'unknown key "stages"'],
    ["", "p.yaml:1:1", "empty"],
    ["- change: [\n- sink", "p.yaml:", "not valid YAML"],
    ["- change: {}\n  sink: {}", "p.yaml:2:3", "stands beside"],
    ["just text", "p.yaml:1:1", "expected a list"],
    ["{}", "p.yaml:1:1", "empty"],
  ])("%j", async (text, place, message) => {
    await expect(read(text)).rejects.toMatchObject({ code: "usage.file", exitCode: 2 });
    await expect(read(text)).rejects.toThrow(place);
    await expect(read(text)).rejects.toThrow(message);
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
      await read(text.join("")).catch((error: unknown) => expect(error).toBeInstanceOf(LogpipeError));
    };
    await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), attempt));
  });
});
