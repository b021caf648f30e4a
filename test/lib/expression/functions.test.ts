import { describe, expect, it } from "vitest";
import { FUNCTION_GROUPS } from "../../../src/lib/expression/functions/index.js";
import { MACROS } from "../../../src/lib/expression/macros.js";
import { resultOf } from "./support.js";

const functions = FUNCTION_GROUPS.flatMap(({ functions }) => functions);

describe("examples of functions", () => {
  const examples = [...functions, ...MACROS].flatMap(({ examples }) => examples);
  it.each(examples)("$expression", ({ expression, result }) => {
    expect(resultOf(expression)).toBe(result);
  });

  it("every function but now() has one", () => {
    expect(functions.filter(({ examples }) => examples.length === 0).map(({ name }) => name)).toEqual([
      "now",
    ]);
  });

  it.each(functions.filter(({ parameters }) => parameters.length > 0))(
    "$name has no value for a value of the wrong kind, and never throws",
    ({ name, parameters, required, compile }) => {
      const count = required ?? parameters.length;
      for (const value of ["null", "true", "1", '"x"', "[1]", '{"a":1}', "1e400", "-0.5"]) {
        const args = Array.from({ length: count }, (_, n) => (n > 0 && compile !== undefined ? '"::"' : "x"));
        expect(() => resultOf(`${name}(${args.join(", ")})`, `{"x":${value}}`)).not.toThrow();
      }
    },
  );
});
