/** Standard descriptors that are closed, or that nothing can be written to. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { shell, temporaryDirectory } from "../../support/logpipe.js";
import { linesOf, streamers, subcommands, typed } from "../../support/subcommands.js";

const printing = [
  ...streamers.map((streamer) => ({ line: typed(streamer), stdin: linesOf(streamer, 50) })),
  { line: "logpipe --version", stdin: "" },
  { line: "logpipe help", stdin: "" },
  { line: "logpipe config keys", stdin: "" },
  { line: "logpipe completion bash", stdin: "" },
  { line: "logpipe window 1m", stdin: linesOf(streamers.find(({ name }) => name === "view")!, 5) },
  { line: "logpipe sink s -q && logpipe store info --store s", stdin: '{"a":1}\n' },
  { line: "logpipe sink s -q && logpipe store files --store s", stdin: '{"a":1}\n' },
  { line: "logpipe sink s -q && logpipe compact --store s", stdin: '{"a":1}\n' },
  { line: "logpipe sink s -q && logpipe store vacuum --store s", stdin: '{"a":1}\n' },
  { line: "logpipe sink s -q && logpipe query 'FROM logs' --to csv --store s", stdin: '{"a":1}\n' },
];

describe("what cannot be printed ends with exit code 1 and a sentence", () => {
  it.each(printing)("$line >&-", async ({ line, stdin }) => {
    const ran = await shell(`${line} >&-`, { stdin });
    expect(ran.code).toBe(1);
    if (!line.includes("--version"))
      expect(ran.stderr).toContain("cannot write standard output: it is closed");
  });

  it.each(printing)("$line > /dev/full", async ({ line, stdin }) => {
    const ran = await shell(`${line} > /dev/full`, { stdin });
    expect(ran.code).toBe(1);
    if (!line.includes("--version")) expect(ran.stderr).toContain("no space left on the device");
  });
});

describe("nothing to print, nothing lost", () => {
  it.each([
    "logpipe filter false",
    "logpipe sink s -q",
    "logpipe filter true -o out",
    "logpipe query 'select 1' -o out.csv",
    "logpipe filter true > /dev/null",
    "logpipe filter true 1<> /dev/null",
  ])("%s", async (line) => {
    const closed = line.includes("/dev/null") ? line : `${line} >&-`;
    expect(await shell(closed, { stdin: '{"a":1}\n' })).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("standard input and standard error", () => {
  it.each(streamers.filter(({ name }) => name !== "query"))(
    "$name <&-: an error, as of cat",
    async (streamer) => {
      const ran = await shell(`${typed(streamer)} <&-`);
      expect(ran).toMatchObject({ code: 1, stdout: "" });
      expect(ran.stderr).toContain("standard input: it is closed");
    },
  );

  it("who reads files needs no standard input", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "in"), '{"a":1}\n');
    expect(await shell("logpipe filter true in <&-", { cwd })).toMatchObject({
      code: 0,
      stdout: '{"a":1}\n',
    });
    const stored = "logpipe sink s -q < in && logpipe query 'SELECT a FROM logs' --store s <&-";
    expect(await shell(stored, { cwd })).toMatchObject({ code: 0, stdout: '{"a":1}\n' });
  });

  it("what cannot be said changes neither data nor exit code", async () => {
    for (const to of ["2>&-", "2> /dev/full"]) {
      expect(await shell(`logpipe filter true --stats ${to}`, { stdin: '{"a":1}\nbad\n' })).toMatchObject({
        code: 0,
        stdout: '{"a":1}\n',
      });
      expect((await shell(`logpipe filter true nowhere ${to}`)).code).toBe(1);
      expect((await shell(`logpipe filter --nonsense ${to}`)).code).toBe(2);
      expect((await shell(`logpipe ${subcommands[0]} nowhere ${to}`)).code).toBe(1);
    }
    expect((await shell("logpipe filter true <&- >&- 2>&-")).code).toBe(1);
  });
});
