/**
 * Random damage to the files of a write-ahead log: no answer has a wrong row or lacks one without a word, `verify
 * --deep` sees it, and `repair` destroys nothing that was there. LOGPIPE_TEST_MUTATIONS=1000 for the long form.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { LogpipeError } from "../../../src/lib/base/errors/index.js";
import { diskFiles } from "../../../src/lib/base/files.js";
import type { StoreSink } from "../../../src/lib/sinks/store/store.js";
import { Session } from "../../../src/lib/store/duckdb/duckdb.js";
import type { TableFinding } from "../../../src/lib/store/inspect/finding.js";
import { repairTable } from "../../../src/lib/store/inspect/repair.js";
import { verifyTable } from "../../../src/lib/store/inspect/verify.js";
import { openRelation } from "../../../src/lib/store/read/relation.js";
import { randomOf, SEED } from "../sample.js";
import { BLOCK_EVENTS, HISTORIES, historyOf, lineOf, write } from "./histories.js";
import { MUTATIONS, pick, type Random, walFiles } from "./mutate.js";

const COUNT = Number(process.env["LOGPIPE_TEST_MUTATIONS"] ?? 24);
const NOW_MS = Date.parse("2026-11-21T13:00:00.000Z");

test("damaged logs: nothing wrong, nothing unseen, nothing destroyed", { timeout: 3_600_000 }, async () => {
  const faults: string[] = [];
  const done: Record<string, number> = {};
  for (let n = 0; n < COUNT; n++) {
    const seed = SEED + n;
    const { label, found } = await trial(seed);
    done[label] = (done[label] ?? 0) + 1;
    faults.push(...found.map((fault) => `LOGPIPE_TEST_SEED=${seed}: ${label}: ${fault}`));
  }
  if (COUNT > 100) console.log(JSON.stringify(done, undefined, 1));
  expect(faults).toEqual([]);
});

test("a blank line behind the end of any file is seen", { timeout: 600_000 }, async () => {
  for (const name of HISTORIES) {
    const { directory } = await historyOf(name);
    const root = mkdtempSync(join(tmpdir(), "logpipe-mutation-"));
    try {
      const table = join(root, "logs");
      cpSync(directory, table, { recursive: true, preserveTimestamps: true });
      const before = await findingsOf(table);
      for (const path of walFiles(table).filter((one) => statSync(one).size > 0)) {
        const bytes = readFileSync(path);
        writeFileSync(path, Buffer.concat([bytes, Buffer.from("\n")]));
        const isSeen = (await findingsOf(table)).some((finding) => !before.includes(finding));
        expect(isSeen, `${name}: ${relative(table, path)}`).toBe(true);
        writeFileSync(path, bytes);
      }
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }
});

/** One history, damaged once. */
async function trial(seed: number): Promise<{ label: string; found: string[] }> {
  const random = randomOf(seed);
  const isLive = random() < 0.25;
  const name = isLive ? "one segment" : pick(HISTORIES, random);
  const { directory, acknowledged } = await historyOf(name);
  const root = mkdtempSync(join(tmpdir(), "logpipe-mutation-"));
  const table = join(root, "logs");
  let sink: StoreSink | undefined;
  try {
    cpSync(directory, table, { recursive: true, preserveTimestamps: true });
    let count = acknowledged;
    if (isLive) {
      sink = await write(table, diskFiles, acknowledged / BLOCK_EVENTS, acknowledged / BLOCK_EVENTS + 6, {});
      count += 6 * BLOCK_EVENTS;
    }
    const before = await findingsOf(table);
    const what = damage(table, random);
    const label = `${what} of ${isLive ? "a live writer" : name}`;
    const found = await look(table, count, before);
    const there = linesOn(table, count);
    if (isLive) found.push(...(await closed(sink!)));
    found.push(...(await repaired(table, count, there)));
    return { label, found };
  } finally {
    await sink?.close().catch(() => {});
    rmSync(root, { recursive: true, force: true });
  }
}

/** Damages one of the files. Says what was done. */
function damage(table: string, random: Random): string {
  for (;;) {
    const path = pick(walFiles(table), random);
    const what = pick(Object.keys(MUTATIONS), random);
    if (MUTATIONS[what]!(path, random))
      return `${what}: ${relative(table, path).replace(/^_wal\/[^/]*\//, "")}`;
  }
}

/** What is wrong before anybody has mended anything. */
async function look(table: string, count: number, before: readonly string[]): Promise<string[]> {
  const findings = await findingsOf(table);
  const isSeen = findings.some((finding) => !before.includes(finding));
  return [...(await answerFaults(table, count)), ...(isSeen ? [] : ["verify --deep does not see it"])];
}

async function findingsOf(table: string): Promise<string[]> {
  const report = await verifyTable({ files: diskFiles, directory: table, isDeep: true, nowMs: () => NOW_MS });
  return report.findings.map(({ kind, path, what }: TableFinding) => `${kind} ${path} ${what}`);
}

