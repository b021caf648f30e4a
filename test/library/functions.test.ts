/** What the package exports, against the registry of commands. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { registry } from "../../src/commands/registry.js";
import * as logpipe from "../../src/index.js";
import { parseWords, withDefaults } from "../../src/lib/options/command-line.js";
import { flagName, type Options } from "../../src/lib/options/options.js";
import type { Piece } from "../../src/library/piece.js";
import { ROOT } from "../support/logpipe.js";

type Make = (...given: unknown[]) => Piece;
const parts = (await registry.loadAll()).filter(({ kind }) => kind !== "command");
const functions = logpipe as unknown as Record<string, Make>;
const isOperand = (given: unknown) => typeof given === "string";
const named = (name: string) => functions[name.replace(/[ -](\w)/g, (_, c: string) => c.toUpperCase())]!;
/** Operands that a piece cannot do without. */
const NEEDED: Readonly<Record<string, unknown[]>> = {
  filter: ["a > 1"],
  sample: [{ oneIn: 2 }],
  merge: ["a.ndjson", "b.ndjson"],
  stats: ["count"],
  top: ["level"],
  throttle: ["100/s"],
  exec: ["true"],
  window: ["1m"],
};
/** Those that are given for want of a default. */
const UNSET: Readonly<Record<string, object>> = { sample: { oneIn: undefined } };

describe.each(parts.map((declaration) => ({ name: declaration.name, declaration })))(
  "$name",
  ({ name, declaration }) => {
    const needed = NEEDED[name] ?? [];

    it("has a function, which makes a piece of its declaration with its defaults", () => {
      const make = named(name);
      expect(make, `run "npm run docs": src/library/commands.ts has no ${name}`).toBeTypeOf("function");
      const piece = make(...needed);
      expect(piece.declaration.name).toBe(name);
      const { options } = piece.given;
      expect({ ...options, ...UNSET[name] }).toEqual(withDefaults(declaration.options, {}));
    });

    it("says every option with its type and its help", () => {
      const text = readFileSync(join(ROOT, "src/library/commands.ts"), "utf8");
      const start = text.indexOf(`/** Options of \`${named(name).name}\`. */`);
      const own = text.slice(start, text.indexOf("\n}\n", start));
      for (const [key, { summary }] of Object.entries(declaration.options as Options)) {
        expect(own).toMatch(new RegExp(`readonly ${key}\\?: .* \\| undefined;`));
        expect(own.replace(/\s*\n\s*\* /g, " ").replaceAll("*\\/", "*/")).toContain(summary.split("\n")[0]);
      }
    });

    it("refuses a name with the same words as the command line", () => {
      const [key] = Object.keys(declaration.options);
      const slip = `${key}x`;
      const asked = caught(() => named(name)(...needed.filter(isOperand), { [slip]: "1" }));
      const typed = caught(() => parseWords(name, declaration.options, [`${flagName(slip)}=1`]));
      expect(asked.code).toBe("usage.unknown-option");
      expect(asked.message).toBe(typed.message.replace(flagName(slip), slip));
      expect(asked.help).toBeDefined();
    });

    it("takes whatever a program may give it, or throws a LogpipeError", () => {
      const keys = [...Object.keys(declaration.options), "constructor", "__proto__", "workers", "x"];
      const options = fc.dictionary(fc.constantFrom(...keys), hostile);
      fc.assert(
        fc.property(fc.array(hostile, { maxLength: 2 }), options, (someOperands, some) => {
          const operands = someOperands.map(meant);
          const given = Object.fromEntries(Object.entries(some).map(([key, value]) => [key, meant(value)]));
          caught(() => named(name)(...operands, given));
          caught(() => named(name)(given, ...operands));
        }),
        { numRuns: 60 },
      );
    });
  },
);

