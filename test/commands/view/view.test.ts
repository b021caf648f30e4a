import fc from "fast-check";
import { describe, expect, it } from "vitest";
import view from "../../../src/commands/sinks/view.js";
import { Block } from "../../../src/lib/event/block.js";
import { defaultsOf } from "../../../src/lib/options/options.js";
import { hostOf } from "../../../src/lib/pipeline/run/host.js";
import { type TerminalSetup, testTerminal } from "../../support/memory-terminal.js";

type Given = Partial<Parameters<typeof view.open>[0]["options"]>;

async function show(input: string | Buffer, options: Given = {}, setup: TerminalSetup = {}): Promise<string> {
  return (await shownBytes(Buffer.from(input), options, setup)).toString("utf8");
}

async function shownBytes(input: Buffer, options: Given = {}, setup: TerminalSetup = {}): Promise<Buffer> {
  const terminal = testTerminal(setup);
  const given = { operands: [], options: { ...defaultsOf(view.options), utc: true, ...options } };
  const sink = await view.open(given, hostOf(terminal));
  await sink.write(new Block(input));
  await sink.flush();
  await sink.close();
  terminal.close();
  return terminal.stdout.bytes;
}

const T = '"timestamp":"2026-11-22T10:00:00.123456789Z"';

describe("view", () => {
  it.each([
    [`{${T},"level":"info","message":"hello","n":1}`, "2026-11-22 10:00:00.123456789 INFO  hello n=1\n"],
    [`{"n":1,"message":"first",${T},"level":"warn"}`, "2026-11-22 10:00:00.123456789 WARN  first n=1\n"],
    ['{"level":"error","service":"shop","host":"web1","message":"x"}', "ERROR shop@web1 x\n"],
    ['{"level":30,"host":"web1","message":"x"}', "INFO  @web1 x\n"],
    ['{"level":"notice","message":"x"}', "NOTICE x\n"],
    [
      '{"message":"m","s":"a b","e":"","q":"a\\"b","k":"a=b","u":"é","o":{"a":[1.0]},"z":null,"b":9223372036854775808}',
      'm s="a b" e="" q="a\\"b" k="a=b" u=é o={"a":[1.0]} z=null b=9223372036854775808\n',
    ],
    ['{"message":"m","id":1.0,"t":true}', "m id=1.0 t=true\n"],
    ['{"message":{"not":"text"}}', '{"not":"text"}\n'],
    ['{"timestamp":"2026-11-22T10:00:00+02:00","message":"x"}', "2026-11-22 08:00:00 x\n"],
    ['{"timestamp":"soon","message":"x"}', "soon x\n"],
    ['{"a":1}', "a=1\n"],
    ["{}", "\n"],
  ])("%s", async (line, expected) => {
    expect(await show(`${line}\n`)).toBe(expected);
  });

  it("shows times in a zone, over its change of clocks", async () => {
    const lines = '{"timestamp":"2026-10-25T00:59:59Z"}\n{"timestamp":"2026-10-25T01:00:00.5Z"}\n';
    expect(await show(lines, { utc: false, tz: "Europe/Berlin" })).toBe(
      "2026-10-25 02:59:59\n2026-10-25 02:00:00.5\n",
    );
    expect(await show(lines, { utc: false, tz: "+05:30" })).toBe(
      "2026-10-25 06:29:59\n2026-10-25 06:30:00.5\n",
    );
  });

  it("sets stack traces and messages of several lines apart", async () => {
    const event = {
      message: "it broke\nbadly",
      code: 5,
      stack: "Error: x\n  at a\n  at b",
      err: { type: "E", stack: "E: y\n  at c" },
    };
    expect(await show(`${JSON.stringify(event)}\n`)).toBe(
      [
        'it broke code=5 err={"type":"E"}',
        "    badly",
        "    stack:",
        "        Error: x",
        "          at a",
        "          at b",
        "    err.stack:",
        "        E: y",
        "          at c",
        "",
      ].join("\n"),
    );
  });

  it("shows the fields that were asked for, in their order", async () => {
    const line = '{"message":"m","a":1,"b":{"c":2},"d":3}\n';
    expect(await show(line, { fields: ["d,b.c", "none"] })).toBe("m d=3 b.c=2\n");
  });

  it("prints lines that are no events as they are", async () => {
    expect(await show('plain\n{"broken\n\n[1]\n"last"')).toBe('plain\n{"broken\n\n[1]\n"last"\n');
    const bytes = Buffer.from([0xff, 0x0a, 0x41, 0x1b, 0x0a]);
    expect((await shownBytes(bytes)).equals(bytes)).toBe(true);
  });

  it("escapes control characters of such lines on a terminal", async () => {
    const stdout = { isTerminal: true };
    expect(await show("a\x1b[2J\u202eb\r\n", {}, { stdout })).toBe("a\\x1b[2J\\u202eb\n");
  });

  it("colours levels, and only when colours are wanted", async () => {
    const line = '{"level":"error","message":"x","a":1}\n';
    expect(await show(line, {}, { stdout: { hasColour: true } })).toBe(
      "\x1b[31mERROR\x1b[39m x \x1b[2ma=1\x1b[22m\n",
    );
    expect(await show(line)).toBe("ERROR x a=1\n");
  });

  it("lets no control character of an event through", async () => {
    const text = fc.string({ unit: "binary", maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(text, fc.oneof(text, fc.jsonValue()), { maxKeys: 6 }),
        text,
        text,
        async (fields, message, level) => {
          const shown = await show(`${JSON.stringify({ ...fields, message, level })}\n`);
          expect(shown).toMatch(
            /^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]*\n$/,
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it("refuses a zone that is none", async () => {
    await expect(show("{}", { utc: false, tz: "Nowhere" })).rejects.toMatchObject({
      code: "usage.bad-value",
      exitCode: 2,
    });
  });
});
