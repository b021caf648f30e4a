/** Manners of pipes: lines 1 to 12 of docs/manners.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { gzipMembers, zstdFrames } from "../support/compress.js";
import { BIN, finished, logpipe, printed, shell, start, temporaryDirectory } from "../support/logpipe.js";
import { hasPseudoTerminal, onTerminal } from "../support/pseudo-terminal.js";
import { lineByLine, linesOf, streamers, subcommands, typed } from "../support/subcommands.js";

describe("1. head takes one line and all is well", () => {
  it.each(lineByLine)("$name, long input", async (streamer) => {
    const ran = await shell(`${typed(streamer)} | head -1`, { stdin: linesOf(streamer, 50_000) });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout.split("\n")).toHaveLength(2);
  });

  it.each(lineByLine)("$name, input without end", async (streamer) => {
    const line = `set +o pipefail; yes '${streamer.line(1)}' | ${typed(streamer)} | head -1; echo "\${PIPESTATUS[@]:1}"`;
    const ran = await shell(line);
    expect(ran.stderr).toBe("");
    expect(ran.stdout.trimEnd().split("\n").at(-1)).toBe("0 0");
  });
});

it.each(subcommands.map((name) => ({ name })))(
  "2. $name --help | head -1 is silent on stderr",
  async ({ name }) => {
    const ran = await shell(`logpipe ${name} --help | head -1`);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain(`logpipe ${name}`);
  },
);

describe("3. 10 MiB arrive whole", () => {
  it.each(lineByLine)("$name", async (streamer) => {
    const lines = linesOf(streamer, Math.ceil((10 << 20) / (streamer.line(1).length + 1)));
    const ran = await shell(`${typed(streamer)} | (sleep 0.3; cat)`, { stdin: lines });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout.endsWith("\n")).toBe(true);
    expect(ran.stdout.split("\n").length).toBe(lines.split("\n").length);
  });
});

describe("4. a record followed by silence is out before the input ends", () => {
  it.each(lineByLine)("$name", async (streamer) => {
    const child = start([BIN, ...streamer.words]);
    const seen = printed(child, "stdout", /\n/);
    child.stdin!.write(`${streamer.line(1)}\n`);
    await seen; // the input is still open: it would wait for ever otherwise
    expect(await finished(child, "")).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("5. line ends and byte order marks", () => {
  it.each(streamers)("$name: a last line without newline is emitted", async (streamer) => {
    const whole = await logpipe(streamer.words, { stdin: linesOf(streamer, 3) });
    const cut = await logpipe(streamer.words, { stdin: linesOf(streamer, 3).slice(0, -1) });
    expect(cut).toEqual(whole);
    expect(whole.stdout).not.toBe("");
  });

  it.each(streamers)("$name: CRLF gives what LF gives", async (streamer) => {
    const plain = await logpipe(streamer.words, { stdin: linesOf(streamer, 3) });
    const windows = await logpipe(streamer.words, { stdin: linesOf(streamer, 3).replaceAll("\n", "\r\n") });
    expect(windows).toEqual(plain);
  });

  it.each(streamers)("$name: a byte order mark is ignored", async (streamer) => {
    const plain = await logpipe(streamer.words, { stdin: linesOf(streamer, 3) });
    expect(await logpipe(streamer.words, { stdin: `\ufeff${linesOf(streamer, 3)}` })).toEqual(plain);
  });
});

it.each(lineByLine)("6. $name: empty input, no output, exit 0", async (streamer) => {
  expect(await logpipe(streamer.words)).toMatchObject({ code: 0, stdout: "", stderr: "" });
});

it.each(lineByLine)("7. $name: stdout is data only", async (streamer) => {
  const quiet = await logpipe([...streamer.words, "--quiet"], { stdin: linesOf(streamer, 5) });
  const talkative = await logpipe([...streamer.words, "--verbose", "--stats"], {
    stdin: linesOf(streamer, 5),
  });
  expect(talkative.stdout).toBe(quiet.stdout);
  expect(talkative.stderr).not.toBe("");
});

describe.skipIf(!hasPseudoTerminal)("8. a terminal and nothing to read", () => {
  it.each(lineByLine)("$name: short help, exit 2", async (streamer) => {
    const { screen, code } = onTerminal(`${typed(streamer)} > out; code=$?; cat out; exit $code`);
    expect(code).toBe(2);
    expect(screen).toContain("nothing to read");
    expect(screen).toContain(`Usage: logpipe ${streamer.name}`);
  });
});

describe("9. signals", () => {
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    it.each(lineByLine)(`$name: ${signal} lets out what was read, exit ${code}`, async (streamer) => {
      const child = start([BIN, ...streamer.words]);
      const seen = printed(child, "stdout", /\n/);
      const end = new Promise((resolve) => child.on("close", (...ended) => resolve(ended)));
      child.stdin!.on("error", () => {});
      child.stdin!.write(`${streamer.line(1)}\n`);
      await seen;
      child.kill(signal);
      expect(await end).toEqual([code, null]);
    });
  }

  it("a second Ctrl-C ends a run whose output nobody takes", async () => {
    const child = start([BIN, "run", "enrich --set env=prod"]);
    const lines = linesOf(streamers.find(({ name }) => name === "run")!, 50_000);
    child.stdin!.on("error", () => {});
    child.stdin!.write(lines);
    const end = new Promise<unknown[]>((resolve) => child.on("exit", (...ended) => resolve(ended)));
    await new Promise((resolve) => child.stdout!.once("readable", resolve)); // it has begun to write
    child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill("SIGINT");
    const [code, signal] = await end;
    expect([code === 130, signal === "SIGINT"]).toContain(true);
    child.stdout!.destroy();
  });
});

it.each(lineByLine)("10. $name: - is standard output", async (streamer) => {
  const plain = await logpipe(streamer.words, { stdin: linesOf(streamer, 2) });
  expect(await logpipe([...streamer.words, "-o", "-"], { stdin: linesOf(streamer, 2) })).toEqual(plain);
});

const readers = lineByLine.filter(({ name }) => ["ingest", "parse", "enrich", "view", "run"].includes(name));

it.each(readers.filter(({ name }) => name !== "ingest"))(
  "10. $name: - is standard input",
  async (streamer) => {
    const plain = await logpipe(streamer.words, { stdin: linesOf(streamer, 2) });
    expect(await logpipe([...streamer.words, "-"], { stdin: linesOf(streamer, 2) })).toEqual(plain);
  },
);

it.each(readers)("10. $name: -o FILE takes what would be printed", async (streamer) => {
  const cwd = temporaryDirectory();
  const plain = await logpipe(streamer.words, { stdin: linesOf(streamer, 2) });
  const ran = await logpipe([...streamer.words, "-o", "out"], { cwd, stdin: linesOf(streamer, 2) });
  expect(ran).toMatchObject({ code: 0, stdout: "", stderr: "" });
  expect(readFileSync(join(cwd, "out"), "utf8")).toBe(plain.stdout);
});

describe("11. file, pipe, gzip and zstd give the same, by their bytes and not their names", () => {
  it.each(readers)("$name", async (streamer) => {
    const plain = Buffer.from(linesOf(streamer, 20));
    const forms = { plain, gzip: gzipMembers(plain), zstd: zstdFrames(plain) };
    const results = new Map<string, string>();
    for (const [form, bytes] of Object.entries(forms)) {
      const cwd = temporaryDirectory();
      writeFileSync(join(cwd, "in.log"), bytes);
      const fromFile = await logpipe([...streamer.words, "in.log"], { cwd });
      const fromPipe = await logpipe(streamer.words, { cwd, stdin: bytes });
      expect([fromFile.code, fromFile.stderr, fromPipe.code, fromPipe.stderr]).toEqual([0, "", 0, ""]);
      results.set(`${form} file`, withoutSource(fromFile.stdout));
      results.set(`${form} pipe`, withoutSource(fromPipe.stdout));
    }
    expect(new Set(results.values()).size).toBe(1);
    expect(results.get("plain file")!.split("\n")).toHaveLength(21);
  });
});

describe("12. an unreadable file is named and the others are processed", () => {
  it.each(readers)("$name: missing", async (streamer) => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "good.log"), linesOf(streamer, 2));
    const ran = await logpipe([...streamer.words, "missing.log", "good.log"], { cwd });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("missing.log");
    expect(ran.stdout.split("\n")).toHaveLength(3);
  });

  // `view` shows the logs in a directory.
  it.each(readers.filter(({ name }) => name !== "view"))("$name: a directory", async (streamer) => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "good.log"), linesOf(streamer, 2));
    const ran = await logpipe([...streamer.words, ".", "good.log"], { cwd });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("directory");
    expect(ran.stdout.split("\n")).toHaveLength(3);
  });
});

/**
 * A file's lines say where they came from, a pipe's cannot: `ingest` wraps the former as `{"source":...,"raw":...}`.
 */
function withoutSource(lines: string): string {
  const unwrapped = lines.replaceAll(/^\{"source":"[^"]*","raw":"(.*)"\}$/gm, (_, raw: string) =>
    JSON.parse(`"${raw}"`),
  );
  return unwrapped.replaceAll(/"source":"[^"]*",/g, "").replaceAll(/,"source":"[^"]*"/g, "");
}
