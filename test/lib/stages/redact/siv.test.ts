import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadSiv, Siv } from "../../../../src/lib/stages/redact/siv.js";

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ""), "hex");

await loadSiv();

describe("Siv", () => {
  it("agrees with RFC 5297, appendix A.1", () => {
    const siv = new Siv(hex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0 f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"));
    const context = hex("101112131415161718191a1b1c1d1e1f2021222324252627");
    const sealed = siv.seal(hex("112233445566778899aabbccddee"), context);
    expect(sealed.toString("hex")).toBe("85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c");
    expect(siv.open(sealed, context)?.toString("hex")).toBe("112233445566778899aabbccddee");
  });

  it("agrees with RFC 5297, appendix A.2", () => {
    const siv = new Siv(hex("7f7e7d7c7b7a79787776757473727170 404142434445464748494a4b4c4d4e4f"));
    const contexts = [
      hex("00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100"),
      hex("102030405060708090a0"),
      hex("09f911029d74e35bd84156c5635688c0"),
    ];
    const plain = Buffer.from("this is some plaintext to encrypt using SIV-AES");
    expect(siv.seal(plain, ...contexts).toString("hex")).toBe(
      "7bdb6e3b432667eb06f4d14bff2fbd0fcb900f2fddbe404326601965c889bf17dba77ceb094fa663b7a3f748ba8af829ea64ad544a272e9c485b62a3fd5c0d",
    );
  });

  it("opens what it sealed, and nothing that was changed", () => {
    const siv = new Siv(Buffer.alloc(64, 7));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(), (bytes, at) => {
        const sealed = siv.seal(Buffer.from(bytes));
        expect(siv.open(sealed)).toEqual(Buffer.from(bytes));
        sealed[at % sealed.length]! ^= 1;
        expect(siv.open(sealed)).toBeUndefined();
      }),
    );
    expect(siv.open(Buffer.alloc(3))).toBeUndefined();
  });
});
