/** Secrets within colours, and within JSON that is a string. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { visible } from "../../../../../src/lib/stages/redact/find/visible.js";
import { redact, reveal } from "../support.js";

describe("text with sequences of a terminal in it", () => {
  it.each([
    [
      '{"m":"\\u001b[31mpassword: \\u001b[1mhunter2S\\u001b[0m ok"}',
      '{"m":"\\u001b[31mpassword: \\u001b[1m[SECRET]\\u001b[0m ok"}',
    ],
    ['{"m":"to a\\u001b[32mnn@exam\\u001b[0mple.com now"}', '{"m":"to [EMAIL] now"}'],
    ['{"m":"pass\\u0000word=hunter2S x"}', '{"m":"pass\\u0000word=[SECRET] x"}'],
    [
      '{"m":"\\u001b]8;;\\u0007api_key=\\u001b[38;5;208m8fK2mQ9xR4tZ1nB6cLdW\\u001b[m"}',
      '{"m":"\\u001b]8;;\\u0007api_key=\\u001b[38;5;208m[SECRET]\\u001b[m"}',
    ],
    ['{"m":"\\u009b1mcard 4111\\u009b0m 1111 1111 1111."}', '{"m":"\\u009b1mcard [CARD]."}'],
    ['{"m":"password=hunter2S\\u001b[0m ok"}', '{"m":"password=[SECRET]\\u001b[0m ok"}'],
    [
      '{"m":"\\u001b[1mAuthorization: Token k7x22qqa\\u001b[0m, token=x8fK2mQ9xR4tZ1n\\u001b[K"}',
      '{"m":"\\u001b[1mAuthorization: Token [CREDENTIALS]\\u001b[0m, token=[SECRET]\\u001b[K"}',
    ],
    ['{"m":"password=hun\\u001b[1mter2S\\u001b[0m ok"}', '{"m":"password=[SECRET]\\u001b[0m ok"}'],
    ['{"m":"\\u001b[0m\\u001b[1mnothing\\u001b[0m"}', '{"m":"\\u001b[0m\\u001b[1mnothing\\u001b[0m"}'],
  ])("%s", (line, wanted) => {
    expect(redact(`${line}\n`).out).toBe(`${wanted}\n`);
  });

  it("that is no event", () => {
    const text =
      "\x1b[31mpassword=\x1b[1mhunter2S\x1b[0m\nplain\npass\0word=hunter2S\na\bann@ex\x1b[1mample.com\n";
    expect(redact(text, {}, { isText: true }).out).toBe(
      "\x1b[31mpassword=\x1b[1m[SECRET]\x1b[0m\nplain\npass\0word=[SECRET]\n[EMAIL]\n",
    );
  });

  it("is put back as it was", () => {
    const line = '{"m":"password=\\u001b[1mhunt\\u001b[0mer2S now"}\n';
    const hidden = redact(line, { action: ["encrypt"] }).out;
    expect(hidden).not.toContain("hunt");
    expect(reveal(hidden).out).toBe(line);
  });

  it("says where each byte that is left stands", () => {
    const piece = fc.constantFrom(
      "\x1b[31m",
      "\x1b[0m",
      "\0",
      "\b",
      "\x1b]0;t\x07",
      "\x1b(B",
      "a",
      "bc",
      "\x1b",
      "[",
      "m",
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join("");
        const seen = visible(text);
        if (seen === undefined) return;
        for (let i = 0; i < seen.text.length; i++) {
          expect(text.charAt(seen.places[i]!)).toBe(seen.text.charAt(i));
          expect(seen.ends[i + 1]).toBe(seen.places[i]! + 1);
        }
        expect(seen.places.at(-1)).toBe(text.length);
      }),
    );
  });
});

describe("JSON that is a string", () => {
  const event = (value: unknown) => `${JSON.stringify({ raw: value })}\n`;
  const inner = (value: unknown) => JSON.stringify(value);

  it.each<[string, string, unknown]>([
    ["an array", inner({ password: ["hunter2"], b: 1 }), { password: "[REDACTED]", b: 1 }],
    ["arrays in one", inner({ a: [{ password: [["hunter2"]] }] }), { a: [{ password: "[REDACTED]" }] }],
    ["an object", inner({ token: { v: "hunter2" } }), { token: "[REDACTED]" }],
    ["a number", inner({ cvv: 123 }), { cvv: "[REDACTED]" }],
    ["a short word", inner({ cookie: "yes-it-is" }), { cookie: "[REDACTED]" }],
    [
      "a name that is a value",
      inner([{ name: "DB_PASSWORD", value: "hunter2" }]),
      [{ name: "DB_PASSWORD", value: "[REDACTED]" }],
    ],
    [
      "over several lines",
      JSON.stringify({ password: ["a", "hunter2"] }, undefined, 2),
      { password: "[REDACTED]" },
    ],
    ["a long one", inner({ password: `${"x".repeat(70_000)}hunter2` }), { password: "[REDACTED]" }],
  ])("%s", (_, raw, wanted) => {
    const out = JSON.parse(redact(event(raw)).out) as { raw: string };
    expect(JSON.parse(out.raw)).toEqual(wanted);
  });

  it("with words around it", () => {
    const out = redact(event(`body ${inner({ pwd: ["hunter2"] })} sent`)).out;
    expect(JSON.parse(out)).toEqual({ raw: 'body {"pwd":"[REDACTED]"} sent' });
  });

  it.each([
    ['{req} {"password":["x1"]}', '{req} {"password":"[REDACTED]"}'],
    ['[12] {a} {"password":{"new":"x1"}} {b}', '[12] {a} {"password":"[REDACTED]"} {b}'],
    ['{req} {"password":987654321}', '{req} {"password":"[REDACTED]"}'],
    ['{"a":1} sent, {"cookie":["x1"]} got', '{"a":1} sent, {"cookie":"[REDACTED]"} got'],
    ['{"cut {"value":"x1","name":"DB_PASSWORD"}', '{"cut {"value":"[REDACTED]","name":"DB_PASSWORD"}'],
    ['args ["a","--token","x1"] of [{"b":2}]', 'args ["a","--token","[REDACTED]"] of [{"b":2}]'],
  ])("with other brackets around it: %s", (raw, wanted) => {
    expect(JSON.parse(redact(event(raw)).out)).toEqual({ raw: wanted });
    expect(JSON.parse(redact(event(raw), {}, { isClosed: true }).out)).not.toEqual({ raw });
  });

  it("takes time in proportion to what only looks like it", () => {
    for (const piece of ['{"password', '{"password":[', '["password",{', '{"password":"\\"']) {
      const line = event(piece.repeat(30_000));
      expect(redact(line, { detect: ["field"] }).out).toBe(line);
    }
  });

  it("that is a string of JSON that is a string", () => {
    const raw = inner({ body: inner({ body: inner({ password: "hunter2", n: 1 }) }) });
    const out = JSON.parse(redact(event(raw)).out) as { raw: string };
    const second = JSON.parse(out.raw) as { body: string };
    const third = JSON.parse(second.body) as { body: string };
    expect(JSON.parse(third.body)).toEqual({ password: "[REDACTED]", n: 1 });
    expect(redact(event(inner({ body: inner({ password: ["hunter2"] }) }))).out).not.toContain("hunter2");
  });

  it("with names of one's own", () => {
    expect(redact(event(inner({ pin: 12 })), { fields: ["pin"] }).out).toBe(event('{"pin":"[REDACTED]"}'));
  });

  it("has the hash of what it says, and comes back as it was", () => {
    const field = redact('{"password":"hunter2"}\n', { action: ["hash"] }).out;
    const text = redact(event(inner({ password: "hunter2" })), {
      action: ["field=hash", "keyed-secret=hash"],
    }).out;
    expect(text.slice(-40)).toContain("]");
    expect(/\[[A-Z]+:new:[0-9a-f]{32}\]/.test(field) && /\[[A-Z]+:new:[0-9a-f]{32}\]/.test(text)).toBe(true);
    for (const value of [{ password: ["hunter2"] }, { cvv: 7 }, { cookie: 'a"b\\c' }]) {
      const line = event(inner(value));
      const hidden = redact(line, { action: ["encrypt"] }).out;
      expect(hidden).not.toContain("hunter2");
      expect(reveal(hidden).out).toBe(line);
    }
  });

  it("that is none, or has no telling name, stays as it is", () => {
    for (const raw of ['{"password', "{token}", '["a"', inner({ a: [1, 2.5] }), "{}"])
      expect(redact(event(raw)).out).toBe(event(raw));
  });
});

describe("--fail-closed", () => {
  const closed = (line: string) => redact(`${line}\n`, {}, { isClosed: true });

  it.each([
    ['{"m":"\\u0001\\u0002"}', "control characters"],
    [`{"m":"${"x".repeat(70_000)}"}`, "a long string"],
    ['{"m":"{\\"password\\":[\\"hunter2\\""}', "JSON that is cut off"],
    ['{"m":"[{\\"a\\":1}"}', "an array that is none"],
    ['{"m":"\\\\x68unter2"}', "escapes of another language"],
    ['{"m":"aGVsbG8gdGhlcmUgZ2VuZXJhbCBrZW5vYmkgMTIzNDU2Nzg5"}', "base64"],
    ['{"m":"password: incorrect"}', "a telling name before a value"],
    ['{"m":"\\u001bPq\\u001bX"}', "a sequence that is not known"],
  ])("withholds %s: %s", (line) => {
    const { out, counts } = closed(line);
    expect(out).toBe('{"m":"[WITHHELD]"}\n');
    expect(counts["withheld"]).toBe(1);
  });

  it.each([
    '{"m":"[main] INFO all is fine","n":1.50}',
    '{"m":"a\\n\\tat b\\r\\nc","u":"https://example.com/a?b=1"}',
    '{"m":"\\u001b[31mred\\u001b[0m"}',
    '{"m":"{\\"a\\":[1,2]}"}',
    '{"k":"0123456789abcdef0123456789abcdef01234567","é":"ü"}',
  ])("lets %s out", (line) => {
    expect(closed(line).out).toBe(`${line}\n`);
  });

  it("lets out what is redacted, and is the same when it runs again", () => {
    const once = closed('{"password":"hunter2","m":"mail ann@example.com, token=x8fK2mQ9xR4tZ1n"}').out;
    expect(once).toBe('{"password":"[REDACTED]","m":"mail [EMAIL], token=[SECRET]"}\n');
    expect(closed(once.trim()).out).toBe(once);
  });

  it("withholds keys and lines of text, too", () => {
    expect(closed('{"a\\u0001b":1}').out).toBe('{"[WITHHELD]":1}\n');
    const text = redact('fine\nnot\x01fine\n{"a\nlast', {}, { isText: true, isClosed: true });
    expect(text.out).toBe("fine\n[WITHHELD]\n[WITHHELD]\nlast");
    expect(text.counts["withheld"]).toBe(2);
  });
});
