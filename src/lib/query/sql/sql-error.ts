/** DuckDB's errors as ours: one clear message, a caret under the fault, what to do next. */
import { failure, LogpipeError } from "../../base/errors/index.js";
import { suggest } from "../../base/suggest.js";
import { identifier } from "../../store/columns/names.js";
import { unreadableFile } from "../../store/parquet/damaged.js";
import { cellWidth } from "../../terminal/table/width.js";
import { tableNameOf } from "../inputs/table-name.js";

/** DuckDB's own account of an error, as it prints under `errors_as_json`. */
interface SqlFault {
  readonly exception_type?: string;
  readonly exception_message: string;
  /** Bytes from the start of the SQL text. */
  readonly position?: string;
  readonly error_subtype?: string;
  readonly name?: string;
  /** Names it could have been, comma separated. */
  readonly candidates?: string;
  /** What kind of thing is missing: "Table", "Scalar Function". */
  readonly type?: string;
}

/**
 * The failure to show for `error`, thrown by DuckDB while it worked on `sql`. `tables` are those the query could name.
 */
export function sqlFailure(error: unknown, sql: string, tables: readonly string[]): LogpipeError {
  const damaged = unreadableFile(error);
  if (damaged !== undefined) return damaged;
  const fault = faultOf(error);
  const place = fault.position === undefined || sql === "" ? "" : caret(sql, Number(fault.position));
  return failure(
    "query.failed",
    { reason: reasonOf(fault) + place, help: helpOf(fault, tables, sql) },
    error,
  );
}

/** The column that a query named and no table has; undefined for any other error. */
export function missingColumn(error: unknown): string | undefined {
  const fault = faultOf(error instanceof LogpipeError ? error.cause : error);
  return fault.error_subtype === "COLUMN_NOT_FOUND" ? fault.name : undefined;
}

/** Whether a query named a table that is nowhere. */
export function isMissingTable(error: unknown): boolean {
  const { error_subtype, type } = faultOf(error instanceof LogpipeError ? error.cause : error);
  return error_subtype === "MISSING_ENTRY" && type === "Table";
}

function faultOf(error: unknown): SqlFault {
  const message = error instanceof Error ? error.message : String(error);
  const start = message.indexOf('{"exception_type"');
  if (start >= 0) {
    try {
      return JSON.parse(message.slice(start)) as SqlFault;
    } catch {
      // Not the JSON it looked like: shown as it came.
    }
  }
  return { exception_message: message, ...columnIn(message) };
}

/** A column that is missing, in the words of a session without `errors_as_json`. */
function columnIn(message: string): Partial<SqlFault> {
  const found = /Referenced column "((?:[^"]|"")*)" not found.*(?:\nCandidate bindings: (.*))?/.exec(message);
  if (found === null) return {};
  const [, name = "", candidates = ""] = found;
  return {
    error_subtype: "COLUMN_NOT_FOUND",
    name: name.replaceAll('""', '"'),
    candidates: [...candidates.matchAll(/"([^"]*)"/g)].map(([, candidate]) => candidate).join(","),
  };
}

function reasonOf(fault: SqlFault): string {
  const kind = fault.error_subtype;
  if (kind === "COLUMN_NOT_FOUND" && fault.name !== undefined) return `no column "${fault.name}"`;
  if (kind === "MISSING_ENTRY" && fault.name !== undefined)
    return `no ${(fault.type ?? "entry").toLowerCase()} "${fault.name}"`;
  const file = unknownFile(fault);
  if (file !== undefined) return `DuckDB cannot tell what kind of file "${file}" is`;
  const extension =
    /\bextension [:"']*(\w+)/i.exec(fault.exception_message)?.[1] ??
    /the (\w+) extension/i.exec(fault.exception_message)?.[1];
  if (/extension/i.test(fault.exception_message) && extension !== undefined)
    return `DuckDB's extension "${extension}" is not installed`;
  const first = fault.exception_message
    .split(/\n\n|\nCandidate functions|\n\tCandidate functions|\nLINE \d/)[0]!
    .trim();
  return first === "" ? "DuckDB gave no reason" : decapitalise(first);
}

/** A file in FROM whose name says nothing to DuckDB. */
function unknownFile({ exception_message: text }: SqlFault): string | undefined {
  return /No extension found that is capable of reading the file "([^"]*)"/i.exec(text)?.[1];
}

function decapitalise(text: string): string {
  return /^[A-Z][a-z]* [a-z]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;
}

