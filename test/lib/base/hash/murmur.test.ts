import { describe, expect, it } from "vitest";
import { murmur3 } from "../../../../src/lib/base/hash/murmur.js";

describe("murmur3", () => {
  it("gives the values that other implementations publish", () => {
    const hash = (text: string, seed: number) => {
      const bytes = Buffer.from(`..${text}..`);
      return murmur3(bytes, 2, bytes.length - 2, seed);
    };
    expect(hash("", 0)).toBe(0);
    expect(hash("", 1)).toBe(0x514e28b7);
    expect(hash("", 0xffffffff)).toBe(0x81f16f39);
    expect(hash("\u0000\u0000\u0000\u0000", 0)).toBe(0x2362f9de);
    expect(hash("a", 0x9747b28c)).toBe(0x7fa09ea6);
    expect(hash("aa", 0x9747b28c)).toBe(0x5d211726);
    expect(hash("aaa", 0x9747b28c)).toBe(0x283e0130);
    expect(hash("aaaa", 0x9747b28c)).toBe(0x5a97808a);
    expect(hash("Hello, world!", 0x9747b28c)).toBe(0x24884cba);
    expect(hash("ππππππππ", 0x9747b28c)).toBe(0xd58063c1);
  });
});
