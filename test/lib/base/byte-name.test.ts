import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeControls } from "../../../src/lib/base/errors/printable.js";
import { nameOf, shownName, systemPath } from "../../../src/lib/base/local/byte-name.js";

test("any bytes are a name, and come back from it", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string({ unit: "binary" }), (bytes, text) => {
      for (const name of [Buffer.from(bytes), Buffer.concat([Buffer.from(text), Buffer.from(bytes)])])
        expect(Buffer.from(systemPath(nameOf(name)))).toEqual(name);
    }),
  );
});

test("names of characters are themselves, and two names are never one", () => {
  for (const name of ["café.log", "日誌", "𝔩𝔬𝔤😀", "\ufffd"]) {
    expect(nameOf(Buffer.from(name))).toBe(name);
    expect(systemPath(name)).toBe(name);
    expect(shownName(name)).toBe(name);
    expect(escapeControls(name)).toBe(name);
  }
  const surrogate = Buffer.from("edb3a9", "hex"); // What is no UTF-8 either.
  expect(nameOf(surrogate)).not.toBe(nameOf(Buffer.from("e9", "hex")));
  expect(systemPath(nameOf(surrogate))).toEqual(surrogate);
});

test("people see the byte", () => {
  const name = nameOf(Buffer.from("caf\xe9 😀.log", "latin1").subarray(0, 4));
  expect(shownName(`${name}.log`)).toBe("caf\\xe9.log");
  expect(escapeControls(`cannot read 😀 ${name}.log`)).toBe("cannot read 😀 caf\\xe9.log");
});
