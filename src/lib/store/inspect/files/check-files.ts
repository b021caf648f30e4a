// Enter here: Parquet files compared with the log.
/** The Parquet files that a table's log names, compared with what the log says of them. */
import { relative } from "node:path";
import { reasonOf } from "../../../base/errors/index.js";
import type { Files } from "../../../base/files.js";
import { countOf, formatCount } from "../../../base/size.js";
import { literal } from "../../columns/names.js";
import type { Column } from "../../columns/schema.js";
import { millisecondsOf, type TableFile } from "../../delta/table-file.js";
import type { Session } from "../../duckdb/duckdb.js";
import { CHECKSUM_TAG, fileChecksum } from "../../parquet/checksum.js";
import { microsOf } from "../../parquet/statistics.js";
import { REPAIR_HELP, RESTORE_HELP, type TableFinding } from "../finding.js";
import { type Measured, measureFile } from "./measure.js";

export interface FileCheck {
  readonly files: Files;
  readonly session: Session;
  /** The table's. */
  readonly directory: string;
  readonly columns: readonly Column[];
  /** Reads every byte: checksums, every page, the bounds of every column. */
  readonly isDeep: boolean;
}

/** What is wrong with one file; at most one finding, the worst. */
export async function checkFile(check: FileCheck, file: TableFile): Promise<TableFinding | undefined> {
  const facts = await check.files.stat(file.path);
  const found = finder(check, file);
  if (facts === undefined) {
    return found(
      "file-missing",
      `the file is gone${rowsLost(file)}: queries that need it fail`,
      RESTORE_HELP,
    );
  }
  if (facts.bytes !== file.bytes) {
    const change = facts.bytes < file.bytes ? "cut off" : "changed";
    const sizes = `${formatCount(facts.bytes)} bytes where the log says ${formatCount(file.bytes)}`;
    return found("file-size", `the file was ${change}: it has ${sizes}${rowsLost(file)}`, RESTORE_HELP);
  }
  const checksum = check.isDeep ? file.tags[CHECKSUM_TAG] : undefined;
  if (checksum !== undefined && (await checksumOf(check.files, file.path)) !== checksum) {
    const what = `its bytes are no longer those that were written (CRC-32C)${rowsLost(file)}: some values may be wrong without an error`;
    return found("file-checksum", what, RESTORE_HELP);
  }
  try {
    return check.isDeep ? await checkDeep(check, file) : await checkFooter(check, file);
  } catch (error) {
    return found("file-broken", `DuckDB cannot read it: ${firstLine(error)}${rowsLost(file)}`, RESTORE_HELP);
  }
}

async function checkFooter(check: FileCheck, file: TableFile): Promise<TableFinding | undefined> {
  const [row] = await check.session.rowsJson(
    `SELECT num_rows FROM parquet_file_metadata(${literal(file.path)})`,
  );
  const nulls = await check.session.rowsJson(
    `SELECT path_in_schema, sum(stats_null_count), bool_and(stats_null_count IS NOT NULL) FROM parquet_metadata(${literal(file.path)}) GROUP BY 1`,
  );
  const known = nulls.filter(([, , isKnown]) => isKnown === true);
  const counts = new Map(known.map(([name, count]) => [String(name), Number(count)]));
  const plain = check.columns.filter(({ type }) => type !== "struct");
  const wrong = plain.find(({ name }) => {
    const [told, counted] = [file.bounds(name).nulls, counts.get(name)];
    return told !== undefined && counted !== undefined && told !== counted;
  });
  const reason = wrong === undefined ? undefined : `the count of NULLs in ${wrong.name}`;
  return compared(check, file, Number(row?.[0]), reason);
}

async function checkDeep(check: FileCheck, file: TableFile): Promise<TableFinding | undefined> {
  const measured = await measureFile(check.session, file.path, check.columns);
  const wrong = check.columns.find((column) => !boundsHold(column, file, measured));
  return compared(
    check,
    file,
    measured.rows,
    wrong === undefined ? undefined : `the bounds of ${wrong.name}`,
  );
}

function compared(
  check: FileCheck,
  file: TableFile,
  rows: number,
  wrongStatistics: string | undefined,
): TableFinding | undefined {
  const found = finder(check, file);
  if (file.rows !== undefined && file.rows !== rows)
    return found(
      "file-rows",
      `it has ${countOf(rows, "row")}, and ${formatCount(file.rows)} by the table's log`,
      RESTORE_HELP,
    );
  if (wrongStatistics === undefined) return undefined;
  const what = `the table's log is wrong about ${wrongStatistics}: queries may skip the file though it has what they look for`;
  return found("file-statistics", what, `${REPAIR_HELP}: it measures the file and corrects the log`);
}

/** Whether the bounds and counts of the log are true of what was measured. They may be wider, never narrower. */
export function boundsHold(column: Column, file: TableFile, { statistics }: Measured): boolean {
  const { min, max, nulls } = file.bounds(column.name);
  const found = statistics.get(column.name);
  if (found === undefined) return true;
  if (nulls !== undefined && column.type !== "struct" && nulls !== found.nullCount) return false;
  const isBelow = (low: unknown, high: string | undefined, slack = 0): boolean => {
    if (low === undefined || low === null || high === undefined) return true;
    return compareBound(column, low, high) <= slack;
  };
  return (
    isBelow(min, found.min) &&
    (max === undefined || found.max === undefined || compareBound(column, max, found.max) >= 0)
  );
}

/** Below, at or above 0: as the bound of the log is below, at or above the value that DuckDB printed. */
function compareBound(column: Column, bound: unknown, value: string): number {
  if (column.type === "string") return Buffer.compare(Buffer.from(String(bound)), Buffer.from(value));
  if (column.type !== "timestamp") return Number(bound) - Number(value);
  const [ms, micros] = [millisecondsOf(String(bound)), microsOf(value)];
  return ms === undefined || micros === undefined ? 0 : ms * 1000 - micros;
}

async function checksumOf(files: Files, path: string): Promise<string> {
  const file = await files.open(path, "read");
  try {
    return await fileChecksum(file);
  } finally {
    await file.close();
  }
}

function finder({ directory }: FileCheck, file: TableFile) {
  return (kind: TableFinding["kind"], what: string, advice: string): TableFinding => ({
    kind,
    isDamage: true,
    path: relative(directory, file.path),
    what,
    advice,
    ...(file.rows === undefined ? {} : { rows: file.rows }),
  });
}

function rowsLost(file: TableFile): string {
  return file.rows === undefined ? "" : `, with ${countOf(file.rows, "row")}`;
}

function firstLine(error: unknown): string {
  return reasonOf(error).split("\n")[0]!.slice(0, 200);
}
