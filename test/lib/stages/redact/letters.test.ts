/**
 * Secrets with letters beyond ASCII. Detectors work on bytes: the last one of "à" (U+00E0) is that of a no-break space
 * to a pattern's `\s`, that of U+0085 a line end's. A value must not end within a character: the rest of it would be
 * left.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redact, reveal } from "./support.js";

const FORMS: readonly (readonly [name: string, of: (secret: string) => string])[] = [
  ["password=", (secret) => `password=${secret} x`],
  ["a variable", (secret) => `PGPASSWORD=${secret} x`],
  ["an option", (secret) => `run --password ${secret} x`],
  ["curl", (secret) => `curl -u bob:${secret} http://x`],
  ["mysql", (secret) => `mysql -p${secret} db`],
  ["a cookie", (secret) => `Cookie: sid=${secret}; a=b`],
  ["a URL", (secret) => `postgres://bob:${secret}@host/db`],
  ["SQL", (secret) => `ALTER USER x IDENTIFIED BY '${secret}'`],
  ["a header", (secret) => `Authorization: Bearer ${secret}`],
  ["JSON within", (secret) => JSON.stringify({ password: secret })],
];

/** Every letter whose bytes may be taken for a blank, and some more. */
const letter = fc.constantFrom(
  "à",
  "Å",
  "…",
  "\u00a0",
  "\u2005",
  "\u3000",
  "漢",
  "é",
  "\u{1f600}",
  "a",
  "Z",
  "7",
);
const secret = fc.array(letter, { minLength: 6, maxLength: 12 }).map((all) => `q${all.join("")}Xq9`);

describe.each(FORMS)("%s", (_, form) => {
  it("hides all of the value, in whole characters", () => {
    fc.assert(
      fc.property(secret, (value) => {
        const line = `${JSON.stringify({ message: form(value) })}\n`;
        const { out } = redact(line);
        expect(out).not.toContain("Xq9");
        expect(out).not.toContain("\ufffd");
        expect(() => JSON.parse(out)).not.toThrow();
        expect(reveal(redact(line, { action: ["encrypt"] }).out).out).toBe(line);
      }),
    );
  });
});
