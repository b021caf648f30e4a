// Enter here: files that only their owner reads, that appear whole or not at all, and that no crash leaves behind.
/**
 * A file that is written beside its place and takes it whole, or not at all. Its name until then is one that nobody can
 * know before, and never a link that somebody has put there. What a killed process left of the same file is removed on
 * the way.
 */
import { randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { geteuid } from "node:process";
import { PRIVATE_FILE } from "./modes.js";
import { isOwnerGone, OWNER_MARK, ownerMark } from "./owner-mark.js";

/** Bytes of a file's name that the temporary one repeats: names end at 255. */
const NAME_MAX = 120;

export class Replacement {
  readonly handle: FileHandle;
  readonly temporary: string;
  private readonly path: string;

  private constructor(path: string, temporary: string, handle: FileHandle) {
    this.path = path;
    this.temporary = temporary;
    this.handle = handle;
  }

  /**
   * `mode` is that of a new file, less the umask; a file that is there hands on its own, and its owner and group where
   * that is allowed. Throws what the system says.
   */
  static async open(path: string, mode: number = PRIVATE_FILE): Promise<Replacement> {
    const old = await stat(path).catch(() => undefined);
    await removeLeft(path);
    const temporary = `${beside(path)}${ownerMark()}-${randomBytes(8).toString("hex")}.tmp`;
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
    const handle = await open(temporary, flags, old === undefined ? mode : PRIVATE_FILE);
    if (old !== undefined) await keepAccess(handle, old);
    return new Replacement(path, temporary, handle);
  }

  /** Durable, and then under its name, durably. */
  async commit(): Promise<void> {
    await this.handle.sync();
    await this.handle.close();
    await rename(this.temporary, this.path);
    const directory = await open(dirname(this.path));
    await directory.sync().finally(() => directory.close());
  }

  /** Leaves what was there as it was. */
  async abandon(): Promise<void> {
    await this.handle.close().catch(() => {});
    await rm(this.temporary, { force: true }).catch(() => {});
  }
}

/** Writes the whole file, durably. Throws what the system says; nothing is left beside it then. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const replacement = await Replacement.open(path);
  try {
    await replacement.handle.writeFile(content);
    await replacement.commit();
  } catch (error) {
    await replacement.abandon();
    throw error;
  }
}

/** The mode of the old file. Its group's part only together with its group: another group was not meant. */
async function keepAccess(handle: FileHandle, { mode, uid, gid }: Stats): Promise<void> {
  const made = await handle.stat();
  let kept = mode & 0o777;
  if (made.uid !== uid || made.gid !== gid) {
    const isKept = await handle.chown(uid, gid).then(
      () => true,
      () =>
        handle.chown(made.uid, gid).then(
          () => true,
          () => false,
        ), // the owner is root's to give
    );
    if (!isKept && made.gid !== gid) kept &= ~0o070;
  }
  await handle.chmod(kept);
}

function beside(path: string): string {
  return join(dirname(path), `.${cut(basename(path))}.`);
}

function cut(name: string): string {
  return Buffer.byteLength(name) <= NAME_MAX ? name : Buffer.from(name).toString("latin1", 0, NAME_MAX / 2);
}

async function removeLeft(path: string): Promise<void> {
  const directory = dirname(path);
  const prefix = basename(beside(path));
  for (const name of await readdir(directory).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const mark = LEFT.exec(name.slice(prefix.length))?.[1];
    if (mark === undefined || !isOwnerGone(mark)) continue;
    const found = await lstat(join(directory, name)).catch(() => undefined);
    if (found?.isFile() === true && found.uid === geteuid?.())
      await rm(join(directory, name), { force: true }).catch(() => {});
  }
}

const LEFT = new RegExp(`^(${OWNER_MARK})-[0-9a-f]+\\.tmp$`);
