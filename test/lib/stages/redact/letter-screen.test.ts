import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { letterScreen, type ScreenOptions } from "../../../../src/lib/stages/redact/letter-screen.js";
import { KEYS, OPTIONS } from "./support.js";

function screen(options: Partial<ScreenOptions> = {}, keys: typeof KEYS | readonly [] = []) {
  return letterScreen({ ...OPTIONS, text: false, failClosed: false, ...options }, { keys, allow: [] });
}

const kept = (line: string | Buffer, options: Partial<ScreenOptions> = {}) =>
  screen(options)
    .letter(Buffer.from(line as string))
    .raw?.toString();

describe("what is kept of a line that was set aside", () => {
  it.each([
    ["nothing to see here", "nothing to see here"],
    ["mail of ada@example.com, password=Hunter2!", "mail of [EMAIL], password=[SECRET]"],
    ["", ""],
    [
      "at /usr/lib/node_modules/express/lib/router/index.js:175:7",
      "at /usr/lib/node_modules/express/lib/router/index.js:175:7",
    ],
    [
      "commit 3f1d7c0e4b5a69788796a5b4c3d2e1f001234567 of caf\u00e9",
      "commit 3f1d7c0e4b5a69788796a5b4c3d2e1f001234567 of caf\u00e9",
    ],
    ["a ] closing [ bracket, {x}", "a ] closing [ bracket, {x}"],
    ["password: ", "password: "],
  ])("text, as --text leaves it: %j", (line, wanted) => {
    expect(kept(line)).toBe(wanted);
  });

  it.each([
    '{"pin":"ada@example.com"',
    "  [1,2",
    "\ufeff{",
    'x {"password": {"a":"b"}}',
    "token = abc",
    "the api key: abc of ours",
    "cookie: a=b",
    "secret : 123",
    "ada\\u0040example.com",
    "ada\\x40example.com",
    "pass\u0000word",
    "\u001b[31mred\u001b[0m",
    `MIIEpAIBAAKCAQEA${"aB3d".repeat(12)}`,
    "x".repeat(70_000),
    Buffer.from([0x61, 0xff]),
    Buffer.from("ada@example.com", "utf16le"),
  ])("nothing, where it cannot be looked through as text: %j", (line) => {
    expect(kept(line)).toBeUndefined();
  });

  it("an event, as an event", () => {
    expect(kept('{"password":{"a":1},"m":"ada\\u0040example.com"}')).toBe(
      '{"password":"[REDACTED]","m":"[EMAIL]"}',
    );
    expect(kept('{"n":1.50}', { failClosed: true })).toBe('{"n":1.50}');
  });

  it("nothing but events in a closed run, and in a run over text all that is text", () => {
    expect(kept("nothing to see here", { failClosed: true })).toBeUndefined();
    expect(kept("mail of ada@example.com", { text: true })).toBe("mail of [EMAIL]");
    expect(kept('{"password":{"a":1}}', { text: true })).toBeUndefined();
  });

  it("with other detectors what they find, and names only where fields are looked for", () => {
    expect(kept("order ORD-1234, password=x", { detect: ["none"], pattern: ["order=ORD-[0-9]+"] })).toBe(
      "order [ORDER], password=x",
    );
  });

  it("a keyed hash of what is not kept, where there is a key", () => {
    const { raw, hash } = screen({}, KEYS).letter(Buffer.from('{"a'));
    expect([raw, hash]).toEqual([undefined, expect.stringMatching(/^[\w-]+:[0-9a-f]{32}$/)]);
    expect(screen({}, KEYS).letter(Buffer.from('{"a')).hash).toBe(hash);
    expect(screen().letter(Buffer.from('{"a')).hash).toBeUndefined();
  });

  it("never throws,", () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((part) => Buffer.from(part));
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
        ),
        (line) => {
          screen().letter(line);
          screen().waiting(Buffer.concat([line, Buffer.from("\n")]));
        },
      ),
    );
  });
});

describe("lines that wait for what follows them", () => {
  it("stay lines, redacted as what they are", () => {
    const lines = 'login, password=Hunter2!\n{"password":"x"}\n  at x (ada@example.com)\n';
    expect(screen().waiting(Buffer.from(lines)).toString()).toBe(
      'login, password=[SECRET]\n{"password":"[REDACTED]"}\n  at x ([EMAIL])\n',
    );
    expect(screen().waiting(Buffer.from("no end ada@example.com")).toString()).toBe("no end [EMAIL]");
  });
});
