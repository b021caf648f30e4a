/** Every command that takes FILE gives the same for the same lines, however the file holds them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { stored } from "../lib/sources/support/zstd.js";
import { logpipe, temporaryDirectory } from "../support/logpipe.js";

vi.setConfig({ testTimeout: 120_000 });

const events = Array.from(
  { length: 300 },
  (_, n) =>
    `{"timestamp":"2026-11-20T10:${String(n % 60).padStart(2, "0")}:00Z","level":"${n % 3 ? "info" : "error"}",` +
    `"message":"caf\u00e9 ${n} from 10.0.0.${n % 200}","n":${n}}`,
);
const text = `${events.join("\r\n")}\r\n`;
const middle = text.indexOf("\n", text.length / 2) + 1;

/** The same lines, as files hold them. */
const kinds: Readonly<Record<string, Buffer>> = {
  gzip: Buffer.concat([gzipSync(text.slice(0, middle)), gzipSync(text.slice(middle)), Buffer.alloc(512)]),
  zstd: Buffer.concat([stored(Buffer.from(text.slice(0, middle))), stored(Buffer.from(text.slice(middle)))]),
  "a mark and a hole": Buffer.from(`\ufeff${text.slice(0, middle)}\0\0\0\0\ufeff${text.slice(middle)}`),
  "UTF-16 in gzip": gzipSync(Buffer.from(`\ufeff${text}`, "utf16le").swap16()),
};

const commands: readonly (readonly string[])[] = [
  ["ingest", "--source", "s"],
  ["parse"],
  ["filter", "n > 100"],
  ["sample", "--one-in", "3"],
  ["throttle", "1/d", "--burst", "50", "--on-limit", "drop"],
  ["redact"],
  ["dedupe", "--by", "level"],
  ["enrich", "--set", "m = n + 1"],
  ["sort", "--by", "message"],
  ["merge"],
  ["window", "1h", "--by", "level", "--agg", "count"],
  ["patterns"],
  ["detect", "--by", "level"],
  ["view"],
  ["query", "SELECT count(*), sum(n), max(message) FROM f"],
];

describe.each(commands.map((words) => ({ words, name: words.join(" ") })))("$name", ({ words }) => {
  test("a file of any kind, and a pipe", async () => {
    const cwd = temporaryDirectory();
    const run = async (content: Buffer, isPiped: boolean) => {
      mkdirSync(join(cwd, "d"), { recursive: true });
      writeFileSync(join(cwd, "d", "f"), content);
      const isQuery = words[0] === "query";
      const input = isPiped ? (isQuery ? ["-"] : words[0] === "merge" ? ["-"] : []) : ["d/f"];
      const asked = isQuery && isPiped ? ["query", words[1]!.replace("FROM f", "FROM stdin")] : words;
      const ran = await logpipe([...asked, ...input], { cwd, ...(isPiped ? { stdin: content } : {}) });
      return { code: ran.code, stdout: ran.stdout };
    };
    const plain = await run(Buffer.from(text), false);
    expect(plain.code).toBe(0);
    expect(plain.stdout.length).toBeGreaterThan(10);
    for (const [kind, content] of Object.entries(kinds)) {
      expect(await run(content, false), kind).toEqual(plain);
    }
    expect(await run(kinds["UTF-16 in gzip"]!, true)).toEqual(plain);
  });
});