function helpOf(fault: SqlFault, tables: readonly string[], sql: string): string | undefined {
  const file = unknownFile(fault);
  if (file !== undefined)
    return `name it behind the SQL, and its lines are read as events: logpipe query "... FROM ${identifier(tableNameOf(file)).replaceAll('"', '\\"')}" ${file}`;
  const candidates =
    fault.candidates === undefined || fault.candidates === "" ? [] : fault.candidates.split(",");
  if (fault.error_subtype === "COLUMN_NOT_FOUND") return columnHelp(fault.name ?? "", candidates);
  if (fault.type === "Table") return tableHelp(fault.name ?? "", tables);
  const text = fault.exception_message;
  const functions = /Candidate functions:\n([\s\S]*)/
    .exec(text)?.[1]
    ?.trim()
    .split(/\s*\n\s*/);
  if (functions !== undefined) return `it takes ${functions.slice(0, 4).join(", or ")}`;
  if (candidates.length > 0) return `did you mean "${candidates[0]}"?`;
  const cast = castHelp(text);
  if (cast !== undefined) return cast;
  if (/^Malformed JSON/.test(text))
    return "a key with values of several types is JSON: compare its text, as in status->>'$' = 'ok'; `logpipe store schema` shows such keys, and `set KEY string` makes one of them text";
  const near = /syntax error at or near "([^"]+)"/.exec(text)?.[1];
  const odd = near === undefined ? undefined : tables.find((name) => isToBeQuoted(name, near, sql));
  if (odd !== undefined)
    return `a name that is a word of SQL, or has other characters, is quoted: FROM ${identifier(odd)}`;
  if (/syntax error at or near "-"/.test(text)) return 'a name with a hyphen is quoted: FROM "my-events"';
  return /extension/i.test(text)
    ? "logpipe downloads none by itself; JSON, Parquet, CSV and time zones are built in"
    : undefined;
}

/** Whether the fault is that of a table whose name SQL does not take as it is. */
function isToBeQuoted(name: string, near: string, sql: string): boolean {
  if (name.toLowerCase() === near.toLowerCase()) return true;
  return !/^[a-z_]\w*$/i.test(name) && new RegExp(`(?<!["\\w])${escaped(name)}(?!["\\w])`, "i").test(sql);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Of text that was to be a number: what to write instead. */
function castHelp(text: string): string | undefined {
  const column = /Could not convert string .* to [A-Z0-9(),]+ when casting from source column (\S+)/is.exec(
    text,
  )?.[1];
  const isRefused =
    /^Cannot compare values of type VARCHAR and type (?:\w*INT|INTEGER_LITERAL|DECIMAL|DOUBLE)/i.test(text);
  if (column === undefined && !isRefused) return undefined;
  const name = column ?? "x";
  return `a column of text is compared with a number: write ${name} = '30' for the text, or TRY_CAST(${name} AS DOUBLE) = 30 for the numbers in it`;
}

function columnHelp(name: string, candidates: readonly string[]): string | undefined {
  const near = suggest(name, candidates);
  if (near !== undefined) return `did you mean "${near}"?`;
  return candidates.length === 0 ? undefined : `similar columns: ${candidates.slice(0, 12).join(", ")}`;
}

function tableHelp(name: string, tables: readonly string[]): string {
  const near = suggest(name, tables);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (tables.length > 0) return `tables here: ${tables.join(", ")}`;
  return "there is no table here: name a store with --store (the directory above its tables), pipe events in, or read a file with FROM 'events.ndjson'";
}

/** The line of `sql` that byte `position` is on, and a caret under it. Long lines are cut around the fault. */
export function caret(sql: string, position: number): string {
  const before = Buffer.from(sql, "utf8").subarray(0, position).toString("utf8");
  const lineStart = before.lastIndexOf("\n") + 1;
  const lineEnd = sql.indexOf("\n", before.length);
  const line = sql.slice(lineStart, lineEnd < 0 ? sql.length : lineEnd).replace(/[\t\r]/g, " ");
  const column = before.length - lineStart;
  const cut = Math.max(0, column - 60);
  const number = sql.includes("\n") ? `${before.split("\n").length}: ` : "";
  const shown = `${cut > 0 ? "..." : ""}${line.slice(cut, cut + 120)}${line.length > cut + 120 ? "..." : ""}`;
  const indent = number.length + (cut > 0 ? 3 : 0) + cellWidth(line.slice(cut, column));
  return `\n  ${number}${shown}\n  ${" ".repeat(indent)}^`;
}
