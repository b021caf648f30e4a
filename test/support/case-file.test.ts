import fc from "fast-check";
import { expect, it } from "vitest";
import { parseCase, printCase, sectionOf, withSection } from "./case-file.js";

it("any bytes of a section come back as they were", () => {
  const bytes = fc.oneof(
    fc.uint8Array().map((array) => Buffer.from(array)),
    fc.string().map((text) => Buffer.from(text)),
    fc
      .constantFrom("run:\n", "stdin:", "a\n\n", "\n", "\n\n", " \n", "exit:\n0\n", "a\r\n", "\ufeffa\n")
      .map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(bytes, bytes, (stdin, stdout) => {
      const before = withSection(
        withSection({ heading: "Why.", sections: [] }, "stdin", stdin),
        "stdout",
        stdout,
      );
      const after = parseCase(printCase(before));
      expect(sectionOf(after, "stdin").equals(stdin)).toBe(true);
      expect(sectionOf(after, "stdout").equals(stdout)).toBe(true);
      expect(printCase(after)).toBe(printCase(before));
    }),
  );
});
