/** A pipe between two commands and `run` of the same two give the same bytes, whatever the lines come from. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { dispatchInside } from "../support/in-process.js";
import { oddText } from "./stage-inputs.js";

vi.setConfig({ testTimeout: 120_000 });

const NOTHING = Buffer.alloc(0);
const cwd = mkdtempSync(join(tmpdir(), "logpipe-pipes-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const TRACE = [
  "2026-11-21 10:00:02,123 ERROR [main] org.example.Shop - no cart",
  "org.example.Gone: cart 7",
  "of two lines",
  "\tat org.example.Cart.open(Cart.java:7)",
  "2026-11-21T10:00:03.1Z stdout P Traceback (most recent ",
  "2026-11-21T10:00:03.1Z stderr F panic: boom",
  "2026-11-21T10:00:03.1Z stdout F call last):",
  '2026-11-21T10:00:03.1Z stdout F   File "a.py", line 1, in f',
  "2026-11-21T10:00:03.1Z stdout F KeyError: 7",
  "{",
  '  "level": "warn", "msg": "over lines"',
  "}",
  '{"level":"info","msg":"a"}{"level":"info","msg":"b"}',
  "caf\u00e9 \ufffd",
  "",
  " 2026-11-21T10:00:04.000001Z ERROR shop: behind a blank",
].join("\n");

/** As Latin-1, in turn with lines that are UTF-8. */
const NOT_UTF8 = [
  ...['{"m":"caf\xe9"}', '{"m":"ok"}', "level=info msg=caf\xe9", "level=info msg=ok", "ValueError: \xe9"],
  ...["\tat a.B.c(B.java:1)", "\tat \xe9.B.c(B.java:1)", "words", "\xe9", '{"source":"x","raw":"caf\xe9"}'],
  ...[
    '{"source":"x","raw":"ok"}',
    '{"source":"x","raw":"\ufffd","raw_base64":"6Q=="}',
    "2026-11-21T10:00:03.1Z stdout P \xe9",
  ],
  ...["2026-11-21T10:00:03.1Z stderr F two", "2026-11-21T10:00:03.1Z stdout F end"],
];

beforeAll(async () => {
  writeFileSync(join(cwd, "a.log"), `${TRACE}\n${oddText()}`);
  writeFileSync(
    join(cwd, "b.log"),
    Buffer.from(`\tat x.Y.z(Y.java:1)\n\xff\nexact\n${NOT_UTF8.join("\n")}\nthe last cart\n`, "latin1"),
  );
  writeFileSync(join(cwd, "c.log.gz"), gzipSync(TRACE));
  await output(["run", "parse | sink --table kept", "a.log"]);
});

const SOURCES = [
  "ingest a.log",
  "ingest a.log b.log c.log.gz",
  "ingest b.log",
  "ingest --source web a.log",
  "ingest --checkpoint seen-HERE.json a.log b.log",
  "ingest --tail 120 a.log",
  "ingest --table kept",
  "merge a.log c.log.gz",
];
const STAGES = [
  "parse",
  "parse --keep-raw",
  "parse -f log4j",
  "parse -f cri",
  "parse -f json",
  "filter --grep cart",
  "enrich --set n=1",
  "redact --detect all",
  "dedupe",
  "sort --by message",
];

it.each(SOURCES.flatMap((source) => STAGES.map((stage) => [source, stage] as const)))(
  "%s | %s",
  async (source, stage) => {
    same(await piped(source, stage), await fused(source, stage));
  },
);

it.each([
  ["parse a.log", "parse"],
  ["parse --keep-raw a.log", "parse --keep-raw"],
  ["parse a.log", "filter --grep a"],
  ["filter --grep a a.log", "parse"],
])("%s | %s", async (first, second) => {
  same(await piped(first, second), await fused(first, second));
});

it("reads standard input as it reads a file, under the name that it is given", async () => {
  const stdin = Buffer.from(`${TRACE}\n`);
  const direct = await output(["run", "ingest --source web | parse"], stdin);
  same(await output(["parse"], await output(["ingest", "--source", "web"], stdin)), direct);
});

function same(piped: Buffer, fused: Buffer): void {
  expect(fused.length).toBeGreaterThan(0);
  expect(piped.toString()).toBe(fused.toString());
}

async function piped(first: string, second: string): Promise<Buffer> {
  return output(words(second), await output(words(first.replace("HERE", `${encodeURIComponent(second)}-a`))));
}

async function fused(first: string, second: string): Promise<Buffer> {
  // The checkpoint of this run is its own.
  const [command = "", ...files] = first.split(/ (?=\S+\.log(?:\.gz)?(?: |$))/);
  const isSource = /^(?:ingest|merge)/.test(command);
  const line = isSource ? first.replace("HERE", `${encodeURIComponent(second)}-b`) : command;
  return output(["run", `${line} | ${second}`, ...(isSource ? [] : files)]);
}

const words = (command: string) => command.split(" ");

async function output(command: readonly string[], stdin: Buffer = NOTHING): Promise<Buffer> {
  return (await dispatchInside(command, cwd, stdin)).stdout;
}
