/** Who may read a new file: its owner, and those whom its directory lets in. The process's umask takes away more. */
import { createWriteStream, mkdirSync, statSync, type WriteStream } from "node:fs";
import { chmod, lstat, mkdir, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";

export const PRIVATE_FILE = 0o600;
export const PRIVATE_DIRECTORY = 0o700;

/** The mode of a new file in the directory of `path`: to nobody more than the directory gives. */
export async function fileModeIn(path: string): Promise<number> {
  return PRIVATE_FILE | (0o066 & (await stat(dirname(path))).mode);
}

export async function directoryModeIn(path: string): Promise<number> {
  return PRIVATE_DIRECTORY | (0o077 & (await stat(dirname(path))).mode);
}

/**
 * For a file or directory that was made by the umask alone: takes away what `directory`, its own or another, does not
 * give.
 */
export async function tightenMode(path: string, directory: string = dirname(path)): Promise<void> {
  const { mode } = await lstat(path);
  const wanted = mode & (PRIVATE_DIRECTORY | (0o077 & (await stat(directory)).mode));
  if (wanted !== (mode & 0o777)) await chmod(path, wanted);
}

/** A stream into a new file, in the place of one that may be there; never through a link. */
export async function newFileStream(path: string): Promise<WriteStream> {
  await rm(path, { force: true });
  return createWriteStream(path, { flags: "wx", mode: await fileModeIn(path) });
}

/**
 * Makes every missing directory of the path, for the owner alone, as the XDG base directory specification asks. One by
 * one: `mkdir` with `recursive` never ends below /proc (Node 20).
 */
export function makePrivateDirectories(path: string): void {
  if (isDirectory(path)) return;
  const parent = dirname(path);
  if (parent !== path) makePrivateDirectories(parent);
  try {
    mkdirSync(path, { mode: PRIVATE_DIRECTORY });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if (!isDirectory(path))
      throw Object.assign(new Error(`ENOTDIR: ${path}`, { cause: error }), {
        code: "ENOTDIR",
        syscall: "mkdir",
        path,
      });
  }
}

/** Makes one directory for the owner alone, unless it is there. */
export async function makePrivateDirectory(path: string): Promise<void> {
  await mkdir(path, { mode: PRIVATE_DIRECTORY }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

/** Throws what stat(2) says, but for a path at which nothing is. */
function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
