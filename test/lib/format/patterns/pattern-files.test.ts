/** Files of patterns and of definitions, whatever is in them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LogpipeError } from "../../../../src/lib/base/errors/index.js";
import { EventWriter } from "../../../../src/lib/event/writer.js";
import { grokFormat } from "../../../../src/lib/format/patterns/grok/grok.js";
import { readDefinitions } from "../../../../src/lib/format/patterns/grok/grok-definitions.js";
import { readPatterns } from "../../../../src/lib/format/patterns/user-patterns.js";
import { formatNamed } from "../../../../src/lib/format/registry.js";
import { NOW_MS } from "../examples.js";

const CONTEXT = { nowMs: () => NOW_MS };

function readAll(specs: Parameters<typeof formatNamed>[0], lines: readonly string[]): string[] {
  const parser = formatNamed(specs, CONTEXT);
  return lines.map((line) => {
    const event = new EventWriter();
    if (parser.parse(line, event) !== true) return "no";
    event.end();
    return `${parser.lastFormat?.name} ${event.take().trim()}`;
  });
}

describe("a file of patterns", () => {
  it("has a pattern a line, tried in order", () => {
    const specs = readPatterns(
      [
        "# what our programs write",
        "",
        "template:{time} {level} {message}",
        "  dissect:%{a};%{b}",
        "^n=(?<n_count>\\d+)$",
        "%{WORD:verb} /%{DATA:path}$",
        "logfmt\r",
      ].join("\n"),
      "own.txt",
    );
    const lines = ["2026-11-21T10:00:00Z INFO up", "1;2", "n=7", "GET /x", "level=warn msg=low", "???"];
    expect(readAll(specs, lines)).toEqual([
      'template {"timestamp":"2026-11-21T10:00:00Z","level":"info","message":"up"}',
      'dissect {"a":"1","b":"2"}',
      'regex {"n_count":7}',
      'grok {"verb":"GET","path":"x"}',
      'logfmt {"level":"warn","message":"low"}',
      "no",
    ]);
  });

  it("says the line that is wrong", () => {
    const specs = readPatterns("%{WORD:a}\n%{WROD:a}\n", "own.txt");
    expect(() => readAll(specs, [])).toThrow(
      'own.txt:2: there is no grok pattern "WROD"\n  %{WROD:a}\n    ^',
    );
    expect(() => readAll(readPatterns("syslogg", "own.txt"), [])).toThrow(
      'cannot read own.txt:1 "syslogg": there is no such format',
    );
    expect(() => readPatterns("# nothing\n", "own.txt")).toThrow("own.txt: it has no patterns");
    expect(() => readPatterns("\0", "own.txt")).toThrow("own.txt: it is no text file");
  });

  it("one of its patterns that hangs costs the others nothing but time", () => {
    const specs = readPatterns("^(?<x>(?:a+)+)(?<!z)$\n^(?<y>a+!)$\n^(?<z>.*)$\n", "own.txt");
    const parser = formatNamed(specs, CONTEXT);
    const lines = ["aaa", `${"a".repeat(60)}!`, "b", `${"a".repeat(60)}?`];
    const read = () =>
      lines.map((line) => {
        const event = new EventWriter();
        parser.parse(line, event);
        event.end();
        return [event.take().slice(2, 3), parser.guard!.hasGivenUp];
      });
    for (let n = 0; n < 2; n++)
      expect(parser.guard!.run(read)).toEqual([
        ["x", false],
        ["y", true],
        ["z", false],
        ["z", true],
      ]);
  });
});

describe("a file of grok definitions", () => {
  it("reads Logstash's, and JSON as Vector and Elasticsearch have it", () => {
    expect(readDefinitions("\ufeff# codes\r\nCODE [A-Z]+ \r\n\n  TWO\t%{CODE}-%{CODE}\n", "a")).toEqual([
      ["CODE", { source: "[A-Z]+ ", path: "a", line: 2 }],
      ["TWO", { source: "%{CODE}-%{CODE}", path: "a", line: 4 }],
    ]);
    expect(readDefinitions('{"CODE": "[A-Z]+"}', "b")).toEqual([
      ["CODE", { source: "[A-Z]+", path: "b", line: 1 }],
    ]);
  });

  it.each([
    ["CODE\n", "a:1: a definition is a name, a blank and an expression"],
    ["X y\n%{X} y\n", "a:2: a definition is a name, a blank and an expression"],
    ['{"a":1}', 'a:1: the definition of "a" is no text'],
    ['{"a":', "a:1: it begins as JSON and is none"],
    ["\0\0", "a:1: it is no text file"],
  ])("refuses %j", (text, message) => {
    expect(() => readDefinitions(text, "a")).toThrow(message);
  });

  it("a hostile one gives a sentence", { timeout: 600_000 }, () => {
    const names = Array.from({ length: 10_000 }, (_, n) => `N${n}`);
    const files = {
      cycle: names.map((name, n) => `${name} x%{N${(n + 1) % 10_000}}`),
      deep: [...names.map((name, n) => `${name} %{N${n + 1}}`), "N10000 x"],
      doubling: [...names.slice(0, 60).map((name, n) => `${name} %{N${n + 1}}%{N${n + 1}}`), "N60 x"],
      wide: [
        `N0 ${names
          .slice(1)
          .map((name) => `%{${name}:${name}}`)
          .join("|")}`,
        ...names.slice(1).map((n) => `${n} x`),
      ],
      large: [`N0 ${"(?:a|b)".repeat(200_000)}`],
      nested: [`N0 ${"(".repeat(20_000)}${")".repeat(20_000)}`],
      repeats: ["N0 (?:a{1000}){1000}"],
    };
    for (const [kind, lines] of Object.entries(files)) {
      const definitions = new Map(readDefinitions(lines.join("\n"), "hostile"));
      let message = "compiled";
      try {
        grokFormat("^%{N0:x}", definitions);
      } catch (error) {
        if (!(error instanceof LogpipeError)) throw error;
        message = error.message.split("\n")[0]!;
      }
      expect(message.length, kind).toBeLessThan(300);
    }
  });

  it("random text gives definitions or a sentence", () => {
    const line = fc.oneof(fc.string(), fc.stringMatching(/^[A-C]{1,2} [a-z%{}():?<>[\]\\|*+.A-C]{0,20}$/));
    fc.assert(
      fc.property(
        fc.array(line),
        fc.stringMatching(/^[%{}A-C:a-c[\]()\\|=*+?<>]{0,20}$/),
        (lines, pattern) => {
          try {
            const definitions = new Map(readDefinitions(lines.join("\n"), "random"));
            const parser = grokFormat(pattern, definitions).create(CONTEXT);
            parser.guard!.run(() => parser.parse("abc ABC aabbcc", new EventWriter()));
          } catch (error) {
            expect(error).toBeInstanceOf(LogpipeError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  }, 600_000);
});
