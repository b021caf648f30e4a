/** Options that are read, and mean nothing: whatever a stage makes of them, what comes out of it is ours. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registry } from "../../src/commands/registry.js";
import * as logpipe from "../../src/index.js";
import type { AnyOption, Options } from "../../src/lib/options/options.js";
import type { Piece } from "../../src/library/piece.js";

const directory = mkdtempSync(join(tmpdir(), "logpipe-hostile-"));
const before = process.cwd();
beforeAll(() => process.chdir(directory));
afterAll(() => {
  process.chdir(before);
  rmSync(directory, { recursive: true, force: true });
});

const stages = (await registry.loadAll()).filter(({ kind }) => kind === "stage");
/** They ask the network, or wait for it. */
const LEFT_OUT = /^dns/;
const TEXTS = [
  "",
  " ",
  "\0",
  "a",
  "a.b",
  "a=b",
  "[",
  "(",
  "(?<x",
  "*",
  "%{",
  "{a}",
  "1m",
  "10%",
  "-1",
  "é",
  "\ud800",
  "//",
];
const more = [
  "timestamp",
  "level",
  "__proto__",
  "constructor",
  "toString",
  "a,b",
  "count",
  "p99(a)",
  "a > 1",
  "a on b",
  "warn+",
];
const texts = fc.constantFrom(...TEXTS, ...more);
const EVENTS: object[] = [
  { timestamp: "2026-11-21T10:00:00Z", level: "error", message: "a", a: 1, "a.b": { c: [] } },
  { timestamp: 5, level: null, message: {}, a: "x", constructor: 1 },
  {},
];

function valuesFor({ kind, choices }: AnyOption): fc.Arbitrary<unknown> {
  if (kind === "flag") return fc.boolean();
  if (kind === "list") return fc.array(texts, { maxLength: 3 });
  if (choices !== undefined) return fc.constantFrom(...choices);
  return kind === "text" || kind === "rate" ? texts : fc.oneof(fc.nat(5000), texts);
}

describe.each(stages.map((declaration) => ({ name: declaration.name, declaration })))(
  "$name",
  ({ name, declaration }) => {
    it("gives events or a LogpipeError", async () => {
      const make = (logpipe as unknown as Record<string, (...given: unknown[]) => Piece>)[name]!;
      const options = Object.entries(declaration.options as Options).filter(([key]) => !LEFT_OUT.test(key));
      const some = fc.record(Object.fromEntries(options.map(([key, option]) => [key, valuesFor(option)])), {
        requiredKeys: [],
      });
      await fc.assert(
        fc.asyncProperty(some, fc.option(texts), async (given, operand) => {
          const few = Object.fromEntries(Object.entries(given).slice(0, 2));
          try {
            const piece = operand === null ? make(few) : make(operand, few);
            const settings = { workers: 0, deadLetters: "dead.ndjson" };
            for await (const event of logpipe.pipeline(EVENTS, piece).events(settings)) void event;
          } catch (error) {
            if (!(error instanceof logpipe.LogpipeError)) throw error;
            expect(error.exitCode).toBeGreaterThan(0);
          }
        }),
        { numRuns: 40 },
      );
    });
  },
);
