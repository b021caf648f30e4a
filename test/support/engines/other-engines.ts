/**
 * Engines that read our tables and know nothing of us. LOGPIPE_TEST_PYTHON is a Python with the packages deltalake and
 * pyarrow, LOGPIPE_TEST_SPARK one with pyspark that has delta-spark's jars; .ci/run installs both. Tests of an engine
 * that is not here are skipped, and have its name in theirs.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { TableSchema } from "../../../src/lib/store/columns/schema.js";
import { type Facts, rowFacts } from "../../lib/store/support.js";

export const PYTHON = process.env["LOGPIPE_TEST_PYTHON"];
export const SPARK = process.env["LOGPIPE_TEST_SPARK"];

/** Every row of a table by delta-rs: column name to value as text. */
export function deltaRsRows(table: string, version?: number): Row[] {
  return rowsIn(
    python(PYTHON!, "delta_rs.py", ["rows", table, ...(version === undefined ? [] : [`${version}`])]),
  );
}

/** Appends rows by delta-rs. */
export function deltaRsAppend(table: string, rows: readonly object[]): void {
  const input = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  python(PYTHON!, "delta_rs.py", ["append", table], input);
}

/** What delta-rs finds wrong with the table's files. */
export function deltaRsComplaints(table: string): string {
  return python(PYTHON!, "delta_rs.py", ["check", table]);
}

/** Every row of each table by Spark, all in one run of it. */
export function sparkRows(tables: readonly string[]): Row[][] {
  const output = python(SPARK!, "spark_rows.py", tables);
  return output
    .split(/^end .*\n/m)
    .slice(0, -1)
    .map(rowsIn);
}

type Row = Readonly<Record<string, string>>;

/** Rows as the tests compare them, sorted: the table's schema says which key a column holds. */
export function factsOf(rows: readonly Row[], { columns }: TableSchema): Facts[] {
  return rows
    .map((row) => {
      const values = columns.map(({ name, type }) => {
        const value = row[name];
        return value === undefined ? null : type === "string" ? JSON.stringify(value) : value;
      });
      return rowFacts(values, columns);
    })
    .sort();
}

function rowsIn(output: string): Row[] {
  const lines = output.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Row);
}

function python(program: string, script: string, args: readonly string[], input = ""): string {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const ran = spawnSync(program, ["-B", path, ...args], { input, encoding: "utf8", maxBuffer: 2 ** 30 });
  if (ran.status !== 0) throw new Error(`${script} ${args.join(" ")}: ${ran.stderr}${ran.error ?? ""}`);
  return ran.stdout;
}
