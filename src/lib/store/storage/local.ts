/** A table whose log and data files are on the local disk, in the directory where all else of it is. */
import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import {
  diskFiles,
  type Files,
  isSystemError,
  makeDurableDirectory,
  type OpenFile,
} from "../../base/files.js";
import type { PutMode, StoredObject, TablePlace, TableStorage } from "./storage.js";

/** The table in `directory`, which need not be there yet. */
export function localTable(directory: string, files: Files = diskFiles): TablePlace {
  return { directory, files, storage: new LocalStorage(directory, files) };
}

export class LocalStorage implements TableStorage {
  readonly name: string;
  readonly hasFiles = true;
  readonly #files: Files;

  constructor(directory: string, files: Files = diskFiles) {
    this.name = directory.replace(/(?<=.)\/+$/, "");
    this.#files = files;
  }

  names(prefix: string): Promise<readonly string[]> {
    return this.#files.list(prefix === "" ? this.name : this.localPath(prefix.slice(0, -1)));
  }

  /** Links to directories are not followed, but for those that the prefix names: what is behind them is not ours. */
  async *list(prefix: string, isWanted: (part: string) => boolean = () => true): AsyncIterable<StoredObject> {
    for (const name of await this.names(prefix)) {
      if (!isWanted(name)) continue;
      const key = prefix + name;
      const facts = await this.#files.stat(this.localPath(key));
      if (facts === undefined) continue;
      if (!facts.isDirectory) yield { key, bytes: facts.bytes, modifiedMs: facts.modifiedMs };
      else if ((await this.#files.linkTarget(this.localPath(key))) === undefined)
        yield* this.list(`${key}/`, isWanted);
    }
  }

  async facts(key: string): Promise<StoredObject | undefined> {
    const facts = await this.#files.stat(this.localPath(key));
    if (facts === undefined || facts.isDirectory) return undefined;
    return { key, bytes: facts.bytes, modifiedMs: facts.modifiedMs };
  }

  read(key: string): Promise<Buffer | undefined> {
    return this.#files.read(this.localPath(key));
  }

  async readRange(key: string, offset: number, length: number): Promise<Buffer | undefined> {
    const path = this.localPath(key);
    if (this.#files.readAt !== undefined) return this.#files.readAt(path, offset, length);
    try {
      const file = await this.#files.open(path, "read");
      return await file.read(offset, length).finally(() => file.close());
    } catch (error) {
      if (isSystemError(error, "ENOENT")) return undefined;
      throw error;
    }
  }

  /** Written, synced and linked: it exists whole or not at all, and its name is durable. */
  async putIfAbsent(key: string, bytes: Buffer): Promise<boolean> {
    const path = this.localPath(key);
    const directory = dirname(path);
    await makeDurableDirectory(this.#files, directory);
    const draft = draftIn(directory);
    const file = await this.#files.open(draft, "create");
    try {
      await writeSynced(file, bytes);
      await this.#files.link(draft, path);
    } catch (error) {
      if (isSystemError(error, "EEXIST")) return false;
      throw error;
    } finally {
      await this.#files.remove(draft).catch(() => {});
    }
    await this.#files.syncDirectory(directory);
    return true;
  }

  put(key: string, bytes: Buffer, mode: PutMode): Promise<void> {
    return mode === "durable" ? this.#replace(key, bytes) : this.#overwrite(key, bytes);
  }

  async #replace(key: string, bytes: Buffer): Promise<void> {
    const path = this.localPath(key);
    const directory = dirname(path);
    await makeDurableDirectory(this.#files, directory);
    const draft = draftIn(directory);
    try {
      await writeSynced(await this.#files.open(draft, "create"), bytes);
      await this.#files.rename(draft, path);
    } catch (error) {
      await this.#files.remove(draft).catch(() => {});
      throw error;
    }
    await this.#files.syncDirectory(directory);
  }

  /** In place and not synced: a third of the calls, and a commit waits for this. */
  async #overwrite(key: string, bytes: Buffer): Promise<void> {
    const path = this.localPath(key);
    const file = await this.#files.open(path, "change").catch(async (error) => {
      if (!isSystemError(error, "ENOENT")) throw error;
      await makeDurableDirectory(this.#files, dirname(path));
      return this.#files.open(path, "create");
    });
    try {
      await file.write([bytes], 0);
      if ((await file.size()) > bytes.length) await file.truncate(bytes.length);
    } finally {
      await file.close();
    }
  }

  /** The file must be on the same file system: writers have their temporary files below the table, or below a tier. */
  async publish(path: string, key: string): Promise<void> {
    const target = this.localPath(key);
    const directory = dirname(target);
    await makeDurableDirectory(this.#files, directory);
    await this.#files.rename(path, target);
    await this.#files.syncDirectory(directory);
  }

  async remove(keys: readonly string[]): Promise<void> {
    const errors: unknown[] = [];
    for (const key of keys)
      await this.#files.remove(this.localPath(key)).catch((error) => {
        if (!isSystemError(error, "ENOENT")) errors.push(error);
      });
    if (errors.length > 0) throw errors[0];
  }

  localPath(key: string): string {
    return `${this.name}/${key}`;
  }

  /** They are. */
  async fetch(): Promise<void> {}

  async freeBytes(): Promise<number | undefined> {
    return this.#files.freeBytes?.(this.name);
  }
}

function draftIn(directory: string): string {
  return `${directory}/.draft-${randomUUID()}`;
}

async function writeSynced(file: OpenFile, bytes: Buffer): Promise<void> {
  try {
    await file.write([bytes], 0);
    await file.sync();
  } finally {
    await file.close();
  }
}
