/** Tables to damage, and what must be true of them before and after. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { type RepairOptions, repairTable } from "../../../../src/lib/store/inspect/repair.js";
import { verifyTable } from "../../../../src/lib/store/inspect/verify.js";
import { readFacts, storeLines, storeOptions, temporaryDirectory } from "../support.js";

export const NOW_MS = Date.parse("2026-11-21T12:10:00.000Z");

/** Lines `from` to `to` of two days, with every type a column can have. */
export function linesOf(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => {
    const n = from + i;
    const day = n % 2 === 0 ? 20 : 21;
    return `{"timestamp":"2026-11-${day}T10:00:00.${String(n % 1000).padStart(3, "0")}Z","message":"event ${n}","n":${n},"ok":${n % 3 === 0},"f":${n}.5,"o":{"a":${n}}}`;
  });
}

/** A table of `versions` commits with 100 events and two files each. */
export async function makeTable(versions: number): Promise<string> {
  const directory = join(temporaryDirectory(), "logs");
  for (let v = 0; v < versions; v++)
    await storeLines(storeOptions(directory), linesOf(v * 100, v * 100 + 100), 50);
  return directory;
}

/** The words of what `verify` finds. */
export async function kindsOf(directory: string, isDeep = false): Promise<string[]> {
  const { findings } = await verifyTable({ files: diskFiles, directory, isDeep, nowMs: () => NOW_MS });
  return findings.map(({ kind, isDamage }) => (isDamage ? kind : `(${kind})`));
}

export async function repair(directory: string, more: Partial<RepairOptions> = {}) {
  const usual = { isDryRun: false, isDeep: false, mayDrop: false, nowMs: () => NOW_MS };
  const report = await repairTable({ files: diskFiles, directory, ...usual, ...more });
  return { ...report, left: report.left.filter((finding) => finding.isDamage).map(({ kind }) => kind) };
}

/** Paths of the table's Parquet files, oldest partition first. */
export function parquetFiles(directory: string): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => /^date=.*\.parquet$/.test(name))
    .map((name) => join(directory, name))
    .sort();
}

export function commitFile(directory: string, version: number): string {
  return join(directory, "_delta_log", `${String(version).padStart(20, "0")}.json`);
}

/**
 * Makes of the table what a logpipe without checksums of commits would have made: none, and nothing that is noted
 * beside the log.
 */
export function asOlder(directory: string): void {
  const log = join(directory, "_delta_log");
  for (const name of readdirSync(log).filter((one) => /^\d{20}\.json$/.test(one))) {
    const text = readFileSync(join(log, name), "utf8");
    const [first = "", ...rest] = text.split("\n");
    const { commitInfo } = JSON.parse(first) as { commitInfo: Record<string, unknown> };
    const kept = Object.entries(commitInfo).filter(([key]) => !key.startsWith("logpipe."));
    writeFileSync(
      join(log, name),
      [JSON.stringify({ commitInfo: Object.fromEntries(kept) }), ...rest].join("\n"),
    );
  }
  rmSync(join(directory, "_log_copies"), { recursive: true, force: true });
  rmSync(join(directory, "_index"), { recursive: true, force: true });
}

/** Every file below the directory, by name and content: equal texts are equal directories. */
export { readFacts };
