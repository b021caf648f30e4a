/**
 * Words of logs that every JavaScript object answers to: in place of any word of any example they are words as all
 * others.
 */
import { describe, expect, it } from "vitest";
import { EventWriter } from "../../../src/lib/event/writer.js";
import { formats } from "../../../src/lib/format/registry.js";

const NOW_MS = Date.UTC(2026, 10, 21);
const WORDS = ["constructor", "toString", "__proto__", "hasOwnProperty", "valueOf"];
/** What such a member would come out as. */
const CODE = /native code|\[object|function /;

describe.each(formats.map((format) => [format.name, format] as const))("%s", (_, format) => {
  it("takes names of an object's own members for words", () => {
    for (const { before = [], line, event } of format.examples) {
      const lines = [...before, line];
      for (let n = 0; n < lines.length; n++)
        for (const { 0: word, index } of lines[n]!.matchAll(/[A-Za-z][\w-]*/g)) {
          const hostile = WORDS[(index + word.length) % WORDS.length]!;
          const changed = lines[n]!.slice(0, index) + hostile + lines[n]!.slice(index + word.length);
          const parser = format.create({ nowMs: () => NOW_MS });
          const writer = new EventWriter();
          for (const one of [...lines.slice(0, n), changed, ...lines.slice(n + 1)])
            if (parser.parse(one, writer) === true) writer.end();
            else writer.reset();
          const written = writer.take();
          for (const text of written
            .trimEnd()
            .split("\n")
            .filter((part) => part !== ""))
            expect(() => JSON.parse(text), changed).not.toThrow();
          if (!CODE.test(`${event}${lines.join("")}`)) expect(written, changed).not.toMatch(CODE);
        }
    }
  });
});