describe("arguments", () => {
  const { parse, filter, enrich, dedupe, pipeline, lines, query, expression } = logpipe;

  it("are read as on the command line", () => {
    const given = { within: "5m", memory: "64MiB", by: ["a", "b"] };
    expect(dedupe(given).given.options).toMatchObject({
      within: 300_000,
      memory: 67_108_864,
      by: ["a", "b"],
    });
    expect(dedupe({ within: 250, memory: 4096, by: "a" }).given.options).toMatchObject({
      within: 250,
      memory: 4096,
      by: ["a"],
    });
    expect(filter("a > 1").given.operands).toEqual(["a > 1"]);
  });

  it.each([
    [() => parse({ formatt: "x" } as never), 'parse has no option "formatt"', 'did you mean "format"?'],
    [
      () => parse({ workers: "two" } as never),
      'parse has no option "workers"',
      "it belongs to the run: pipeline(...).run({ workers: ... })",
    ],
    [
      () => pipeline(lines([])).events({ workers: "two" }),
      'cannot read --workers "two": not a number of threads',
      "write auto, 0 (the main thread alone) or a number",
    ],
    [
      () => pipeline(lines([])).events({ signl: 1 } as never),
      'events has no option "signl"',
      'did you mean "signal"?',
    ],
    [
      () => dedupe({ within: "5 minuts" }),
      'cannot read --within "5 minuts": unknown unit "minuts"',
      "write it like 500ms, 10s, 5m, 1h30m or 7d",
    ],
    [
      () => enrich({ host: "yes" } as never),
      'cannot read --host "yes": it is a flag',
      "write host: true or host: false",
    ],
    [
      () => pipeline("app.log", parse()),
      "pipeline() cannot take app.log: it is no stage and nothing to read from",
      "to read a file: files(path); to read text as lines: lines([text])",
    ],
    [
      () => pipeline(lines([]), parse as never),
      "a function cannot stand in the middle of a pipeline",
      "a pipeline is an input, then stages such as parse(), then at most one sink",
    ],
    [() => query("SELECT 1", { fles: "x" } as never), 'query has no option "fles"', 'did you mean "files"?'],
    [
      () => expression("levle = 3"),
      expect.stringContaining('expression: "=" is no operator'),
      'did you mean "=="?',
    ],
  ])("%s", (call, message, help) => {
    expect(caught(call)).toMatchObject({ message, help, exitCode: 2 });
  });

  it.each<[string, unknown[], string]>([
    ["filter", ["status >="], "EXPR: it ends where a value"],
    ["filter", [42], "a condition is wanted, and this is a number"],
    ["filter", [], "filter needs EXPR"],
    ["filter", [{ level: "errr" }], '"errr" is no level'],
    ["filter", [{ where: ["a >"] }], "--where: it ends"],
    ["filter", [{ grepRegex: "(" }], "this pattern cannot be read"],
    ["filter", [{ since: "yesterdya" }], "not a time"],
    ["enrich", [{ set: "a" }], "there is no = in it"],
    ["enrich", [{ cast: "a:nothing" }], "--cast"],
    ["enrich", [{ lookup: "no-such-words" }], "--lookup"],
    ["stats", ["cout"], 'there is no aggregate "cout"'],
    ["stats", ["count", { failIf: "n >" }], "--fail-if: it ends"],
    ["stats", ["count", { since: "yesterdya" }], "not a time"],
    ["top", ["a", { failIf: "n >" }], "--fail-if: it ends"],
    ["window", ["5x"], 'unknown unit "x"'],
    ["window", [], "window needs SIZE"],
    ["window", ["5m", { agg: "p95(" }], 'a ")" is missing'],
    ["parse", [{ format: "combnied" }], "there is no such format"],
    ["parse", [{ format: "regex:(" }], "unterminated group"],
    ["parse", [{ format: "grok:%{NOPE}" }], 'there is no grok pattern "NOPE"'],
    ["redact", [{ detect: "emial" }], "there is no such detector"],
    ["redact", [{ pattern: "(" }], "this is not NAME=REGEX"],
    ["redact", [{ action: "email=hash" }], "email=hash"],
    ["sample", [], "sample needs --rate"],
    ["sort", [{ by: "a", buffer: "1m" }], "a stream can only be sorted by time"],
    ["patterns", [{ onlyNew: true }], "nothing says what is new"],
    ["patterns", [{ newSince: "yesterdya" }], "not a time"],
    ["histogram", [{ where: "a >" }], "--where: it ends"],
    ["histogram", [{ since: "yesterdya" }], "not a time"],
    ["detect", [{ every: 0 }], "--every"],
  ])("of %s are checked at once: %j", (name, given, message) => {
    expect(caught(() => named(name)(...given)).message).toContain(message);
  });

  it("of every function are LogpipeErrors at worst", () => {
    const calls: Make[] = [
      (...given) => logpipe.pipeline(...(given as never[])) as never,
      (...given) => logpipe.files(...(given as never[])),
      (...given) => logpipe.lines(...(given as [never])),
      (...given) => logpipe.use(...(given as [never])),
      (...given) => logpipe.expression(...(given as [never])) as never,
      (...given) => logpipe.query(...(given as [never])) as never,
      (given) => logpipe.query("SELECT 1", { parameters: given as never }) as never,
      (given) => logpipe.pipeline(logpipe.lines([])).stream(given as never) as never,
      (given) => logpipe.pipeline(logpipe.lines([])).events(given as never) as never,
      (given) => logpipe.pipeline(logpipe.lines([])).explain(given as never) as never,
      (given) => logpipe.expression("a == 1").test(given as never) as never,
      (given) => logpipe.expression("a").evaluate(given as never) as never,
    ];
    fc.assert(
      fc.property(fc.constantFrom(...calls), fc.array(hostile, { maxLength: 3 }), (call, given) => {
        caught(() => call(...given.map(meant)));
      }),
      { numRuns: 600 },
    );
  });
});

const odd = [
  ...[
    Symbol("s"),
    () => 1,
    class {},
    new Date(Number.NaN),
    new Map([[1, 2]]),
    /x/,
    10n ** 400n,
    "\0",
    "$HOME/x",
    "s3://x",
  ],
  ...[
    Object.create(null),
    new Proxy({}, { ownKeys: () => fail(), get: () => fail(), getPrototypeOf: () => fail() }),
  ],
  ...[
    { toString: fail },
    { toJSON: fail },
    [Symbol("t")],
    new Array(3),
    {
      get x() {
        return fail();
      },
    },
    Promise.resolve(1),
  ],
  ...[{ [Symbol.iterator]: fail }, new Uint8Array([0x1f, 0x8b]), circular()],
];
/** Shown by its number: what is printed of a failure must not fail itself. */
const oddOne = fc.nat(odd.length - 1);
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSparseArray: true,
  }),
  oddOne.map((n) => new Odd(n)),
  fc.string(),
);

class Odd {
  readonly number: number;
  constructor(number: number) {
    this.number = number;
  }
}

/** What is meant by a number of `odd`. */
function meant(given: unknown): unknown {
  return given instanceof Odd ? odd[given.number] : given;
}

function fail(): never {
  throw new TypeError("thrown by what the program gave");
}

function circular(): unknown {
  const object: Record<string, unknown> = {};
  object["self"] = object;
  return object;
}

/** The error that `call` throws, which must be ours; one without a code when it throws none. */
function caught(call: () => unknown): { code?: string; message: string; help?: string | undefined } {
  try {
    call();
    return { message: "" };
  } catch (error) {
    if (!(error instanceof logpipe.LogpipeError)) throw error;
    return error;
  }
}
