import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DETECTORS } from "../../../../src/lib/stages/redact/detectors/index.js";
import { explain, KEYS, redact, reveal } from "./support.js";

const samples = DETECTORS.flatMap(({ positives, negatives }) => [
  ...positives.map((text) => text.replace(/[«»]/g, "")),
  ...negatives,
]);
const piece = fc.oneof(
  fc.constantFrom(...samples),
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    '"',
    "\\",
    "é",
    "\n",
    "password",
    "token",
    "=",
    ": ",
    "@",
    "eyJ",
    "-----BEGIN ",
    "\ud800",
    "[EMAIL]",
  ),
);
const text = fc.array(piece, { maxLength: 5 }).map((parts) => parts.join(""));
const key = fc.oneof(fc.constantFrom("a", "password", "api_key", "trace_id", "x"), text);
const leaf = fc.oneof(
  text,
  fc.constantFrom(4111111111111111, 219099999, 1.5, true, null, 5555555555554444, -0, 1763719200123),
);
const { event } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, leaf, fc.array(tie("value"), { maxLength: 3 }), tie("event")),
  event: fc.dictionary(key, tie("value"), { maxKeys: 4 }),
}));
/** One event a line, escapes written in several ways. */
const line = fc
  .tuple(event, fc.boolean())
  .map(([value, isAscii]) => (isAscii ? asciiJson(value) : JSON.stringify(value)));
const lines = fc.array(line, { maxLength: 6 }).map((all) => all.map((one) => `${one}\n`).join(""));

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^ -~]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const every = { detect: ["all"] };

