#!/usr/bin/env node
// Runs six kinds of commands many times and counts those that do not end, end with another code or print something else
// than the first time. `node tools/endings.mjs [RUNS] [--busy] [--delay MS]`: RUNS of each, 84 by default (504 in all);
// --busy beside four busy loops; --delay lets V8's compiler take its time, so that it is always at work when a run
// ends.
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const BIN = join(dirname(fileURLToPath(import.meta.url)), "..", "bin", "logpipe");
/** Ended within this, or it hangs: a hundred times what the slowest needs on a quiet machine. */
const HUNG_MS = 180_000;

/** Runs each command `runs` times; resolves to a line of counts a command. `flags` are node's. */
export async function countEndings(runs, flags = [], say = () => {}) {
  const directory = mkdtempSync(join(tmpdir(), "logpipe-endings-"));
  try {
    const commands = prepare(directory);
    const counts = [];
    for (const { name, words } of commands) {
      const count = { name, runs, hung: 0, codes: 0, outputs: 0 };
      let first;
      for (let n = 0; n < runs; n++) {
        const ran = await run([...flags, BIN, ...words(n)], directory);
        rmSync(join(directory, `store-${n}`), { recursive: true, force: true });
        first ??= ran.digest;
        if (ran.code === "hung") count.hung++;
        else if (ran.code !== 0) count.codes++;
        else if (ran.digest !== first) count.outputs++;
      }
      counts.push(count);
      say(count);
    }
    return counts;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function prepare(directory) {
  const events = [];
  for (let n = 0; n < 4032; n++) {
    const timestamp = new Date(Date.UTC(2026, 10, 1) + n * 300_000).toISOString();
    const value = 100 + ((n * 7919) % 97) / 5 + (n % 1500 === 1499 ? 300 : 0);
    events.push(JSON.stringify({ timestamp, value, message: `took ${n % 13} ms for job ${n}` }));
  }
  writeFileSync(join(directory, "events.ndjson"), `${events.join("\n")}\n`);
  const lines = Array.from({ length: 40_000 }, (_, n) => {
    const second = String(n % 60).padStart(2, "0");
    return `203.0.113.${n % 250} - - [21/Nov/2026:10:00:${second} +0000] "GET /i/${n} HTTP/1.1" 200 ${n} "-" "curl/8.5.0"\n`;
  });
  writeFileSync(join(directory, "access.log"), lines.join(""));
  const input = readFileSync(join(directory, "events.ndjson"));
  execFileSync(process.execPath, [BIN, "sink", "store", "-q"], { cwd: directory, input });
  return [
    { name: "detect", words: () => ["detect", "--value", "value", "events.ndjson"] },
    {
      name: "query",
      words: () => ["query", "--store", "store", "SELECT count(*) n, max(value) m FROM logs"],
    },
    { name: "sink", words: (n) => ["sink", `store-${n}`, "-q"] },
    { name: "parse in workers", words: () => ["parse", "--workers", "2", "access.log"] },
    { name: "window", words: () => ["window", "1h", "--agg", "count, avg(value)", "events.ndjson"] },
    { name: "run", words: () => ["run", "patterns --annotate | filter 'value > 110'", "events.ndjson"] },
  ];
}

function run(words, cwd) {
  const stdin = openSync(join(cwd, "events.ndjson"), "r");
  const child = spawn(process.execPath, words, { cwd, stdio: [stdin, "pipe", "inherit"] });
  closeSync(stdin);
  const hash = createHash("sha256");
  child.stdout.on("data", (chunk) => hash.update(chunk));
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      resolve({ code: "hung" });
    }, HUNG_MS);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, digest: hash.digest("hex") });
    });
  });
}

async function main(words) {
  const runs = Number(
    words.find((word) => /^\d+$/.test(word) && words[words.indexOf(word) - 1] !== "--delay") ?? 84,
  );
  const delay = words.includes("--delay") ? words[words.indexOf("--delay") + 1] : undefined;
  const busy = words.includes("--busy")
    ? Array.from({ length: 4 }, () => spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }))
    : [];
  try {
    const flags = delay === undefined ? [] : [`--concurrent-recompilation-delay=${delay}`];
    const counts = await countEndings(runs, flags, ({ name, hung, codes, outputs }) =>
      console.log(`${name}: ${runs} runs, ${hung} hung, ${codes} other codes, ${outputs} other outputs`),
    );
    process.exitCode = counts.some(({ hung, codes, outputs }) => hung + codes + outputs > 0) ? 1 : 0;
  } finally {
    for (const loop of busy) loop.kill();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(process.argv.slice(2));
