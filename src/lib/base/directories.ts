/**
 * Directories with all that is missing above them. Node's own `recursive` never returns for a path below a file system
 * that lets nobody make one, such as /proc: it tries the parent, which is there, and the child again, for ever.
 */
import { mkdirSync, type Stats, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { isSystemError } from "./files.js";

/** Throws what the system says. */
export async function makeDirectories(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (isDirectory(path)) return;
    if (!isSystemError(error, "ENOENT") || dirname(path) === path) throw error;
    await makeDirectories(dirname(path));
    await mkdir(path).catch((again) => {
      if (!isDirectory(path)) throw again;
    });
  }
}

/** As `makeDirectories`, for code that cannot wait. */
export function makeDirectoriesSync(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (isDirectory(path)) return;
    if (!isSystemError(error, "ENOENT") || dirname(path) === path) throw error;
    makeDirectoriesSync(dirname(path));
    mkdirOrFind(path);
  }
}

function mkdirOrFind(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (!isDirectory(path)) throw error;
  }
}

function isDirectory(path: string): boolean {
  const found: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true;
}
