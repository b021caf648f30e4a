import { describe, expect, it } from "vitest";
import { hashed, hashText } from "../../../src/lib/sketch/hash.js";

describe("hashText", () => {
  it("gives for good what stored sketches were made with", () => {
    const of = (text: string) => {
      hashText(text);
      return [hashed.high, hashed.low];
    };
    expect(of("")).toEqual([3954623016, 3651860435]);
    expect(of("abc")).toEqual([3360318173, 2869014307]);
    expect(of("user-12345")).toEqual([77581180, 2753271237]);
    expect(of("größe")).toEqual([1713051777, 2979906601]);
  });
});
