/** What is wrong after a mutation: with what a query says, with what verify finds, with what repair leaves. */
import { readFileSync } from "node:fs";
import { run, runProgram } from "./command.mjs";
import { isWithoutMeaning } from "./meaning.mjs";
import { findingsOf, heldIn, keyOf, lineOf, QUESTION, walk } from "./states.mjs";

export async function judge(store, target, change, isProgramAsked) {
  const faults = [];
  const asked = await ask(store);
  faults.push(...silentFaults(target.state, asked).map((fault) => `query: ${fault}`));
  if (isProgramAsked) faults.push(...(await programFaults(store, asked)));
  const found = (await findingsOf(store)).filter((finding) => !target.state.verified.has(keyOf(finding)));
  const isMeaningless = isWithoutMeaning(target.kind, change);
  if (found.length === 0 && !isMeaningless) faults.push("verify --deep: finds nothing");
  for (const { kind, what } of found) if (kind === "exit 70") faults.push(`verify --deep: ${what}`);
  faults.push(...(await repairFaults(store, target, change)));
  const outcome = asked.code !== 0 ? "query fails" : found.length > 0 ? "found by verify" : "nothing to find";
  return { faults, outcome };
}

function ask(store) {
  return run(["query", QUESTION, "--store", store], store);
}

/** Rows that were never written, altered, doubled, deleted or missing, though the exit code is 0. */
function silentFaults({ wanted }, { code, stdout, stderr }) {
  if (code === 0) return rowFaults(wanted, stdout, new Set());
  if (code === 70 || stderr.trim() === "") return [`exit ${code}: ${stderr.slice(0, 300)}`];
  return [];
}

function rowFaults(wanted, stdout, mayMiss) {
  const seen = new Set();
  const faults = [];
  for (const row of stdout.split("\n").filter((line) => line !== "")) {
    const n = Number(JSON.parse(row).n);
    if (wanted.get(n) !== row) faults.push(`a row that was not stored, or was deleted: ${row}`);
    else if (seen.has(n)) faults.push(`event ${n} twice`);
    seen.add(n);
  }
  const missing = [...wanted.keys()].filter((n) => !seen.has(n) && !mayMiss.has(n));
  if (missing.length > 0) faults.push(`${missing.length} events are missing: ${missing.slice(0, 5)}`);
  return faults.slice(0, 3);
}

async function programFaults(store, inside) {
  const outside = await runProgram(["query", QUESTION, "--store", store], store);
  if (outside.code === inside.code && outside.stdout === inside.stdout) return [];
  return [`the program: exit ${outside.code}, not ${inside.code}, or other rows`];
}

async function repairFaults(store, { state, kind, path }, change) {
  const first = await repair(store, []);
  const faults = [...first.faults];
  let asked = await ask(store);
  if (asked.code !== 0) {
    // What cannot be had again is given up, when that is asked for.
    faults.push(...(await repair(store, ["--drop"])).faults);
    asked = await ask(store);
  }
  const mayMiss = await lost(store, state, kind, path, change);
  if (asked.code !== 0) faults.push(`repair --drop: a query still fails: ${asked.stderr.slice(0, 300)}`);
  else
    faults.push(...rowFaults(state.wanted, asked.stdout, mayMiss).map((fault) => `after repair: ${fault}`));
  if (kind !== "quarantine" && kind !== "wal-aside") {
    const held = new Set([...(await heldIn(store)), ...keptLines(store)]);
    const missing = state.held.filter((line) => !held.has(line));
    if (missing.length > 0) faults.push(`after repair: lines in quarantine are missing: ${missing}`);
  }
  if (asked.code === 0) faults.push(...(await nextFaults(store)));
  return faults;
}

async function repair(store, more) {
  const ran = await run(["store", "repair", "--deep", "--store", store, ...more], store);
  const faults = ran.code === 70 ? [`repair: ${ran.stderr.slice(0, 300)}`] : [];
  return { ...ran, faults };
}

/** Events that were in the file that was hit, and are whole nowhere any more. */
async function lost(store, { live, wanted }, kind, path, { after }) {
  if (kind === "parquet") return live.get(path);
  if (!kind.startsWith("wal-")) return new Set();
  const kept = new Set(keptLines(store));
  const left = new Set((kind === "wal-data" ? (after ?? "").toString("latin1") : "").split("\n"));
  // A line that the mutation left whole must have been kept, if it is not in the table.
  const isLost = (n) => (kind === "wal-data" ? !left.has(lineOf(n)) : false) || kept.has(lineOf(n));
  return new Set([...wanted.keys()].filter(isLost));
}

/** Lines that a recovery has set aside. */
function keptLines(store) {
  const paths = walk(store).filter((path) => /\.damaged|_damaged/.test(path) && !path.endsWith(".parquet"));
  return paths.flatMap((path) => readFileSync(path, "latin1").split("\n"));
}

/** The next writer goes on. */
async function nextFaults(store) {
  const before = await count(store);
  const stored = await run(["sink", "--store", store, "--table", "logs", "-q"], store, `${lineOf(9000)}\n`);
  if (stored.code !== 0) return [`the next writer: exit ${stored.code}: ${stored.stderr.slice(0, 300)}`];
  const after = await count(store);
  return after === before + 1 ? [] : [`the next writer: ${after} events instead of ${before + 1}`];
}

async function count(store) {
  const { stdout } = await run(["query", "SELECT count(*) AS c FROM logs", "--store", store], store);
  return stdout === "" ? undefined : JSON.parse(stdout).c;
}
