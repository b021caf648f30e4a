#!/usr/bin/env node
// The main job on bundled real logs: npm run demo [-- --keep]. `logpipe parse | logpipe sink` as two real processes
// into a temporary store, then what came of it, then questions to the store.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const logpipe = join(root, "bin/logpipe");
const log = "fixtures/demo/access.log.gz";
const isKept = process.argv.includes("--keep");
const print = (text = "") => process.stdout.write(`${text}\n`);

if (!existsSync(join(root, "dist"))) execFileSync("npm", ["run", "build"], { cwd: root, stdio: "inherit" });
const folder = mkdtempSync(join(tmpdir(), "logpipe-demo-"));
const store = join(folder, "store");
try {
  await demo();
} catch (error) {
  process.stderr.write(`demo: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  if (isKept) print(`\nkept: ${store}`);
  else rmSync(folder, { recursive: true, force: true });
}

async function demo() {
  const raw = gunzipSync(readFileSync(join(root, log)));
  const events = raw.reduce((lines, byte) => lines + (byte === 10 ? 1 : 0), 0);
  const started = performance.now();
  shell(`logpipe parse ${log} | logpipe sink STORE`);
  const seconds = (performance.now() - started) / 1000;

  const [{ n: rows }] = rowsOf("SELECT count(*)::INT AS n FROM logs");
  const files = parquetFiles();
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  const gzipBytes = statSync(join(root, log)).size;
  print();
  print(`  events in      ${count(events)} lines of nginx, ${size(raw.length)} (${size(gzipBytes)} as gzip)`);
  print(`  rows stored    ${count(rows)} in ${seconds.toFixed(1)} s`);
  print(
    `  Parquet        ${files.length} ${files.length === 1 ? "file" : "files"}, ${size(bytes)}: ${times(raw.length, bytes)} smaller than raw, ${times(gzipBytes, bytes)} smaller than gzip`,
  );
  if (rows !== events) throw new Error(`${count(events)} events went in and ${count(rows)} rows are stored`);

  ask("SELECT status, count(*) AS n FROM logs GROUP BY status ORDER BY n DESC, status LIMIT 8");
  ask(
    "SELECT split_part(path, '?', 1) AS path, count(*) AS hits, round(quantile_cont(bytes, 0.95))::INT AS p95_bytes, " +
      "count(*) FILTER (status >= 500) AS failed FROM logs GROUP BY 1 ORDER BY hits DESC, path LIMIT 8",
  );
  plot();
}

/** Runs a pipeline of real processes; the words `logpipe` and `STORE` stand for their paths. */
function shell(line) {
  print(`$ ${line}`);
  const command = line.replaceAll(/\blogpipe\b/g, quoted(logpipe)).replaceAll("STORE", quoted(store));
  const { status } = spawnSync("bash", ["-o", "pipefail", "-c", command], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error(`"${line}" ended with ${status}`);
}

function ask(sql) {
  print(`\n$ logpipe query "${sql}"`);
  process.stdout.write(
    execFileSync(logpipe, ["query", sql, "--store", store, "--to", "table"], { encoding: "utf8" }),
  );
}

function rowsOf(sql) {
  const lines = execFileSync(logpipe, ["query", sql, "--store", store, "--to", "ndjson"], {
    encoding: "utf8",
  });
  return lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

function plot() {
  print(`\n$ logpipe histogram ${log}`);
  const columns = String(Math.min(process.stdout.columns ?? 80, 100));
  const isPlain = process.stdout.isTTY !== true || process.env.NO_COLOR || process.env.TERM === "dumb";
  const words = ["histogram", log, "--color", isPlain ? "never" : "always"];
  process.stdout.write(
    execFileSync(logpipe, words, { cwd: root, encoding: "utf8", env: { ...process.env, COLUMNS: columns } }),
  );
}

function parquetFiles() {
  const names = readdirSync(store, { recursive: true }).filter((name) => name.endsWith(".parquet"));
  return names.map((name) => join(store, name));
}

function quoted(path) {
  return `'${path.replaceAll("'", "'\\''")}'`;
}

function count(number) {
  return number.toLocaleString("en-US");
}

function size(bytes) {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function times(larger, smaller) {
  return `${(larger / smaller).toFixed(1)} times`;
}
