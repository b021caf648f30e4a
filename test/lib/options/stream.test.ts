import { describe, expect, it } from "vitest";
import { parseWords, withDefaults } from "../../../src/lib/options/command-line.js";
import { rate } from "../../../src/lib/options/options.js";
import { by, timeField } from "../../../src/lib/options/stream.js";

const options = { by: by({ summary: "the key" }), timeField, throttle: rate({ summary: "at most so much" }) };

function read(...words: string[]): Record<string, unknown> {
  return withDefaults(options, parseWords("test", options, words).options);
}

describe("options of streams", () => {
  it("has defaults", () => {
    expect(read()).toEqual({ by: [], timeField: "timestamp", throttle: undefined });
  });

  it("adds up fields, each once, in order", () => {
    expect(read("--by", "b, a", "--by=user.id,b")["by"]).toEqual(["b", "a", "user.id"]);
  });

  it("refuses empty names", () => {
    for (const value of ["", "a,,b", "a,", " "]) expect(() => read("--by", value)).toThrow(/a name is empty/);
  });

  it("reads rates", () => {
    expect(read("--throttle", "5k/m")["throttle"]).toEqual({
      amount: 5000,
      intervalMs: 60_000,
      unit: "events",
    });
    expect(() => read("--throttle", "5k")).toThrow(/--throttle "5k": not a rate/);
  });
});
