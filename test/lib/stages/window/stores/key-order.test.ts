import fc from "fast-check";
import { expect, it } from "vitest";
import { sortKeys } from "../../../../../src/lib/stages/window/stores/key-order.js";
import { KeyTable } from "../../../../../src/lib/stages/window/stores/keys.js";

it("sorts keys by their bytes", () => {
  const key = fc.stringMatching(/^(service-){0,3}[ab/é]{0,9}$/u);
  fc.assert(
    fc.property(fc.uniqueArray(key, { maxLength: 200 }), (texts) => {
      const keys = new KeyTable();
      for (const [n, text] of texts.entries()) {
        const bytes = Buffer.from(`${text}\n`);
        expect(keys.insert(bytes, 0, bytes.length, n)).toBe(n);
      }
      const sorted = [...sortKeys(keys, keys.alive())].map((n) => keys.text(n));
      const expected = texts.map((text) => Buffer.from(`${text}\n`)).sort(Buffer.compare);
      expect(sorted).toEqual(expected.map(String));
    }),
  );
});
