import { describe, expect, it } from "vitest";
import { redact } from "../support.js";

/** The kernel looks at 64 bytes at a time: what is found must not depend on where in them it stands. */
const SECRETS: readonly (readonly [string, string])[] = [
  ["4111 1111 1111 1111", "[CARD]"],
  ["4111_1111_1111_1111", "[CARD]"],
  ["4111\u00a01111\u00a01111\u00a01111", "[CARD]"],
  ["4111111111111111", "[CARD]"],
  ["+49 30 1234567", "[PHONE]"],
  ["(212) 555-0187", "[PHONE]"],
  ["203.0.113.77", "[IP]"],
  ["2001:db8::ff00:42:8329", "[IP]"],
  ["123-45-6789", "[SSN]"],
  ["DE89 3704 0044 0532 0130 00", "[IBAN]"],
  ["ann@example.com", "[EMAIL]"],
];
const HARMLESS = ["2026-01-05 10:00", "1.2.3", "12 (3) 45-6", "0.123 0.45", "user_1234_56"];

describe("what is found stands anywhere in a block", () => {
  it.each(SECRETS)("%s", (secret, label) => {
    for (let before = 0; before < 140; before++) {
      const pad = ".".repeat(before);
      expect(redact(`{"m":"${pad} ${secret}; x"}\n`).out, `${before}`).toBe(`{"m":"${pad} ${label}; x"}\n`);
      expect(redact(`${pad} ${secret}; x\n`, {}, { isText: true }).out, `${before}`).toBe(
        `${pad} ${label}; x\n`,
      );
    }
  });

  it.each(HARMLESS)("and %s is left alone everywhere", (text) => {
    for (let before = 0; before < 140; before++) {
      const line = `{"m":"${".".repeat(before)} ${text}; x"}\n`;
      expect(redact(line).out).toBe(line);
    }
  });
});
