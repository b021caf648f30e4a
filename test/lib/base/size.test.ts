import fc from "fast-check";
import { expect, test } from "vitest";
import { formatCount } from "../../../src/lib/base/size.js";

test("counts are written as in English, without its data being loaded", () => {
  const numbers = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -100_000, max: 10_000_000 }), fc.double());
  fc.assert(
    fc.property(numbers, (count) => {
      // A count of -0 is 0.
      expect(formatCount(count)).toBe((count + 0).toLocaleString("en-US"));
    }),
    { examples: [[0], [-0], [999], [1000], [-1000], [1e15], [Number.MAX_SAFE_INTEGER]] },
  );
});
