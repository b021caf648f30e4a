import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodedLayers } from "../../../../../src/lib/stages/redact/find/encodings.js";
import { redact, reveal } from "../support.js";

const triplets = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");

describe("percent-encoded text", () => {
  it.each([
    ['{"q":"/a?mail=ann.lee%40example.com&x=1"}', '{"q":"/a?mail=[EMAIL]&x=1"}'],
    ['{"q":"next=%2Fin%3Fpassword%3Dhunter2%26b%3D1"}', '{"q":"next=%2Fin%3Fpassword%3D[SECRET]%26b%3D1"}'],
    ['{"q":"card=4111%201111%201111%201111."}', '{"q":"card=[CARD]."}'],
    ['{"q":"mail%2540=ann%252540example.com"}', '{"q":"mail%2540=[EMAIL]"}'],
    ['{"q":"a\\u0025\\u0034\\u0030\\tann%40example.com"}', '{"q":"a\\u0025\\u0034\\u0030\\t[EMAIL]"}'],
    ['{"q":"ann&#64;example.com, ann&#x40;example.com"}', '{"q":"[EMAIL], [EMAIL]"}'],
    ['{"m":"{\\"to\\":\\"ann\\\\u0040example.com\\"}"}', '{"m":"{\\"to\\":\\"[EMAIL]\\"}"}'],
    ['{"/u/ann%40example.com":1}', '{"/u/[EMAIL]":1}'],
    ['{"q":"100% of 50%off, %zz %"}', '{"q":"100% of 50%off, %zz %"}'],
  ])("%s", (line, wanted) => {
    expect(redact(`${line}\n`).out).toBe(`${wanted}\n`);
  });

  it("is found in plain text, each line for itself", () => {
    const text =
      "GET /a?m=ann%40example.com HTTP/1.1\nGET /b?100%25 HTTP/1.1\nGET /c?phone=%2B49301234567 x\n";
    expect(redact(text, {}, { isText: true }).out).toBe(
      "GET /a?m=[EMAIL] HTTP/1.1\nGET /b?100%25 HTTP/1.1\nGET /c?phone=[PHONE] x\n",
    );
  });

  it("is decoded once, twice, and says where each byte is written", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (before, secret) => {
        const text = Buffer.from(`${before.replace(/[%&\\]/g, "")}${triplets(`${secret}!`)}`).toString(
          "latin1",
        );
        const [layer] = decodedLayers(text);
        const plain = Buffer.from(`${before.replace(/[%&\\]/g, "")}${secret}!`).toString("latin1");
        expect(layer!.text).toBe(plain);
        expect(layer!.places.length).toBe(plain.length + 1);
        expect(layer!.places.at(-1)).toBe(text.length);
        expect(text.slice(layer!.places[plain.length - 1], text.length)).toBe("%21");
      }),
    );
  });

  it("has the hash of what it says, and is revealed as it was written", () => {
    const lines = '{"a":"ann@example.com"}\n{"a":"ann%40example.com"}\n';
    const [plain, encoded] = redact(lines, { action: ["hash"] })
      .out.trim()
      .split("\n");
    expect(encoded).toBe(plain);
    const hidden = redact(lines, { action: ["encrypt"] }).out;
    expect(hidden).not.toContain("example");
    expect(reveal(hidden).out).toBe(lines);
    const text = "a ann%40example.com \\ b\n";
    const hiddenText = redact(text, { action: ["encrypt"] }, { isText: true }).out;
    expect(hiddenText).not.toContain("example");
    expect(reveal(hiddenText, { isText: true }).out).toBe(text);
  });

  it("takes time in proportion to the text", () => {
    const input = `{"t":"${"%41%".repeat(2_000_000)}"}\n`;
    expect(redact(input).out.length).toBe(input.length);
  });
});
