/** Data: lines 35 to 39 of docs/manners.md. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BIN, finished, logpipe, ROOT, shell, start, temporaryDirectory } from "../support/logpipe.js";
import { lineByLine, streamers, subcommands } from "../support/subcommands.js";

const NUMBERS = '{"id":9223372036854775807,"ns":1499816949527975237,"f":1.0}';
const eventStages = lineByLine.filter(({ name }) => ["enrich", "sink", "run"].includes(name));

describe("35. numbers pass unchanged, byte for byte", () => {
  const numbers = [
    "1e5",
    "1E+2",
    "-0",
    "-0.0",
    "0.1e-7",
    "123456789012345678901234567890",
    "1.0000000000000000001",
    "3.14e400",
  ];
  it.each(eventStages)("$name", async (streamer) => {
    for (const line of [NUMBERS, `{${numbers.map((n, i) => `"n${i}":${n}`).join(",")}}`]) {
      const ran = await logpipe(streamer.words, { stdin: `${line}\n` });
      expect(ran).toMatchObject({ code: 0, stderr: "" });
      expect(ran.stdout.startsWith(line.slice(0, -1))).toBe(true);
    }
  });

  it.runIf(subcommands.includes("parse"))("parse -f json", async () => {
    const ran = await logpipe(["parse", "-f", "json"], { stdin: `${NUMBERS}\n` });
    expect(ran.stdout).toBe(`${NUMBERS}\n`);
  });

  it.runIf(subcommands.includes("query"))("query, over stdin", async () => {
    const ran = await logpipe(["query", "SELECT id, ns, f FROM stdin"], { stdin: `${NUMBERS}\n` });
    expect(ran.stdout).toBe(`${NUMBERS}\n`);
  });
});

describe("36. key order is kept; odd JSON and odd bytes never crash", () => {
  const oddities: Record<string, Buffer> = {
    "duplicate keys": Buffer.from('{"b":1,"a":2,"b":3}\n'),
    "lone surrogate": Buffer.from('{"message":"\\ud800 alone"}\n'),
    "escaped NUL": Buffer.from('{"message":"a\\u0000b"}\n'),
    "raw NUL": Buffer.from('{"message":"a\u0000b"}\n'),
    "invalid UTF-8": Buffer.concat([
      Buffer.from('{"message":"'),
      Buffer.from([0xff, 0xfe, 0xc3]),
      Buffer.from('"}\n'),
    ]),
    "only noise": Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 197 + (i >> 3)) & 0xff)),
    "deep nesting": Buffer.from(`${"[".repeat(50_000)}${"]".repeat(50_000)}\n`),
  };
  for (const [what, bytes] of Object.entries(oddities)) {
    it.each(lineByLine)(`${what}: $name`, async (streamer) => {
      const ran = await logpipe(streamer.words, { stdin: bytes });
      expect({ code: ran.code, stderr: ran.stderr }).toEqual({
        code: 0,
        stderr: expect.not.stringContaining("bug in logpipe"),
      });
    });
  }

  it.each(eventStages)("$name keeps the order of keys", async (streamer) => {
    const line = '{"z":1,"a":2,"m":{"y":1,"b":2},"10":3,"2":4}';
    const ran = await logpipe(streamer.words, { stdin: `${line}\n` });
    expect(ran.stdout.startsWith(line.slice(0, -1))).toBe(true);
  });
});

describe.runIf(subcommands.includes("parse"))("37. timestamps keep nanoseconds and come out in UTC", () => {
  it.each([
    ["2026-11-21T12:00:00.123456789+02:00", "2026-11-21T10:00:00.123456789Z"],
    ["2026-11-21T10:00:00.5Z", "2026-11-21T10:00:00.5Z"],
    ["2026-11-21T23:30:00-01:00", "2026-11-22T00:30:00Z"],
  ])("%s", async (written, expected) => {
    const ran = await logpipe(["parse", "-f", "json"], { stdin: `{"time":"${written}","msg":"x"}\n` });
    expect(ran.stdout).toContain(`"timestamp":"${expected}"`);
  });
});

describe.runIf(subcommands.includes("sink") && subcommands.includes("ingest"))(
  "38. twice adds nothing, two at once do no harm",
  () => {
    const lines = Array.from(
      { length: 500 },
      (_, n) => `{"timestamp":"2026-11-21T10:00:00Z","n":${n}}\n`,
    ).join("");
    const count = async (cwd: string) =>
      (await logpipe(["query", "SELECT count(*) AS n FROM logs", "--store", "store", "--to", "csv"], { cwd }))
        .stdout;

    it("the same file twice, from its checkpoint", async () => {
      const cwd = temporaryDirectory();
      const line = "logpipe run 'ingest --checkpoint c.json app.log | parse -f json | sink ./store'";
      expect((await shell(`cat > app.log; ${line}; ${line}`, { cwd, stdin: lines })).code).toBe(0);
      expect(await count(cwd)).toBe("n\n500\n");
    });

    it("two writers on one store", async () => {
      const cwd = temporaryDirectory();
      const both = await Promise.all([1, 2].map(() => logpipe(["sink", "./store"], { cwd, stdin: lines })));
      expect(both.map(({ code }) => code)).toEqual([0, 0]);
      expect(await count(cwd)).toBe("n\n1000\n");
    });
  },
);

describe("39. what is not used is not loaded", () => {
  it("--version reads package.json and loads no module of ours", async () => {
    const env = { NODE_DEBUG: "esm" };
    const ran = await finished(start([BIN, "--version"], { env }), "");
    expect(ran.stderr).not.toContain("dist/");
  });

  const light = streamers.filter(({ name }) => ["parse", "enrich", "view", "run"].includes(name));
  it.each(light)("$name loads no DuckDB and no Arrow", async (streamer) => {
    const cwd = temporaryDirectory();
    const report = join(cwd, "maps");
    const line = `node --import ${join(ROOT, "test/support/loaded.mjs")} ${BIN} ${streamer.words.map((w) => `'${w}'`).join(" ")}`;
    const ran = await shell(line, { cwd, stdin: `${streamer.line(1)}\n`, env: { LOADED_REPORT: report } });
    expect(ran.code).toBe(0);
    const loaded = readFileSync(report, "utf8");
    expect(loaded).toContain("dist/bundle/main.js");
    expect(loaded).not.toMatch(/duckdb|apache-arrow|typescript|grpc/);
  });
});
