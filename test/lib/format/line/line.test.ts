import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isKey } from "../../../../src/lib/format/line/key.js";
import { text } from "../../../../src/lib/format/line/line.js";
import { read } from "../examples.js";

const parsed = (line: string): Record<string, unknown> | undefined => {
  const event = read(text, line);
  return event === undefined ? undefined : JSON.parse(event);
};

const LEVELS = {
  ERROR: "error",
  WARN: "warn",
  WARNING: "warn",
  INFO: "info",
  DEBUG: "debug",
  TRACE: "trace",
  CRITICAL: "fatal",
  FATAL: "fatal",
} as const;
const level = fc.constantFrom(...(Object.keys(LEVELS) as (keyof typeof LEVELS)[]));
const logger = fc.constantFrom("org.example.Shop", "shop.cart.Item", "com.example.a.B");
const words = fc.constantFrom("opened", "the cart is empty", "no such customer", "done");
const value = fc.oneof(
  fc.integer({ min: 0, max: 999_999 }),
  fc.constantFrom("ada", "192.0.2.7:443", "two words", 'a "quote"', "/a/b?c=d", ""),
);
const pairs = fc.dictionary(fc.constantFrom("id", "user_id", "http.path", "took", "attempt"), value, {
  minKeys: 2,
});
const printed = (fields: Record<string, string | number>) =>
  Object.entries(fields)
    .map(([key, one]) => `${key}=${/^[\w./:?=]+$/.test(String(one)) ? one : JSON.stringify(one)}`)
    .join(" ");

/** How programs put a level and a logger around a time. */
const LAYOUTS: readonly ((level: string, logger: string, text: string) => string)[] = [
  (level, logger, text) => `2026-11-21 10:00:01 ${level} [${logger}] ${text}`,
  (level, logger, text) => `2026-11-21T10:00:01Z [${level}] ${logger}: ${text}`,
  (level, logger, text) => `[2026-11-21 10:00:01] [${level}] [${logger}] ${text}`,
  (level, logger, text) => `[${level}] 2026-11-21 10:00:01 [${logger}] ${text}`,
  (level, logger, text) => `2026-11-21 10:00:01 | ${level} | ${logger} | ${text}`,
  (level, logger, text) => `2026-11-21 10:00:01\t${level}\t${logger}\t${text}`,
  (level, logger, text) => `2026-11-21 10:00:01 [${logger}] ${level}: ${text}`,
  (level, logger, text) => `${level}: [2026-11-21 10:00:01] [${logger}] ${text}`,
  (level, logger, text) => `2026-11-21 10:00:01|${level}|${logger}|${text}`,
  (level, logger, text) => `[${level} 2026-11-21 10:00:01 ${logger}] ${text}`,
];

describe("a line of no known format", () => {
  it("gives what was printed around its text", () => {
    fc.assert(
      fc.property(fc.constantFrom(...LAYOUTS), level, logger, words, (layout, word, name, message) => {
        expect(parsed(layout(word, name, message))).toEqual({
          timestamp: "2026-11-21T10:00:01Z",
          level: LEVELS[word],
          logger: name,
          message,
        });
      }),
    );
  });

  it("gives the pairs and the members behind its text", () => {
    fc.assert(
      fc.property(fc.constantFrom(...LAYOUTS), words, pairs, (layout, message, fields) => {
        const expected = {
          timestamp: "2026-11-21T10:00:01Z",
          level: "info",
          logger: "org.example.Shop",
          message,
        };
        const head = (tail: string) => layout("INFO", "org.example.Shop", `${message} ${tail}`);
        expect(parsed(head(printed(fields)))).toEqual({ ...expected, ...fields });
        expect(parsed(head(JSON.stringify(fields)))).toEqual({ ...expected, ...fields });
      }),
    );
  });

  it("makes keys of nothing but what looks like keys", () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom(
        "=",
        " ",
        "a=1",
        "k=",
        "|",
        "[",
        "]",
        "{",
        "}",
        ", ",
        '"',
        "x y",
        "7f3a9c12=1",
        "ERROR",
        ": ",
      ),
    );
    const own =
      /^(?:event\.)?(?:timestamp|time|level|host|service|address|pid|tid|procid|trace_id|span_id|request_id|thread|logger|file|line|tags|user|database|message)$/;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const event = parsed(`2026-11-21 10:00:01 ${pieces.join("")}`) ?? {};
        for (const key of Object.keys(event)) {
          const bare = key.replace(/^event\./, "");
          expect(own.test(key) || isKey(bare, 0, bare.length)).toBe(true);
        }
      }),
    );
  });

  it("takes a time as the event's in its head only", () => {
    fc.assert(
      fc.property(fc.constantFrom("restarted at", "it was", "the backup of"), (prose) => {
        expect(parsed(`${prose} 2026-11-21 10:00:01 by ada`)).toBeUndefined();
      }),
    );
  });
});

describe("what looks like a key", () => {
  it.each([
    "id",
    "user_id",
    "http.status_code",
    "k8s/pod",
    "@timestamp",
    "ipv4",
    "sha256",
    "größe",
    "X-Forwarded-For",
  ])("%s", (key) => expect(isKey(key, 0, key.length)).toBe(true));

  it.each([
    "",
    "1st",
    "a|b|k",
    "10:00:01",
    "20261121",
    "order12345",
    "7f3a9c12d4",
    "span.7f3a9c12d4e5",
    "key.",
    "a b",
    "(x",
    "x".repeat(65),
  ])("not: %s", (key) => expect(isKey(key, 0, key.length)).toBe(false));
});
