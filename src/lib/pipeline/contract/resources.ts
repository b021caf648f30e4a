/** What a stage may touch of the outside before it runs: `StageDeclaration.open` gets it. */
import { constants, createReadStream, type Stats } from "node:fs";
import { open, readdir, readFile, stat } from "node:fs/promises";
import { failure, LogpipeError, reasonOf } from "../../base/errors/index.js";
import { isSystemError } from "../../base/files.js";
import { type Environment, trustedOwners } from "../../base/local/owner.js";
import { localPath } from "../../base/local/path.js";
import type { Host } from "./host.js";

export interface StageIo {
  /** The whole file; paths are those of the user. Throws stage.unreadable. */
  readFile(path: string): Promise<Buffer>;
  /**
   * A file of keys, which is for its owner alone. Throws stage.unreadable, and stage.open-secret when others can read
   * or change it.
   */
  readSecret(path: string): Promise<Buffer>;
  /** Undefined when there is no such file. Throws stage.unreadable. */
  stat(path: string): Promise<StageFileFacts | undefined>;
  /** The names in a directory, sorted; undefined when the path is something else. Throws stage.unreadable. */
  list(path: string): Promise<readonly string[] | undefined>;
  /** An environment variable. */
  environment(name: string): string | undefined;
  /** The path as an absolute one. */
  resolve(path: string): string;
  /** As those of the host. Said once, however many threads find it. */
  readonly log: Host["log"];
  readonly fail: Host["fail"];
  readonly nowMs: () => number;
  /** When the run began, the same on every thread: what phrases like `10m` count from. */
  readonly startedMs: number;
}

export interface StageFileFacts {
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
  /** Standard input, for a secret that is read from there; absent: it has something else, or is another thread's. */
  readonly stdin?: number | undefined;
  /**
   * Secrets from where they can be read only once, a pipe or standard input, by their absolute paths: read by the first
   * thread.
   */
  readonly secrets?: Map<string, Uint8Array> | undefined;
}

export function stageIo(
  surroundings: StageSurroundings,
  nowMs: () => number,
  { log, fail }: Pick<Host, "log" | "fail">,
): StageIo {
  const { cwd, environment, startedMs } = surroundings;
  const absolute = (path: string) => localPath(cwd, path);
  return {
    readFile: (path) => attempt(path, () => readFile(absolute(path))),
    readSecret: (path) =>
      attempt(isLikeKey(path) ? "the file of --key-file" : path, () =>
        secretOf(path, path === "-" ? path : absolute(path), surroundings),
      ),
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
    list: (path) =>
      attempt(path, async () => {
        const found = await stat(absolute(path));
        return found.isDirectory() ? (await readdir(absolute(path))).sort() : undefined;
      }),
    environment: (name) => environment[name],
    resolve: absolute,
    log,
    fail,
    nowMs,
    startedMs: startedMs ?? nowMs(),
  };
}

async function secretOf(
  path: string,
  absolute: string,
  { environment, stdin, secrets }: StageSurroundings,
): Promise<Buffer> {
  const known = secrets?.get(absolute);
  if (known !== undefined) return Buffer.from(known);
  if (path !== "-") {
    const { bytes, isRegular } = await readSecret(path, absolute, environment);
    if (!isRegular) secrets?.set(absolute, bytes);
    return bytes;
  }
  if (stdin === undefined) throw failure("stage.stdin-taken", { what: "the keys" });
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream("", { fd: stdin, autoClose: false }))
    chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  secrets?.set(absolute, bytes);
  return bytes;
}

/** A key where the name of its file belongs must not be printed: an id and a secret, or a secret of 32 characters. */
function isLikeKey(path: string): boolean {
  return /\s\S{32,}\s*$|^[^/.]{32,}$/.test(path);
}

/** The file that is looked at is the one that is read: its name may mean another a moment later. */
async function readSecret(
  path: string,
  absolute: string,
  environment: Environment,
): Promise<{ bytes: Buffer; isRegular: boolean }> {
  const file = await open(absolute, "r");
  try {
    const found = await file.stat();
    const fault = whyOpen(found, path, environment);
    if (fault !== undefined) throw failure("stage.open-secret", { path, ...fault });
    return { bytes: await file.readFile(), isRegular: found.isFile() };
  } finally {
    await file.close();
  }
}

/**
 * As OpenSSH and PostgreSQL have it: a file of one's own or of root's that nobody else can read, but a group may read
 * what root has given to it. Root's own commands take no other user's file: that user can read it. A pipe (`<(...)` of
 * a shell) has no readers but the one it was made for.
 */
function whyOpen(
  { mode, uid }: Stats,
  path: string,
  environment: Environment,
): { reason: string; remedy: string } | undefined {
  if ((mode & constants.S_IFMT) !== constants.S_IFREG) return undefined;
  if ((mode & (uid === 0 ? 0o037 : 0o077)) !== 0)
    return {
      reason: `its mode is ${(mode & 0o777).toString(8).padStart(4, "0")}`,
      remedy: `chmod 600 ${path}`,
    };
  if (trustedOwners(environment)?.has(uid) !== false) return undefined;
  return { reason: `it belongs to another user (uid ${uid})`, remedy: "take a copy that is your own" };
}

async function attempt<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof LogpipeError) throw error;
    throw failure("stage.unreadable", { path, reason: reasonOf(error) }, error);
  }
}
