/** A table whose log and data files are in an object store, with copies of what DuckDB reads on this machine. */
import { randomUUID } from "node:crypto";
import { utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { diskFiles, makeDurableDirectory } from "../../../src/lib/base/files.js";
import type { StoredObject, TablePlace, TableStorage } from "../../../src/lib/store/storage/storage.js";
import type { Listed } from "./server.js";

/** The table on a machine of its own: `directory` is that machine's. */
export function objectTable(url: string, directory: string): TablePlace {
  return { directory, files: diskFiles, storage: new ObjectStorage(url, directory) };
}

const TRIES = 20;

export class ObjectStorage implements TableStorage {
  readonly name: string;
  readonly hasFiles = false;
  readonly #directory: string;

  constructor(url: string, directory: string) {
    this.name = url;
    this.#directory = directory;
  }

  async names(prefix: string): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const { key } of this.#pages(prefix, "&delimiter=/"))
      names.push(key.slice(prefix.length).replace(/\/$/, ""));
    return names;
  }

  async *list(prefix: string, isWanted: (part: string) => boolean = () => true): AsyncIterable<StoredObject> {
    for await (const object of this.#pages(prefix, ""))
      if (object.key.slice(prefix.length).split("/").every(isWanted)) yield object;
  }

  async *#pages(prefix: string, more: string): AsyncIterable<Listed> {
    for (let after = ""; ; ) {
      const query = `?list&prefix=${encodeURIComponent(prefix)}&after=${encodeURIComponent(after)}${more}`;
      const response = await this.#ask("GET", query);
      const { rows, isLast } = (await response.json()) as { rows: Listed[]; isLast: boolean };
      yield* rows;
      if (isLast) return;
      after = rows.at(-1)!.key;
    }
  }

  async facts(key: string): Promise<StoredObject | undefined> {
    const { status, headers } = await this.#ask("HEAD", pathOf(key));
    if (status === 404) return undefined;
    return { key, bytes: Number(headers.get("x-bytes")), modifiedMs: Number(headers.get("x-modified-ms")) };
  }

  async read(key: string): Promise<Buffer | undefined> {
    const response = await this.#ask("GET", pathOf(key));
    return response.status === 404 ? undefined : Buffer.from(await response.arrayBuffer());
  }

  async readRange(key: string, offset: number, length: number): Promise<Buffer | undefined> {
    if (length === 0) return (await this.facts(key)) === undefined ? undefined : Buffer.alloc(0);
    const range = `bytes=${offset}-${offset + length - 1}`;
    const response = await this.#ask("GET", pathOf(key), { range });
    if (response.status === 404) return undefined;
    return response.status === 416 ? Buffer.alloc(0) : Buffer.from(await response.arrayBuffer());
  }

  async putIfAbsent(key: string, bytes: Buffer): Promise<boolean> {
    const id = randomUUID();
    const headers = { "if-none-match": "*", "x-meta-id": id };
    const { status } = await this.#ask("PUT", pathOf(key), headers, bytes);
    if (status !== 412) return true;
    // It may be that of a try whose answer was lost.
    return (await this.#ask("HEAD", pathOf(key))).headers.get("x-meta-id") === id;
  }

  async put(key: string, bytes: Buffer): Promise<void> {
    await this.#ask("PUT", pathOf(key), {}, bytes);
  }

  async publish(path: string, key: string): Promise<void> {
    const facts = await diskFiles.stat(path);
    await this.#ask(
      "PUT",
      pathOf(key),
      { "x-meta-mtime": String(facts!.modifiedMs) },
      (await diskFiles.read(path))!,
    );
    const copy = this.localPath(key);
    await makeDurableDirectory(diskFiles, dirname(copy));
    await diskFiles.rename(path, copy);
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await this.#ask("DELETE", pathOf(key));
      await diskFiles.remove(this.localPath(key)).catch(() => {});
    }
  }

  localPath(key: string): string {
    return join(this.#directory, key);
  }

  async fetch(keys: readonly string[]): Promise<void> {
    await Promise.all(keys.map((key) => this.#fetch(key)));
  }

  async #fetch(key: string): Promise<void> {
    const copy = this.localPath(key);
    const { status, headers } = await this.#ask("HEAD", pathOf(key));
    if (status === 404) throw gone(copy);
    const bytes = Number(headers.get("x-bytes"));
    const mtimeMs = Number(headers.get("x-meta-mtime") ?? headers.get("x-modified-ms"));
    const there = await diskFiles.stat(copy);
    if (there !== undefined && there.bytes === bytes && Math.abs(there.modifiedMs - mtimeMs) < 1) return;
    const content = await this.read(key);
    if (content === undefined) throw gone(copy);
    await makeDurableDirectory(diskFiles, dirname(copy));
    const draft = `${copy}.${randomUUID()}`;
    await writeFile(draft, content);
    await utimes(draft, mtimeMs / 1000, mtimeMs / 1000);
    await diskFiles.rename(draft, copy);
  }

  async freeBytes(): Promise<undefined> {}

  /** Tries again what was refused or of which nobody knows what came of it. Every call may be made twice. */
  async #ask(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: Buffer,
  ): Promise<Response> {
    for (let tried = 1; ; tried++) {
      try {
        const response = await fetch(`${this.name}/${path}`, {
          method,
          headers,
          ...(body && { body: new Uint8Array(body) }),
        });
        if (response.status < 500) return response;
        await response.arrayBuffer();
        if (tried === TRIES) throw new Error(`${method} ${path}: ${response.status}`);
      } catch (error) {
        if (tried === TRIES || !(error instanceof TypeError)) throw error;
      }
    }
  }
}

function pathOf(key: string): string {
  return key.split("/").map(encodeURIComponent).join("/");
}

function gone(path: string): Error {
  return Object.assign(new Error(`ENOENT: no such object, fetch '${path}'`), { code: "ENOENT", path });
}