/** What is wrong with an answer: rows that nobody wrote, rows twice, rows that are missing without a word. */
async function answerFaults(table: string, count: number): Promise<string[]> {
  const { rows, isTold } = await answer(table, count);
  const faults: string[] = [];
  const seen = new Set<number>();
  for (const [n, text] of rows) {
    if (text !== `event number ${n}|${n % 2 === 0}|${n}.5|${n % 60}` || n >= count)
      faults.push(`a wrong row: ${n} ${text}`);
    else if (seen.has(n)) faults.push(`row ${n} twice`);
    seen.add(n);
  }
  if (seen.size < count && !isTold) faults.push(`${seen.size} of ${count} rows, without a word`);
  return faults.slice(0, 3);
}

async function answer(table: string, count: number): Promise<{ rows: [number, string][]; isTold: boolean }> {
  const scratch = mkdtempSync(join(tmpdir(), "logpipe-answer-"));
  const session = await Session.open({
    memoryBytes: 512 * 1024 * 1024,
    threads: 1,
    tempDirectory: join(scratch, "spill"),
  });
  try {
    const relation = await openRelation(table, { tempDirectory: scratch, rows: (sql) => session.rows(sql) });
    try {
      const sql = `SELECT n, concat_ws('|', text, even, half, second(timestamp)) FROM (${relation.sql})`;
      const rows = (await session.rows(sql)).map(
        ([n, text]) => [Number(n), String(text)] as [number, string],
      );
      return { rows, isTold: relation.problems.length > 0 || relation.damagedParts > 0 };
    } finally {
      await relation.close();
    }
  } catch (error) {
    if (!isExplained(error)) throw error;
    return { rows: [], isTold: count > 0 };
  } finally {
    session.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** An error with a sentence for the user, or one of the system's own. */
function isExplained(error: unknown): boolean {
  return error instanceof LogpipeError || (error as NodeJS.ErrnoException).syscall !== undefined;
}

/** The live writer ends, as well as it can. */
async function closed(sink: StoreSink): Promise<string[]> {
  try {
    await sink.close();
    return [];
  } catch (error) {
    return isExplained(error) ? [] : [`closing: ${String(error)}`];
  }
}

/** Which of the events' lines are in any file of the log or the quarantine, or in the table. */
function linesOn(table: string, count: number): Set<number> {
  const bytes = ["_wal", "_quarantine"].flatMap((part) => textsBelow(join(table, part))).join("\n");
  const lines = new Set(bytes.split("\n"));
  return new Set(Array.from({ length: count }, (_, n) => n).filter((n) => lines.has(lineOf(n))));
}

function textsBelow(directory: string): string[] {
  const names =
    statSync(directory, { throwIfNoEntry: false }) === undefined
      ? []
      : readdirSync(directory, { recursive: true, encoding: "utf8" });
  const paths = names.map((name) => join(directory, name)).filter((path) => statSync(path).isFile());
  return paths.map((path) => readFileSync(path, "latin1"));
}

/** What is wrong after a repair, and after another. */
async function repaired(table: string, count: number, there: ReadonlySet<number>): Promise<string[]> {
  const faults: string[] = [];
  for (const when of ["repair", "a second repair"]) {
    try {
      await repairTable({
        files: diskFiles,
        directory: table,
        isDryRun: false,
        isDeep: true,
        mayDrop: false,
        nowMs: () => NOW_MS,
      });
    } catch (error) {
      faults.push(`${when} fails: ${String(error)}`);
    }
    const { rows, isTold } = await answer(table, 0);
    const stored = new Set(rows.map(([n]) => n));
    const kept = linesOn(table, count);
    const gone = [...there].filter((n) => !stored.has(n) && !kept.has(n));
    if (gone.length > 0)
      faults.push(`${when} destroyed ${gone.length} events that were there, ${gone[0]} among them`);
    const lost = Array.from({ length: count }, (_, n) => n).filter((n) => !stored.has(n));
    if (lost.length > 0 && !isTold && lost.some((n) => kept.has(n)))
      faults.push(`${when}: events are kept and nothing says so`);
    faults.push(...wrongRows(rows, count).map((fault) => `after ${when}: ${fault}`));
  }
  return faults;
}

function wrongRows(rows: readonly [number, string][], count: number): string[] {
  const wrong = rows.filter(
    ([n, text]) => n >= count || text !== `event number ${n}|${n % 2 === 0}|${n}.5|${n % 60}`,
  );
  const isTwice = new Set(rows.map(([n]) => n)).size < rows.length;
  return [
    ...wrong.slice(0, 1).map(([n, text]) => `a wrong row: ${n} ${text}`),
    ...(isTwice ? ["rows twice"] : []),
  ];
}
