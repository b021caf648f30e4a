/** What a stage may touch of the outside before it runs: `StageDeclaration.open` gets it. */
import type { Stats } from "node:fs";
import { open, readFile, stat } from "node:fs/promises";
import { failure, LogpipeError, reasonOf } from "../base/errors/index.js";
import { isSystemError } from "../base/files.js";
import { localPath } from "../base/local/path.js";

export interface StageIo {
  /** The whole file; paths are those of the user. Throws stage.unreadable. */
  readFile(path: string): Promise<Buffer>;
  /** A file of keys, which is for its owner alone. Throws stage.unreadable, and stage.open-secret when others can read or change it. */
  readSecret(path: string): Promise<Buffer>;
  /** Undefined when there is no such file. Throws stage.unreadable. */
  stat(path: string): Promise<FileFacts | undefined>;
  /** An environment variable. */
  environment(name: string): string | undefined;
  /** The path as an absolute one. */
  resolve(path: string): string;
  /** A problem that does not end the run: the exit code becomes 1. Said once, however many threads find it. */
  complain(text: string): void;
  readonly nowMs: () => number;
  /** When the run began, the same on every thread: what phrases like `10m` count from. */
  readonly startedMs: number;
}

export interface FileFacts {
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly modifiedMs: number;
  /** Device and number of the file: another file under the same name has another. */
  readonly identity: string;
}

/** A file to be written when the run has ended: whole or not at all. */
export interface StageReport {
  /** `-` is standard error; absent: a notice, which --quiet leaves out. */
  readonly path?: string;
  readonly text: string;
}

/** What the functions of a StageIo are made from: plain data, so that it can travel to a worker. */
export interface StageSurroundings {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absent: now. */
  readonly startedMs?: number;
}

export function stageIo(
  { cwd, environment, startedMs }: StageSurroundings,
  nowMs: () => number,
  complain: (text: string) => void,
): StageIo {
  const absolute = (path: string) => localPath(cwd, path);
  return {
    readFile: (path) => attempt(path, () => readFile(absolute(path))),
    readSecret: (path) => attempt(path, () => readSecret(path, absolute(path))),
    stat: (path) =>
      attempt(path, async () => {
        try {
          const found = await stat(absolute(path));
          return { bytes: found.size, modifiedMs: found.mtimeMs, identity: `${found.dev}:${found.ino}` };
        } catch (error) {
          if (isSystemError(error, "ENOENT")) return undefined;
          throw error;
        }
      }),
    environment: (name) => environment[name],
    resolve: absolute,
    complain,
    nowMs,
    startedMs: startedMs ?? nowMs(),
  };
}

/** The file that is looked at is the one that is read: its name may mean another a moment later. */
async function readSecret(path: string, absolute: string): Promise<Buffer> {
  const file = await open(absolute, "r");
  try {
    const found = await file.stat();
    if (!isForOwner(found))
      throw failure("stage.open-secret", { path, mode: (found.mode & 0o777).toString(8).padStart(4, "0") });
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/**
 * As OpenSSH and PostgreSQL have it: nobody else, but a group may read what root has given to it. A pipe (`<(...)` of a shell) has
 * no readers but the one it was made for.
 */
function isForOwner(found: Stats): boolean {
  return !found.isFile() || (found.mode & (found.uid === 0 ? 0o037 : 0o077)) === 0;
}

async function attempt<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof LogpipeError) throw error;
    throw failure("stage.unreadable", { path, reason: reasonOf(error) }, error);
  }
}
