/**
 * Errors as strangers may see them: of their SQL and of the rows they may see; nothing of paths, files and the server.
 */
import { tmpdir } from "node:os";
import { failure, LogpipeError } from "../../base/errors/index.js";
import { formatSize } from "../../base/size.js";
import { sqlFailure } from "../sql/sql-error.js";
import type { Limits } from "./limits.js";
import type { Request } from "./request.js";

/** Errors of DuckDB that are about the SQL and its rows. Any other is about the server. */
const ABOUT_THE_SQL =
  /"exception_type":"(Parser|Syntax|Binder|Catalog|Conversion|Invalid Input|Invalid|Out of Range|Mismatch Type|Not implemented|Constraint|Expression|Parameter Not Resolved|Invalid type|Decimal|Divide by Zero|Sequence)"/;

const OWN_CODES: ReadonlySet<string> = new Set([
  "query.refused",
  "query.failed",
  "query.limit",
  "query.no-time",
]);

/** The failure to show for any error of a restricted query. */
export function plainFailure(error: unknown, request: Request): LogpipeError {
  const cause = error instanceof LogpipeError ? error.cause : error;
  const text = cause instanceof Error ? cause.message : "";
  if (OUT_OF_MEMORY.test(text)) return memoryFailure(request.limits);
  if (cause !== undefined && !ABOUT_THE_SQL.test(text)) return unreadableFailure();
  const shown = error instanceof LogpipeError ? error : sqlFailure(error, request.sql, []);
  if (!OWN_CODES.has(shown.code)) return unreadableFailure();
  const said = `${shown.message} ${shown.help ?? ""}`;
  return placesOf(request).some((place) => said.includes(place)) ? unreadableFailure() : withoutCause(shown);
}

function withoutCause({ code, message, help, exitCode }: LogpipeError): LogpipeError {
  return new LogpipeError(code, { message, help, exitCode });
}

const OUT_OF_MEMORY = /"exception_type":"Out of Memory"|^Out of Memory Error|bad_alloc|bad allocation/;

/** As it is when DuckDB says so, and when the system ended the process. */
export function memoryFailure({ memoryBytes }: Limits): LogpipeError {
  return failure("query.limit", {
    reason: `the query needs more memory than the ${formatSize(memoryBytes)} it may take`,
    help: "ask for fewer rows or groups at once, or for shorter values",
  });
}

export function unreadableFailure(): LogpipeError {
  return failure("query.failed", {
    reason: "the tables cannot be read",
    help: "who runs the server finds the reason by the same query without restrictions",
  });
}

/** What would tell of the server when it stood in a message. */
function placesOf({ store, scratch, inputs }: Request): string[] {
  const paths = inputs.map(({ path }) => path).filter((path) => path.includes("/"));
  return [scratch, tmpdir(), ...(store === undefined ? [] : [store]), ...paths, "/proc/self/"].filter(
    (place) => place.length > 1,
  );
}
