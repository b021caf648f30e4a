/** Which tables of a store a command is about. */
import { dirname, join, resolve } from "node:path";
import { failure, reasonOf } from "../../base/errors/index.js";
import type { Files } from "../../base/files.js";
import { DEFAULT_STORE, givenStore, localPath } from "../../base/local/path.js";
import { suggest } from "../../base/suggest.js";
import type { Terminal } from "../../pipeline/contract/terminal.js";
import { LOG_DIRECTORY } from "../delta/snapshot.js";
import { WAL_DIRECTORY } from "../wal/segment.js";

export interface NamedTable {
  readonly name: string;
  /** Absolute. */
  readonly directory: string;
}

/** `--store DIR`, else $LOGPIPE_STORE unless it is empty, else ./logpipe-store; absolute. */
export function storePath(given: string | undefined, terminal: Pick<Terminal, "cwd" | "env">): string {
  return localPath(terminal.cwd, givenStore(given, terminal.env) ?? DEFAULT_STORE, "the store");
}

/**
 * The tables with these names, all of the store's by default. Throws store.missing for a directory that is no store,
 * store.empty for one that has no table, store.no-table for a name that no table has, usage.store-as-table for one that
 * is a store.
 */
export async function namedTables(
  files: Files,
  store: string,
  names: readonly string[],
): Promise<NamedTable[]> {
  const stores = await storesAmong(files, store, names);
  const known = await listTables(files, store).catch((error: unknown) => {
    if (stores.length === 0) throw error;
    throw failure("usage.store-as-table", { store: stores[0]! }, error);
  });
  for (const name of names) {
    if (known.includes(name)) continue;
    if (stores.includes(name)) throw failure("usage.store-as-table", { store: name });
    throw failure("store.no-table", { name, path: store, known, suggestion: suggest(name, known) });
  }
  // A check or a retention in cron that finds nothing to do in the wrong place must not pass for done.
  if (known.length === 0) throw failure("store.empty", { path: store });
  return (names.length === 0 ? known : names).map((name) => ({ name, directory: join(store, name) }));
}

/**
 * Which of the names lead to stores, as `sink` takes them; relative to where the store is, which is where one works.
 */
async function storesAmong(files: Files, store: string, names: readonly string[]): Promise<string[]> {
  const stores: string[] = [];
  for (const name of names) {
    const tables = await listTables(files, resolve(dirname(store), name)).catch(() => []);
    if (tables.length > 0) stores.push(name);
  }
  return stores;
}

/** The directories of the store that hold a table log or a write-ahead log, by name. */
async function listTables(files: Files, store: string): Promise<string[]> {
  const facts = await files.stat(store).catch((error: unknown) => {
    throw failure("store.missing", { path: store, reason: reasonOf(error) }, error);
  });
  if (facts?.isDirectory !== true) {
    const reason = facts === undefined ? "no such directory" : "not a directory";
    throw failure("store.missing", { path: store, reason });
  }
  if (await isTable(files, store)) {
    const reason = "the directory is a table of a store";
    throw failure("store.missing", { path: store, reason, above: dirname(store) });
  }
  const names: string[] = [];
  for (const name of await files.list(store)) {
    if (name.startsWith(".") || name.startsWith("_")) continue;
    if (await isTable(files, join(store, name))) names.push(name);
  }
  return names.sort();
}

async function isTable(files: Files, directory: string): Promise<boolean> {
  const parts = [LOG_DIRECTORY, WAL_DIRECTORY].map((part) => files.stat(join(directory, part)));
  const found = await Promise.all(parts.map((part) => part.catch(() => undefined)));
  return found.some((part) => part?.isDirectory === true);
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
