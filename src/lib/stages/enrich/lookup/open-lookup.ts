/** Opens what `enrich --lookup` names. */
import { gunzipSync } from "node:zlib";
import { failure, LogpipeError } from "../../../base/errors/index.js";
import { formatSize } from "../../../base/size.js";
import type { StageIo } from "../../../pipeline/contract/resources.js";
import { reloading } from "../core/reloading.js";
import { buildTable, type LookupHolder } from "./lookup.js";
import { TableTooLarge } from "./lookup-table.js";
import type { LookupWords } from "./lookup-words.js";
import { delimitedRows, objectRows, TableFault, type TableRows } from "./table-rows.js";

/** Rows of a SQL query, which this folder does not read itself. Throws an Error that says why not. */
export type ReadSql = (sql: string, rowsMax: number) => Promise<TableRows>;

export interface OpenedLookup {
  readonly words: LookupWords;
  readonly holder: LookupHolder;
  /** What counters call it. */
  readonly label: string;
  readonly refresh?: () => Promise<void>;
}

/** Of a compressed table: as much text as a string can hold. */
const UNPACKED_BYTES_MAX = 512 * 1024 * 1024 - 32;
/** More rows cannot be within a limit of so many bytes. */
const ROW_BYTES_MIN = 40;

/** Throws stage.unreadable and lookup.unusable. Problems of the table that are logged (`io.log`) do not end the run. */
export async function openLookup(
  words: LookupWords,
  limitBytes: number,
  io: StageIo,
  readSql: ReadSql,
): Promise<OpenedLookup> {
  const { kind, text } = words.from;
  const build = (rows: TableRows) => built(rows, words, limitBytes);
  if (kind === "sql") {
    const rows = await readSql(text, Math.ceil(limitBytes / ROW_BYTES_MIN)).catch((error: Error) => {
      throw failure("lookup.unusable", { path: "sql", reason: error.message.split("\n", 1)[0]! });
    });
    return { words, holder: build(rows), label: "sql" };
  }
  const label = text.slice(text.lastIndexOf("/") + 1);
  const holder: { current?: LookupHolder } = {};
  const read = rowReader(words, limitBytes, io, readSql);
  const refresh = await reloading(
    text,
    io,
    async () => build(await usable(text, read)),
    (next) => {
      if (holder.current === undefined) holder.current = next;
      else if (holder.current.names.join() === next.names.join()) holder.current.table = next.table;
      else throw failure("lookup.unusable", { path: text, reason: "its columns are others than before" });
    },
  );
  return { words, holder: holder.current!, label, refresh };
}

function built(rows: TableRows, words: LookupWords, limitBytes: number): LookupHolder {
  const path = words.from.kind === "sql" ? "sql" : words.from.text;
  try {
    return buildTable(rows, words, limitBytes);
  } catch (error) {
    if (error instanceof TableFault) throw failure("lookup.unusable", { path, reason: error.message });
    if (!(error instanceof TableTooLarge)) throw error;
    const reason = `it takes more than ${formatSize(limitBytes)} (--lookup-limit)`;
    throw failure("lookup.unusable", { path, reason });
  }
}

async function usable(path: string, read: () => Promise<TableRows>): Promise<TableRows> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof LogpipeError) throw error;
    throw failure("lookup.unusable", { path, reason: (error as Error).message.split("\n", 1)[0]! });
  }
}

/** By the ending of the name; `.gz` behind it is allowed for text. */
function rowReader(
  words: LookupWords,
  limitBytes: number,
  io: StageIo,
  readSql: ReadSql,
): () => Promise<TableRows> {
  const path = words.from.text;
  const ending = /\.([a-z0-9]+)(?:\.gz)?$/i.exec(path)?.[1]?.toLowerCase();
  const text = async () => textOf(await io.readFile(path));
  switch (ending) {
    case "csv":
    case "tsv":
      return async () => delimitedRows(await text(), ending);
    case "ndjson":
    case "jsonl":
    case "json":
      return async () => objectRows(await text(), wantedColumns(words));
    case "parquet":
      return async () => {
        // Says what is wrong with a file that is not there in the words of the others.
        if ((await io.stat(path)) === undefined) await io.readFile(path);
        const file = io.resolve(path).replaceAll("'", "''");
        return readSql(`SELECT * FROM read_parquet('${file}')`, Math.ceil(limitBytes / ROW_BYTES_MIN));
      };
    default:
      throw failure("lookup.unusable", {
        path,
        reason: "its name does not end with .csv, .tsv, .ndjson, .jsonl, .json or .parquet",
      });
  }
}

/** Objects need not have all members: the ones that are asked for count. */
function wantedColumns({ on, add }: LookupWords): readonly string[] | undefined {
  return add && [...new Set([...on, ...add].map(({ column }) => column))];
}

function textOf(bytes: Buffer): string {
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (isPacked ? gunzipSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX }) : bytes).toString("utf8");
}
