/** Stores in different states, each made once and copied for every mutation; and what must be true of them. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { cp, mkdir, rm, symlink, utimes } from "node:fs/promises";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { diskFiles } from "../../../dist/lib/base/files.js";
import { checkpoint } from "../../../dist/lib/store/delta/checkpoints/checkpoint.js";
import { TableLog } from "../../../dist/lib/store/delta/snapshot.js";
import { withMaintenance } from "../../../dist/lib/store/maintain/rewrite/duckdb-session.js";
import { BIN, run } from "./command.mjs";

/** What a query must say of all events; the ids of those that were deleted are in `deleted`. */
export const QUESTION =
  "SELECT n, service, message, trace_id FROM logs ORDER BY n, service, message, trace_id";

export function lineOf(n) {
  const day = 20 + (n % 3);
  const message = `event ${n} ${"abcdefghij".slice(n % 10)}`;
  return `{"timestamp":"2026-03-${day}T10:00:0${n % 10}Z","service":"s${n % 4}","n":${n},"message":"${message}","trace_id":"t-${n}-${(n * 7919) % 10007}"}`;
}

/** What `QUESTION` answers for the event. */
function answerOf(n) {
  const { service, message, trace_id } = JSON.parse(lineOf(n));
  return JSON.stringify({ n, service, message, trace_id });
}

const STATES = {
  flushed: async (store) => {
    await sink(store, 0, 60);
    await sink(store, 60, 120, ["not json {", "nor this"]);
    await sink(store, 120, 180);
  },
  used: async (store) => use(store),
  "used-live": async (store) => {
    await use(store);
    await dieWriting(store, 400, 460);
  },
  live: async (store) => {
    await sink(store, 0, 60);
    await dieWriting(store, 400, 500);
  },
  stateful: async (store) => {
    await sink(store, 0, 60);
    await keepState(store);
  },
  tiered: async (store) => {
    await use(store);
    await must(store, ["store", "tiers", "set", "cold", join(store, "..", "cold"), "--older-than", "1d"]);
    await must(store, ["store", "tiers", "apply"]);
    await sink(store, 300, 330);
  },
};

/** Compacted, deleted from, replayed, with a checkpoint, a cache, filters, and small commits after all that. */
async function use(store) {
  await sink(store, 0, 60);
  await sink(store, 60, 120, ["not json {", "nor this"]);
  await must(store, ["store", "delete", "logs", "--where", "n % 10 = 0", "--yes"]);
  await must(store, ["compact"]);
  await checkpointOf(store);
  await sink(store, 120, 180, ["still not"]);
  await must(store, ["store", "delete", "logs", "--where", "n % 10 = 1", "--yes"]);
  await sink(store, 180, 240);
}

/** Of a pipeline with stages that remember; its events are those that the other states have. */
async function keepState(store) {
  const input = join(store, "../input.log");
  writeFileSync(input, Array.from({ length: 60 }, (_, i) => `${lineOf(60 + i)}\n`).join(""));
  const source = `ingest --checkpoint ${join(store, "../checkpoint")} ${input}`;
  await must(store, ["run", `${source} | parse | dedupe --by n | sink --table logs --store ${store}`]);
}

/** As every hundredth version gets it. */
async function checkpointOf(store) {
  const directory = join(store, "logs");
  await withMaintenance(diskFiles, directory, (session) =>
    checkpoint({ files: diskFiles, session, log: new TableLog(directory), nowMs: Date.now() }),
  );
}

export async function buildStates(place) {
  const states = [];
  for (const [name, build] of Object.entries(STATES)) {
    const root = join(place, name);
    const store = join(root, "store");
    await mkdir(store, { recursive: true });
    await build(store);
    await age(store);
    states.push(await stateOf(name, root, store));
  }
  return states;
}

/**
 * For a minute after a commit its copy may not be there yet, and verify does not miss it: the states are older than
 * that.
 */
async function age(store) {
  const time = new Date(Date.now() - 600_000);
  for (const path of walk(store)) if (/_delta_log\/\d{20}\.json$/.test(path)) await utimes(path, time, time);
}

