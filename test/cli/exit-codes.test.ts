/** Exit codes: lines 13 to 15 of docs/manners.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AssertionFailure } from "../../src/lib/base/assert.js";
import { failure } from "../../src/lib/base/errors/index.js";
import type { Output } from "../../src/lib/pipeline/contract/terminal.js";
import { reportError } from "../../src/report.js";
import { logpipeInside } from "../support/in-process.js";
import { logpipe, shell, temporaryDirectory } from "../support/logpipe.js";
import { lineByLine, linesOf, subcommands, typed } from "../support/subcommands.js";

describe("13. 0 done, 1 could not do it, 2 usage, 70 ours", () => {
  it.each(subcommands.map((name) => ({ name })))(
    "$name: an unknown option is 2 and one hint",
    async ({ name }) => {
      const ran = await logpipeInside([...name.split(" "), "--no-such-option"]);
      expect(ran).toMatchObject({ code: 2, stdout: "" });
      expect(ran.stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(2);
    },
  );

  it.each(lineByLine)("$name: a full disk is 1 and says so", async (streamer) => {
    const ran = await shell(`${typed(streamer)} > /dev/full`, { stdin: linesOf(streamer, 2000) });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("no space left");
  });

  it.each(lineByLine)("$name: an output that cannot be made is 1", async (streamer) => {
    const ran = await logpipe([...streamer.words, "-o", "no/such/place"], { stdin: linesOf(streamer, 2) });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("no/such/place");
  });

  it("what is ours is 70 with a stack, what is the system's is 1, a closed pipe is 0", async () => {
    const printed: string[] = [];
    const stderr = { write: async (text: string) => printed.push(text) > 0 } as unknown as Output;
    const codes = [
      await reportError(new AssertionFailure("two is two"), "parse", undefined, stderr),
      await reportError(new TypeError("x is not a function"), "parse", undefined, stderr),
      await reportError(
        Object.assign(new Error("ENOSPC"), { code: "ENOSPC", syscall: "write" }),
        "parse",
        undefined,
        stderr,
      ),
      await reportError(
        failure("usage.missing-operand", { command: "run", operand: "X" }),
        "run",
        undefined,
        stderr,
      ),
      await reportError(Object.assign(new Error("EPIPE"), { code: "EPIPE" }), "parse", undefined, stderr),
    ];
    expect(codes).toEqual([70, 70, 1, 2, 0]);
    expect(printed).toHaveLength(4);
    expect(printed[0]).toMatch(/bug in logpipe[\s\S]*two is two[\s\S]*at /);
  });
});

const checkers = [
  { name: "enrich", line: "logpipe enrich --set env=prod" },
  { name: "sink", line: "logpipe sink ./store --quiet" },
  { name: "run", line: "logpipe run 'enrich --set env=prod | enrich --set team=core'" },
].filter(({ name }) => subcommands.includes(name));

it.each(checkers)(
  "14. $name --strict ends at the first bad record with file:line:column",
  async ({ line }) => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "bad.ndjson"), '{"n":1}\n{"n":2}\n{"n": broken}\n{"n":3}\n');
    const ran = await shell(`cat bad.ndjson | ${line} --strict`, { cwd });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/<stdin>:3:7/);
    const lenient = await shell(`cat bad.ndjson | ${line}`, { cwd });
    expect(lenient.code).toBe(0);
  },
);

it.runIf(checkers.some(({ name }) => name === "enrich"))(
  "14. --strict names the file it was reading",
  async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "good.ndjson"), '{"n":1}\n');
    writeFileSync(join(cwd, "bad.ndjson"), '{"n":1}\n{"n": broken}\n');
    const ran = await logpipe(["enrich", "--set", "a=b", "--strict", "good.ndjson", "bad.ndjson"], { cwd });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/bad\.ndjson:2:\d+/);
  },
);

it.each(lineByLine)(
  "15. $name: the code does not depend on --quiet or where output goes",
  async (streamer) => {
    for (const [words, code] of [
      [[], 0],
      [["missing.log"], 1],
    ] as const) {
      if (words.length > 0 && streamer.name === "sink") continue;
      for (const extra of [[], ["--quiet"], ["--verbose"], ["-o", "out"], ["--color", "always"]]) {
        const ran = await logpipe([...streamer.words, ...words, ...extra], { stdin: linesOf(streamer, 2) });
        expect({ extra, code: ran.code }).toEqual({ extra, code });
      }
    }
  },
);
