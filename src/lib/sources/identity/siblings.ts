/** The files beside a log, and what their names say of it. */
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { nameOf, systemPath } from "../../base/local/byte-name.js";
import { type FileKey, fileKeyText, isTooMany } from "./open-handles.js";

export interface SiblingFile {
  readonly path: string;
  readonly key: FileKey;
  readonly modifiedMs: number;
}

/** Where the files are that a log may have become. */
export interface FileSurroundings {
  /** The name that is rotated: the log's, or what it is a symbolic link to, as the logs of containers are. */
  readonly name: string;
  /** The regular files in the directory of that name, the last written first. */
  readonly siblings: readonly SiblingFile[];
}

/** The directories of the files that are looked for, each listed once for all that are in it. */
export class Directories {
  private readonly listed = new Map<string, Promise<SiblingFile[]>>();

  /** Rejects where no more files can be opened. */
  async around(path: string): Promise<FileSurroundings> {
    const isLink = (await lstat(systemPath(path)).catch(() => undefined))?.isSymbolicLink();
    const name = isLink ? await realPath(path).catch(() => path) : path;
    const directory = dirname(name);
    const siblings = this.listed.get(directory) ?? filesIn(directory);
    this.listed.set(directory, siblings);
    siblings.catch(() => this.listed.delete(directory));
    return { name, siblings: await siblings };
  }

  /** What is listed from now on is as it is from now on. */
  forget(): void {
    this.listed.clear();
  }
}

async function realPath(path: string): Promise<string> {
  return nameOf(await realpath(systemPath(path), { encoding: "buffer" }));
}

async function filesIn(directory: string): Promise<SiblingFile[]> {
  const listed = await readdir(systemPath(directory), { encoding: "buffer" }).catch((error) => {
    if (isTooMany(error)) throw error;
    return [];
  });
  const names = listed.map(nameOf);
  const all = await Promise.all(
    names.map(async (name): Promise<SiblingFile[]> => {
      const sibling = join(directory, name);
      const stats = await stat(systemPath(sibling), { bigint: true }).catch(() => undefined);
      if (!stats?.isFile()) return [];
      return [{ path: sibling, key: fileKeyText(stats), modifiedMs: Number(stats.mtimeNs) / 1e6 }];
    }),
  );
  return all.flat().sort((a, b) => b.modifiedMs - a.modifiedMs);
}

/**
 * Whether `other` is named as what becomes of `path` when it is rotated: `app.log.1`, `app.log-20261122.gz`, and with
 * the extension behind it, `app-2026-11-22.log`, `app.1.log.gz`. Not `path` itself.
 */
export function isNamedAfter(path: string, other: string): boolean {
  if (dirname(resolve(path)) !== dirname(resolve(other)) || isSamePath(path, other)) return false;
  const base = basename(path);
  const name = basename(other);
  if (name.startsWith(base)) return /^[._~-]/.test(name.slice(base.length));
  const extension = extname(base);
  const stem = base.slice(0, base.length - extension.length);
  return stem !== "" && name.startsWith(stem) && /^[._-]\d/.test(name.slice(stem.length));
}

/** Whether both are one path, absolute or not. */
export function isSamePath(path: string, other: string): boolean {
  return resolve(path) === resolve(other);
}

/** The rotated files of `path`: named as it is, with a number or a date behind. `.1` is younger than `.2`. */
export function rotationOf(path: string, other: string): { readonly number: number | undefined } | undefined {
  const base = basename(path);
  const name = basename(other);
  const suffix = name.startsWith(base) ? name.slice(base.length) : "";
  if (!/^[.-]\d[\w.-]*$/.test(suffix)) return undefined;
  const number = /^\.(\d{1,4})(?:\.[a-z]\w*)?$/i.exec(suffix)?.[1];
  return { number: number === undefined ? undefined : Number(number) };
}

/** The name without what a packer has put behind it; undefined where it has put nothing. */
export function unpackedName(path: string): string | undefined {
  const found = /^(.*[^/])\.(?:gz|zst|bz2|xz|lz4|zip|lzma|lz|z|7z)$/i.exec(path);
  return found?.[1];
}
