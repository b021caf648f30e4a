/**
 * A repair of a damaged log is killed before, in the middle of and after its file calls; the next one comes to the same
 * end.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diskFiles, type Files } from "../../../src/lib/base/files.js";
import { repairTable } from "../../../src/lib/store/inspect/repair.js";
import { readFacts } from "../../lib/store/support.js";
import { type Around, type Call, isAt, namedFiles, type Point, pointsOf, textOf } from "../calls.js";
import { isLong, SEED, sample } from "../sample.js";
import { historyOf } from "./histories.js";

const POINTS = isLong ? Number.POSITIVE_INFINITY : 8;

/**
 * Damage of every sort: a changed byte, a cut index, lines set aside that are not as they were, a file that is gone.
 */
async function damagedTable(root: string): Promise<string> {
  const { directory } = await historyOf("several segments");
  const table = join(root, "logs");
  cpSync(directory, table, { recursive: true, preserveTimestamps: true });
  const own = join(table, "_wal", readdirSync(join(table, "_wal"))[0]!);
  const segments = readdirSync(own).filter((name) => name.endsWith(".ndjson"));
  const [first, second, third] = segments.sort().map((name) => join(own, name.slice(0, 20)));
  change(`${first}.ndjson`, (bytes) => (bytes[Math.floor(bytes.length / 3)]! ^= 4));
  change(`${first}.aside`, (bytes) => (bytes[10]! ^= 1));
  const index = readFileSync(`${second}.commits`);
  writeFileSync(`${second}.commits`, index.subarray(0, index.indexOf(10) + 1));
  rmSync(`${third}.ndjson`);
  return table;
}

function change(path: string, how: (bytes: Buffer) => void): void {
  const bytes = readFileSync(path);
  how(bytes);
  writeFileSync(path, bytes);
}

/** What there is in the end: rows, and what was set aside. */
async function stateOf(table: string): Promise<unknown> {
  const parent = join(table, "_wal");
  const kept = readdirSync(parent).flatMap((writer) =>
    readdirSync(join(parent, writer))
      .filter((name) => name.endsWith(".damaged"))
      .map((name) => [name, readFileSync(join(parent, writer, name), "latin1")]),
  );
  const quarantine = readdirSync(join(table, "_quarantine")).map((name) =>
    readFileSync(join(table, "_quarantine", name), "latin1"),
  );
  return { rows: await readFacts(table), kept, quarantine: quarantine.sort() };
}

const KILLED = new Error("killed");

/** From the point on nothing reaches the disk any more, not even what cleans up. */
function killedAt(point: Point): Around {
  let isDead = false;
  return async (call, act, half) => {
    if (isDead) throw KILLED;
    if (!isAt(point, call)) return act();
    isDead = true;
    if (point.when === "half") await half!();
    if (point.when === "after") await act();
    throw KILLED;
  };
}

async function repair(table: string, files: Files): Promise<void> {
  const usual = {
    isDryRun: false,
    isDeep: false,
    mayDrop: false,
    nowMs: () => Date.parse("2026-11-21T13:00:00Z"),
  };
  await repairTable({ files, directory: table, ...usual });
}

test("wherever a repair is killed, the next one ends where one does that nobody kills", {
  timeout: 3_600_000,
}, async () => {
  const root = mkdtempSync(join(tmpdir(), "logpipe-kills-"));
  try {
    const table = await damagedTable(root);
    const calls: Call[] = [];
    const list: Around = (call, act) => {
      calls.push(call);
      return act();
    };
    await repair(table, namedFiles(diskFiles, table, list));
    const whole = await stateOf(table);
    rmSync(table, { recursive: true });
    for (const point of sample(pointsOf(calls), POINTS)) {
      const copy = await damagedTable(root);
      await repair(copy, namedFiles(diskFiles, copy, killedAt(point))).catch(() => {});
      await repair(copy, diskFiles);
      expect(await stateOf(copy), `${textOf(point)} (LOGPIPE_TEST_SEED=${SEED})`).toEqual(whole);
      rmSync(copy, { recursive: true });
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
