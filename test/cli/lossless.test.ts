/**
 * What goes into a store comes back from it: through the real command, from the live end, from the files of the flush,
 * and after compaction.
 */
import { describe, expect, test } from "vitest";
import { visitMembers } from "../../src/lib/json/visit-members.js";
import { canonical } from "../lib/store/support.js";
import { BIN, finished, logpipe, start, temporaryDirectory } from "../support/logpipe.js";

const at = (i: number) =>
  `"timestamp":"${new Date(1_795_255_200_000 + i).toISOString().replace("Z", "001Z")}"`;
const many = (count: number, line: (i: number) => string) => Array.from({ length: count }, (_, i) => line(i));
const DEEP = 300;

/** Each is a table of its own. */
const CASES: Readonly<Record<string, () => readonly string[]>> = {
  "keys first seen after row 100,000": () =>
    many(120_000, (i) => `{${at(i)},"n":${i}${i < 110_000 ? "" : `,"late_${i % 7}":"x${i}"`}}`),
  "a value that changes its type in the middle": () =>
    many(
      3000,
      (i) =>
        `{${at(i)},"v":${[`${i}`, `"${i}"`, `${i}.5`, "true", `{"i":${i}}`, `[${i}]`][Math.floor(i / 500)]}}`,
    ),
  "10,000 distinct keys": () =>
    many(1000, (i) => `{${at(i)},${many(10, (j) => `"key_${10 * i + j}":${j % 2 === 0 ? i : `"${i}"`}`)}}`),
  "deep nesting": () => [
    `{${at(0)},"a":${"[".repeat(DEEP)}1${"]".repeat(DEEP)}}`,
    `{${at(1)},"o":${'{"a":'.repeat(DEEP)}{}${"}".repeat(DEEP)}}`,
  ],
  "values of 2 MB": () => [
    `{${at(0)},"m":"${"x".repeat(2_000_000)}"}`,
    `{${at(1)},"m":{"s":"${"é".repeat(1_000_000)}"}}`,
    `{${at(2)},"m":[${"1234567,".repeat(250_000)}0]}`,
  ],
  "numbers beyond 2^53": () => [
    `{${at(0)},"n":9007199254740993,"m":9223372036854775807,"d":9007199254740993}`,
    `{${at(1)},"n":-9007199254740995,"m":18446744073709551615,"d":0.5}`,
    `{${at(2)},"n":123456789012345678901234567890,"m":1e400}`,
  ],
  "long numbers in nested values": () => [
    `{${at(0)},"o":{"n":9007199254740993,"d":0.1234567890123456789012345}}`,
    `{${at(1)},"o":{"n":123456789012345678901234567890,"d":3.14159265358979323846264338327950288}}`,
    `{${at(2)},"o":[-0,1e-400,1e400,[[1.00000000000000000001]]]}`,
  ],
  "regular objects with odd ones among them": () =>
    many(
      3000,
      (i) => `{${at(i)},"tags":${i % 500 === 499 ? `{"b":${i},"a":"x"}` : `{"a":"x\\"${i}","b":${i}}`}}`,
    ),
};

/** A line as sorted `key=value` texts; `_rest` unfolded, nulls left out. */
function facts(line: string): string {
  const found: string[] = [];
  visitMembers(line, (key, value) => {
    if (value === "null") return;
    if (key === '"_rest"') visitMembers(value, (inner, held) => found.push(`${inner}=${canonical(held)}`));
    else found.push(`${key}=${canonical(value)}`);
  });
  return found.sort().join(" ");
}

/** Equality of long lists, said shortly when it fails. */
function expectSame(found: readonly string[], wanted: readonly string[]): void {
  const missing = new Set(wanted);
  const surplus = found.filter((fact) => !missing.delete(fact));
  expect({
    rows: found.length,
    missing: [...missing].slice(0, 3).map((fact) => fact.slice(0, 300)),
    surplus: surplus.slice(0, 3).map((fact) => fact.slice(0, 300)),
  }).toEqual({ rows: wanted.length, missing: [], surplus: [] });
}

async function rowsOf(cwd: string): Promise<string[]> {
  const ran = await logpipe(["query", "SELECT * FROM logs"], { cwd });
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  return ran.stdout.split("\n").slice(0, -1).map(bytesAsCharacters).map(facts);
}

/** As `visitMembers` has it. */
function bytesAsCharacters(line: string): string {
  return Buffer.from(line, "utf8").latin1Slice();
}

async function untilStored(cwd: string, rows: number): Promise<void> {
  for (;;) {
    const ran = await logpipe(["query", "SELECT count(*) AS n FROM logs"], { cwd });
    if (ran.code === 0 && (JSON.parse(ran.stdout) as { n: number }).n === rows) return;
    await new Promise((done) => setTimeout(done, 100));
  }
}

describe("nothing is lost or bent", () => {
  for (const [name, make] of Object.entries(CASES)) {
    test(`${name}: live, flushed and compacted`, { timeout: 300_000 }, async () => {
      const lines = make();
      const wanted = lines.map(bytesAsCharacters).map(facts);
      const cwd = temporaryDirectory();
      const sink = start([BIN, "sink", "-q", "--flush-interval", "1h"], { cwd });
      sink.stdin!.write(lines.map((line) => `${line}\n`).join(""));
      await untilStored(cwd, lines.length);
      expectSame(await rowsOf(cwd), wanted);
      expect((await finished(sink, "")).code).toBe(0);
      expectSame(await rowsOf(cwd), wanted);
      expect((await logpipe(["compact", "-q"], { cwd })).code).toBe(0);
      expectSame(await rowsOf(cwd), wanted);
    });
  }

  test("of a key that an event has twice the last value counts and the other is kept", async () => {
    const cwd = temporaryDirectory();
    await logpipe(["sink", "-q"], { cwd, stdin: `{${at(0)},"a":1,"a":"two"}\n` });
    expect(await rowsOf(cwd)).toEqual([[`"a"="two"`, `"a"=1`, at(0).replace(":", "=")].sort().join(" ")]);
  });

  test("malformed lines in the middle: every other line is stored, and they are set aside", async () => {
    const cwd = temporaryDirectory();
    const good = many(2000, (i) => `{${at(i)},"n":${i}}`);
    const bad = ['{"n":', "no JSON", '{"n":1}{"n":2}', "[1]", '{"n":01}'];
    const lines = [...good.slice(0, 1000), ...bad, ...good.slice(1000)];
    const ran = await logpipe(["sink", "--stats"], { cwd, stdin: lines.map((line) => `${line}\n`).join("") });
    expect(ran.stderr).toMatch(/set aside: 5\b/);
    expectSame(await rowsOf(cwd), good.map(facts));
  });
});
