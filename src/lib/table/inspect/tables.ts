/** Which tables of a store a command is about. */
import { join, resolve } from "node:path";
import { failure, reasonOf } from "../../base/errors/index.js";
import type { Files } from "../../base/files.js";
import { suggest } from "../../base/suggest.js";
import type { Terminal } from "../../stage/terminal.js";
import { WAL_DIRECTORY } from "../../wal/segment.js";
import { LOG_DIRECTORY } from "../log/snapshot.js";

export interface NamedTable {
  readonly name: string;
  /** Absolute. */
  readonly directory: string;
}

/** `--store DIR`, else $LOGPIPE_STORE, else ./logpipe-store; absolute. */
export function storePath(given: string | undefined, terminal: Pick<Terminal, "cwd" | "env">): string {
  return resolve(terminal.cwd, given ?? terminal.env["LOGPIPE_STORE"] ?? "logpipe-store");
}

/**
 * The tables with these names, all of the store's when none is given. Throws store.unreadable for a store that is not there,
 * store.no-table for a name that no table has.
 */
export async function namedTables(
  files: Files,
  store: string,
  names: readonly string[],
): Promise<NamedTable[]> {
  const known = await listTables(files, store);
  for (const name of names) {
    if (!known.includes(name))
      throw failure("store.no-table", { name, path: store, known, suggestion: suggest(name, known) });
  }
  return (names.length === 0 ? known : names).map((name) => ({ name, directory: join(store, name) }));
}

/** The directories of the store that hold a table log or a write-ahead log, by name. */
async function listTables(files: Files, store: string): Promise<string[]> {
  const facts = await files.stat(store).catch((error: unknown) => {
    throw failure("store.unreadable", { path: store, reason: reasonOf(error) }, error);
  });
  if (facts?.isDirectory !== true) {
    const reason = facts === undefined ? "no such directory" : "not a directory";
    throw failure("store.unreadable", { path: store, reason });
  }
  const names: string[] = [];
  for (const name of await files.list(store)) {
    if (name.startsWith(".") || name.startsWith("_")) continue;
    const parts = [LOG_DIRECTORY, WAL_DIRECTORY].map((part) => files.stat(join(store, name, part)));
    const found = await Promise.all(parts.map((part) => part.catch(() => undefined)));
    if (found.some((part) => part?.isDirectory === true)) names.push(name);
  }
  return names.sort();
}

/** The one table a command works on: the named one, or the only one of the store. Throws usage.missing-operand else. */
export async function oneTable(
  files: Files,
  store: string,
  name: string | undefined,
  command: string,
): Promise<NamedTable> {
  const tables = await namedTables(files, store, name === undefined ? [] : [name]);
  if (tables.length === 1) return tables[0]!;
  const known = tables.map((table) => table.name).join(", ");
  const operand = known === "" ? "a store that has a table" : `the name of a table: ${known}`;
  throw failure("usage.missing-operand", { command, operand });
}
