/** Which settings files hold here, and which of those that lie here are not believed. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { failure, type LogpipeError, reasonOf } from "../../base/errors/index.js";
import { type Environment, readOwnFile } from "../../base/local/owner.js";
import { localPath } from "../../base/local/path.js";

export const PROJECT_FILE = "logpipe.yaml";

export interface SettingsFile {
  readonly path: string;
  readonly bytes: Buffer;
  /** Found in the working directory or above it: it may have come with somebody else's work. */
  readonly isProject: boolean;
}

/** A file that would have held, were it not for whom it belongs to. */
export interface IgnoredFile {
  readonly path: string;
  readonly reason: string;
}

export interface FoundFiles {
  /** Strongest first. */
  readonly files: readonly SettingsFile[];
  readonly ignored: readonly IgnoredFile[];
}

/** Throws usage.unreadable for a file that cannot be read, and when the one named by `config` is not there. */
export function findSettingsFiles(cwd: string, env: Environment, config: string | undefined): FoundFiles {
  const ignored: IgnoredFile[] = [];
  const files: (SettingsFile | undefined)[] = [];
  if (config !== undefined) files.push(namedFile(localPath(cwd, config, "--config"), config));
  else files.push(projectFile(cwd, env, ignored));
  const home = env["XDG_CONFIG_HOME"] || (env["HOME"] ? join(env["HOME"], ".config") : undefined);
  if (home !== undefined) files.push(ownFile(join(home, "logpipe", "config.yaml"), false, env, ignored));
  files.push(ownFile("/etc/logpipe/config.yaml", false, env, ignored));
  return { files: files.filter((file) => file !== undefined), ignored };
}

/** Whoever names a file says that it is to be read. */
function namedFile(path: string, shown: string): SettingsFile {
  if (!existsSync(path)) throw unreadable(shown, "no such file or directory");
  return { path, bytes: attempt(path, () => readFileSync(path)), isProject: false };
}

/** The nearest one upward from `from` that is the user's own. */
function projectFile(from: string, env: Environment, ignored: IgnoredFile[]): SettingsFile | undefined {
  for (let directory = from; ; directory = dirname(directory)) {
    const found = ownFile(join(directory, PROJECT_FILE), true, env, ignored);
    if (found !== undefined) return found;
    if (dirname(directory) === directory) return undefined;
  }
}

function ownFile(
  path: string,
  isProject: boolean,
  env: Environment,
  ignored: IgnoredFile[],
): SettingsFile | undefined {
  if (!existsSync(path)) return undefined;
  const read = attempt(path, () => readOwnFile(path, env));
  if ("bytes" in read) return { path, bytes: read.bytes, isProject };
  ignored.push({ path, reason: read.ignored });
  return undefined;
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unreadable(path, reasonOf(error));
  }
}

function unreadable(path: string, reason: string): LogpipeError {
  return failure("usage.unreadable", { what: "settings file", path, reason });
}
