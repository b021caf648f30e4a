// Enter here: the formats of `--to`.
/** The formats of `--to`, and how a result is written in each. */
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { makeTemporary } from "../../base/private-files/temporary-directory.js";
import { table } from "../../base/table.js";
import type { PictureOptions } from "../../chart/picture.js";
import type { FormatName } from "../../options/result-format.js";
import type { Output } from "../../pipeline/contract/terminal.js";
import { paletteOf } from "../../terminal/colours.js";
import { copyToParquet } from "../parquet-result.js";
import { type Result, runSql } from "../result.js";
import type { QuerySession } from "../session.js";
import { deliverArrow } from "./arrow.js";
import { deliverTable, deliverText, type Write } from "./deliver.js";
import { ResultTable } from "./result-table.js";
import { csvText, jsonArray, markdown, ndjson, type TextFormat, tsvText } from "./text-format.js";

/** What is to be asked. */
export interface Question {
  readonly session: QuerySession;
  readonly sql: string;
  /** Names to suggest for a mistyped table. */
  readonly tables: readonly string[];
  /** Gives a result that ends with an error when it is too much. */
  readonly limit?: (result: Result) => Result;
  /** How it is drawn, where it is. */
  readonly picture?: PictureOptions;
}

const TEXT_FORMATS: Readonly<Record<string, () => TextFormat>> = table({
  ndjson,
  json: jsonArray,
  csv: csvText,
  tsv: tsvText,
  md: markdown,
});

/**
 * Runs the SQL and writes its result with `write`. Resolves false when the reader has gone. `screen` has the looks of a
 * table.
 */
export async function writeResult(
  question: Question,
  format: FormatName,
  write: Write,
  screen: Output,
): Promise<boolean> {
  const { session, sql, tables } = question;
  if (format === "parquet") return writeParquet(question, write);
  const all = await runSql(session, sql, tables);
  const result = question.limit?.(all) ?? all;
  if (format === "arrow") return deliverArrow(result, session.duck, write);
  if (!result.hasRows) return true;
  const text = TEXT_FORMATS[format];
  if (text !== undefined) return deliverText(result, text(), write);
  if (format === "chart" || format === "svg") {
    const { deliverPicture } = await import("./deliver-picture.js");
    return deliverPicture(result, format, question.picture ?? { env: {} }, { write, screen });
  }
  const columns = screen.isTerminal ? screen.columns : undefined;
  const isAscii = question.picture?.ascii === true;
  const table = new ResultTable(result.columns, { columns, palette: paletteOf(screen), isAscii });
  return deliverTable(result, table, write, screen.isTerminal);
}

/** Parquet has its directory at the end, so DuckDB writes a file; its bytes then go the way of all output. */
async function writeParquet(question: Question, write: Write): Promise<boolean> {
  const { scratch } = question.session;
  await makeTemporary(scratch);
  const path = join(scratch, "result.parquet");
  try {
    await copyToParquet(question.session, question.sql, question.tables, path);
    for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
      if (!(await write(piece as Buffer))) return false;
    }
    return true;
  } finally {
    await rm(path, { force: true });
  }
}
