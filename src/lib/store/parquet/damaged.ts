import { failure, type LogpipeError } from "../../base/errors/index.js";
import { isSystemError } from "../../base/files.js";

/**
 * The failure to show for an error of DuckDB or the system about a data file of a table; undefined for any other error.
 * It may be damage, or vacuum was faster than who had begun to read.
 */
export function unreadableFile(error: unknown): LogpipeError | undefined {
  const message = error instanceof Error ? error.message : "";
  const found = DATA_FILE.exec(message.replaceAll('\\"', '"'));
  if (found === null || !(DUCKDB.test(message) || isGone(error))) return undefined;
  const path = found[2]!;
  const reason = isGone(error) ? "it is not there" : "it is damaged or cut off";
  return failure("store.file-unreadable", { path, reason }, error);
}

/** Whether a data file was looked for and not found. */
export function isGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return isSystemError(error, "ENOENT") || /No files found that match the pattern/.test(error.message);
}

/** As every engine names them. */
const DATA_FILE = /(["'])(\/[^\n]*\/part-[^/\n]*?\.parquet)\1/;
const DUCKDB =
  /^(IO|Invalid Input|Invalid) Error|"exception_type":"(IO|Invalid Input|INVALID_INPUT|Invalid)"/i;
