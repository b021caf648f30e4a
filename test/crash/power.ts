/**
 * Files over a real directory that remember what of it is durable: a file's bytes as they were at its last sync, a
 * directory's names as they were at its last sync. So what a power cut leaves, at its worst, can be laid out at any
 * moment.
 */
import type { Stats } from "node:fs";
import { copyFile, lstat, mkdir, readdir, readlink, symlink, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Files } from "../../src/lib/base/files.js";

/** A file, directory or symbolic link, whatever names it has. */
interface Thing {
  readonly isDirectory: boolean;
  /** What is on the device: a copy of the file's bytes, */
  copy?: string;
  /** the directory's names, */
  names?: ReadonlyMap<string, Thing>;
  /** where the link leads. */
  readonly target?: string;
}

export class PowerCut {
  /** What the program under test is to use. */
  readonly files: Files;
  readonly #root: string;
  readonly #copies: string;
  /** By number of the file system, as long as it has a name: numbers are used again. */
  readonly #things = new Map<number, Thing>();
  #count = 0;

  private constructor(files: Files, root: string, copies: string) {
    this.#root = root;
    this.#copies = copies;
    this.files = this.#wrap(files);
  }

  /** All that is below `root` counts as durable. `copies` is an empty directory. */
  static async over(files: Files, root: string, copies: string): Promise<PowerCut> {
    const cut = new PowerCut(files, root, copies);
    await cut.#syncAll(root);
    return cut;
  }

  /** Makes `target` what a power cut would leave of `root` now. */
  async layOut(target: string): Promise<void> {
    await layOut(await this.#thing(this.#root), target);
  }

  async #thing(path: string, found?: Stats): Promise<Thing> {
    const stats = found ?? (await lstat(path));
    const known = this.#things.get(stats.ino);
    if (known !== undefined) return known;
    const target = stats.isSymbolicLink() ? { target: await readlink(path) } : {};
    const thing: Thing = { isDirectory: stats.isDirectory(), ...target };
    this.#things.set(stats.ino, thing);
    return thing;
  }

  /** What has its last name taken from it is nothing that the number stands for any more. */
  async #forget(path: string): Promise<void> {
    const stats = await lstat(path).catch(() => undefined);
    if (stats?.nlink === 1) this.#things.delete(stats.ino);
  }

  async #syncAll(path: string): Promise<void> {
    const thing = await this.#thing(path);
    if (thing.target !== undefined) return;
    if (!thing.isDirectory) return this.#syncFile(path);
    for (const name of await readdir(path)) await this.#syncAll(join(path, name));
    await this.#syncNames(path);
  }

  async #syncFile(path: string): Promise<void> {
    const thing = await this.#thing(path);
    const copy = join(this.#copies, `${++this.#count}`);
    await copyFile(path, copy);
    thing.copy = copy;
  }

  async #syncNames(path: string): Promise<void> {
    const names = new Map<string, Thing>();
    for (const name of await readdir(path)) {
      const stats = await lstat(join(path, name)).catch(() => undefined);
      if (stats !== undefined) names.set(name, await this.#thing(join(path, name), stats));
    }
    (await this.#thing(path)).names = names;
  }

  #wrap(files: Files): Files {
    const isInside = (path: string) => !relative(this.#root, path).startsWith("..");
    return {
      ...files,
      open: async (path, mode) => {
        const file = await files.open(path, mode);
        const sync = async () => {
          await file.sync();
          if (isInside(path)) await this.#syncFile(path);
        };
        return { ...file, sync };
      },
      rename: async (from, to) => {
        await this.#forget(to);
        await files.rename(from, to);
      },
      remove: async (path) => {
        await this.#forget(path);
        await files.remove(path);
      },
      removeDirectory: async (path) => {
        const stats = await lstat(path).catch(() => undefined);
        await files.removeDirectory(path);
        if (stats !== undefined) this.#things.delete(stats.ino);
      },
      syncDirectory: async (path) => {
        await files.syncDirectory(path);
        if (isInside(path)) await this.#syncNames(path);
      },
    };
  }
}

async function layOut(thing: Thing, path: string): Promise<void> {
  if (thing.target !== undefined) return symlink(thing.target, path);
  if (!thing.isDirectory) return thing.copy === undefined ? writeFile(path, "") : copyFile(thing.copy, path);
  await mkdir(path, { recursive: true });
  for (const [name, inner] of thing.names ?? []) await layOut(inner, join(path, name));
}