describe("Redactor", () => {
  it.each(["label", "mask", "partial", "drop", "hash", "encrypt"])(
    "%s leaves one JSON object a line",
    (action) => {
      fc.assert(
        fc.property(lines, (input) => {
          const { out, rejected } = redact(input, { ...every, action: [action] }, { hasAudit: true });
          expect(rejected).toEqual([]);
          const before = input.split("\n");
          const after = out.split("\n");
          expect(after.length).toBe(before.length);
          for (const one of after.slice(0, -1)) expect(typeof JSON.parse(one)).toBe("object");
        }),
      );
    },
  );

  it("gives the same however the input is cut", () => {
    fc.assert(
      fc.property(lines, fc.array(fc.nat(), { maxLength: 4 }), (input, cuts) => {
        const options = { ...every, action: ["email=hash", "card=partial", "field=drop"] };
        expect(redact(input, options, { cuts })).toEqual(redact(input, options));
        expect(explain(input, every, { cuts }).out).toBe(explain(input, every).out);
      }),
    );
  });

  it.each(["label", "mask", "hash"])("%s finds nothing more in what it has redacted", (action) => {
    fc.assert(
      fc.property(lines, (input) => {
        const next = (text: string) => redact(text, { ...every, action: [action] }).out;
        // What was hidden may have kept apart two pieces that look like something together, and those two more.
        const again = next(next(next(input)));
        expect(next(again)).toBe(again);
      }),
    );
  });

  it("reveals what it encrypted, byte for byte", () => {
    fc.assert(
      fc.property(lines, (input) => {
        const hidden = redact(input, { ...every, action: ["encrypt"] });
        expect(reveal(hidden.out).out).toBe(input);
      }),
    );
  });

  it("reveals text, too", () => {
    fc.assert(
      fc.property(fc.array(text), (parts) => {
        const input = parts.map((part) => `${part.replaceAll("\ud800", "")}\n`).join("");
        const hidden = redact(input, { ...every, action: ["encrypt"] }, { isText: true });
        expect(reveal(hidden.out, { isText: true }).out).toBe(input);
      }),
    );
  });

  it("leaves what it does not redact as it is", () => {
    const input =
      '{ "f":1.0,"big":9223372036854775807 ,"m":"\\u0061\\ud800 ada@example.com\\/","d":1,"d":2 }\n\n{}\n';
    expect(redact(input).out).toBe(input.replace("ada@example.com", "[EMAIL]"));
  });

  it("looks into keys, and at any depth", () => {
    const input = '{"ada@example.com":{"x":[{"y":["203.0.113.7"]}]}}\n';
    expect(redact(input).out).toBe('{"[EMAIL]":{"x":[{"y":["[IP]"]}]}}\n');
  });

  it("hides whole values of fields with telling names", () => {
    const input =
      '{"password":null,"b":{"Db-Password":12,"secrets":"x"},"AccessToken":{"a":[1,"}"]},"token":["a"],"cookie":"","max_tokens":5}\n';
    const { out } = redact(input);
    expect(out).toBe(
      '{"password":null,"b":{"Db-Password":"[REDACTED]","secrets":"x"},"AccessToken":"[REDACTED]","token":"[REDACTED]","cookie":"","max_tokens":5}\n',
    );
  });

  it("takes names of fields with *, short ones too", () => {
    const input = '{"pw":"x","user":{"pin":1234},"sessionKeyId":"k"}\n';
    const { out } = redact(input, { fields: ["pw", "pin", "session*id"] });
    expect(out).toBe('{"pw":"[REDACTED]","user":{"pin":"[REDACTED]"},"sessionKeyId":"[REDACTED]"}\n');
  });

  it("does not redact what is allowed", () => {
    const allow = ["10.0.0.0/8", "ops@example.com", "/.*@example\\.org/", "2001:db8::/32"];
    const input = '{"m":"10.1.2.3 11.1.2.3 OPS@example.com a@example.org a@example.net 2001:db8::7"}\n';
    expect(redact(input, { allow }).out).toBe(
      '{"m":"10.1.2.3 [IP] OPS@example.com a@example.org [EMAIL] 2001:db8::7"}\n',
    );
  });

  it("finds patterns of the user, with and without a plain beginning", () => {
    const pattern = ["order=ORD-[0-9]+", "name=(?i)name is (\\pL+)", "kunde=Kunde (\\S+)"];
    const input =
      '{"m":"ORD-1 ORD-22 Name is Zoë, Kunde Jürgen.","n":"esc\\t\\"ORD-3\\" \\u00fc name is Ada"}\n';
    expect(redact(input, { pattern }).out).toBe(
      '{"m":"[ORDER] [ORDER] Name is [NAME], Kunde [KUNDE]","n":"esc\\t\\"[ORDER]\\" \\u00fc name is [NAME]"}\n',
    );
  });

  it("gives one hash for one value, however it is written, and another for another key", () => {
    const input =
      '{"a":"ADA@example.com","b":"ada@example.com","c":"4111 1111 1111 1111","d":4111111111111111}\n';
    const { a, b, c, d } = JSON.parse(redact(input, { action: ["hash"] }).out) as Record<string, string>;
    expect(a).toBe(b);
    expect(c).toBe(d);
    expect(a).toMatch(/^\[EMAIL:new:[0-9a-f]{32}\]$/);
    expect(c).toMatch(/^\[CARD:new:/);
  });

  it("reveals with an old key, and leaves what no key opens", () => {
    const input = '{"a":"ada@example.com","b":5555555555554444}\n';
    const { out } = redact(input, { action: ["encrypt"] });
    expect(reveal(out, {}, [KEYS[1]!, KEYS[0]!]).out).toBe(input);
    const other = reveal(out, {}, [KEYS[1]!]);
    expect(other.out).toBe(out);
    expect(other.counts).toEqual({ not_revealed: 2 });
  });

  it("keeps four characters with partial, none of what is short", () => {
    const input =
      '{"a":"4111111111111111","m":"token=8fK2mQ9xR4tZ1nB6","e":"a@b.example","password":"ünïcödé-größe😀é"}\n';
    expect(redact(input, { action: ["partial"] }).out).toBe(
      '{"a":"***1111","m":"token=***1nB6","e":"***","password":"***ße😀é"}\n',
    );
  });

  it("drops fields and elements without breaking the object", () => {
    const cases = [
      ['{"a":1,"m":"a@b.example","c":2}', '{"a":1,"c":2}'],
      ['{"m":"a@b.example","c":2}', '{"c":2}'],
      ['{"m":"a@b.example" , "n":"a@b.example"}', "{}"],
      [
        '{"l":["a@b.example",1,"a@b.example"],"o":{"m":"a@b.example","n":"1.2.3.4","z":0}}',
        '{"l":[1],"o":{"z":0}}',
      ],
      ['{"z":0,"m":"a@b.example","n":"1.2.3.4"}', '{"z":0}'],
      ['{"a@b.example":{"x":"1.2.3.4"},"z":0}', '{"z":0}'],
      ['{"password":{"x":["1.2.3.4",{"token":1}]},"z":0}', '{"z":0}'],
    ];
    for (const [input, output] of cases)
      expect(redact(`${input}\n`, { action: ["drop"] }).out).toBe(`${output}\n`);
  });

  it("says in the audit which fields, and never what", () => {
    const input = '{"u":{"m":["a@b.example"]},"a@b.example":{"ip":"1.2.3.4"}}\n';
    const { counts } = redact(input, {}, { hasAudit: true });
    expect(counts).toEqual({
      email: 2,
      ip: 1,
      "email in u.m[]": 1,
      "email in [EMAIL]": 1,
      "ip in [EMAIL].ip": 1,
    });
  });

  it("sets lines aside that are no events, as they came: what may be kept of them is the screen's to say", () => {
    const input = 'no json from ada@example.com\n{"a":"b@c.example"}\n{"half":"b@c.example\n';
    expect(redact(input).rejected).toEqual(["no json from ada@example.com", '{"half":"b@c.example']);
    expect(redact(input).out).toBe('{"a":"[EMAIL]"}\n');
  });

  it("counts lines across blocks when it explains", () => {
    const input = '{}\nbad\n\n{"a":"b@c.example"}\n';
    const { out } = explain(input, {}, { cuts: [0, 3, 7] });
    expect(out).toBe(
      '{"detector":"email","line":4,"column":7,"bytes":11,"field":"a","action":"label","preview":"b***e"}\n',
    );
  });

  it("takes any bytes as text", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        redact(Buffer.concat([bytes, Buffer.from("\n")]), every, { isText: true });
        redact(Buffer.concat([bytes, Buffer.from("\n")]), { ...every, action: ["drop"] });
      }),
    );
  });
});