/** A fresh copy of the state's store, as its directory; a tier that it has is copied beside it. */
export async function copyOf({ root }, place) {
  await rm(place, { recursive: true, force: true });
  await cp(root, place, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  const link = join(place, "store/logs/_tiers/cold");
  if (existsSync(join(place, "cold"))) {
    await rm(link);
    await symlink(join(place, "cold"), link);
  }
  return join(place, "store");
}

async function stateOf(name, root, store) {
  const files = walk(root).map((path) => relative(root, path));
  const listed = await must(store, ["store", "files", "--json"]);
  const live = new Map();
  for (const line of listed.stdout.trim().split("\n")) {
    const path = decodeURIComponent(JSON.parse(line).path);
    const absolute = path.replace(/^_tiers\/cold\//, join(root, "cold/"));
    const inside = path.startsWith("_tiers/") ? relative(root, absolute) : join("store/logs", path);
    const rows = await run(["query", `SELECT n FROM '${join(root, inside)}'`], store);
    live.set(
      inside,
      new Set(
        rows.stdout
          .trim()
          .split("\n")
          .map((row) => Number(JSON.parse(row).n)),
      ),
    );
  }
  const rows = (await must(store, ["query", QUESTION, "--store", store])).stdout.trim().split("\n");
  const wanted = new Map(rows.map((row) => [Number(JSON.parse(row).n), row]));
  for (const [n, row] of wanted) if (row !== answerOf(n)) throw new Error(`${name}: ${row}`);
  const held = await heldIn(store);
  const verified = await findingsOf(store);
  return { name, root, files, live, wanted, held, verified: new Set(verified.map(keyOf)) };
}

/** Lines in quarantine. */
export async function heldIn(store) {
  const shown = await run(["store", "quarantine", "show", "logs", "--store", store], store);
  return shown.stdout.split("\n").filter((line) => line !== "");
}

export async function findingsOf(store) {
  const { stdout, stderr, code } = await run(
    ["store", "verify", "--deep", "--json", "--store", store],
    store,
  );
  const lines = stdout.split("\n").filter((line) => line !== "");
  const found = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind !== undefined);
  if (code !== 0 && found.length === 0) found.push({ kind: `exit ${code}`, path: stderr, what: stderr });
  return found;
}

export function keyOf({ kind, path, what }) {
  return `${kind} ${path} ${what}`;
}

async function sink(store, from, to, bad = []) {
  const lines = Array.from({ length: to - from }, (_, i) => lineOf(from + i));
  await must(store, ["sink", "--table", "logs", "-q"], [...bad, ...lines, ""].join("\n"));
}

/** A writer that is killed once all that it was given is in its log, in several blocks and with lines set aside. */
async function dieWriting(store, from, to) {
  const child = spawn(process.execPath, [BIN, "sink", "--store", store, "--table", "logs", "-q"], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  for (let n = from; n < to; n += 20) {
    const lines = Array.from({ length: 20 }, (_, i) => lineOf(n + i));
    child.stdin.write(`${lines.join("\n")}\n${n % 40 === 0 ? `bad line ${n}\n` : ""}`);
    while (acknowledgedIn(store) < n + 20 - from) await sleep(20);
  }
  child.kill("SIGKILL");
  await ended;
}

/** Events that the writer has acknowledged, by its own note, or that are in its index where it keeps none. */
function acknowledgedIn(store) {
  const wal = join(store, "logs/_wal");
  const paths = existsSync(wal) ? walk(wal) : [];
  const textOf = (ending) =>
    paths
      .filter((path) => path.endsWith(ending))
      .map((path) => readFileSync(path, "utf8"))
      .join("");
  const notes = textOf("/acknowledged");
  const counts = [...(notes || textOf(".commits")).matchAll(/"events":(\d+)/g)].map(([, count]) =>
    Number(count),
  );
  return notes === "" ? counts.reduce((sum, count) => sum + count, 0) : Math.max(0, ...counts);
}

async function must(store, words, stdin) {
  const all = words.includes("--store") || words[0] === "run" ? words : [...words, "--store", store];
  const ran = await run(all, store, stdin);
  if (ran.code !== 0) throw new Error(`${words.join(" ")}: exit ${ran.code}: ${ran.stderr}`);
  return ran;
}

/** Files below a directory; links are not followed. */
export function walk(directory) {
  return readdirSync(directory, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isSymbolicLink() || entry.name === ".stdin") return [];
      return entry.isDirectory() ? walk(path) : statSync(path).isFile() ? [path] : [];
    })
    .sort();
}
