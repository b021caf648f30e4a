import { readlinkSync } from "node:fs";
import { isAbsolute } from "node:path";

const GONE = / \(deleted\)$/;

/**
 * The working directory, absolute. Where it was removed under the process, or cannot be read, the path it had: what is
 * named by absolute paths or comes through pipes needs none, and a relative path is then not found.
 */
export function workingDirectory(env: Readonly<Record<string, string | undefined>>): string {
  try {
    return process.cwd();
  } catch {
    const { PWD } = env;
    return linuxPath() ?? (PWD !== undefined && isAbsolute(PWD) ? PWD : "/");
  }
}

function linuxPath(): string | undefined {
  try {
    return readlinkSync("/proc/self/cwd").replace(GONE, "");
  } catch {
    return undefined;
  }
}
