import { readFileSync, statSync } from "node:fs";

/**
 * The text of a file that is read whole. Throws the errors of the file system, and for what may never end or never
 * begin: a pipe by its name, a device. What a shell hands over (`<(...)`, standard input) is read.
 */
export function readText(path: string): string {
  return readWhole(path).toString();
}

/** Its bytes, likewise. */
export function readWhole(path: string): Buffer {
  if (!statSync(path).isFile() && !/^\/(dev\/(fd\/|stdin$)|proc\/self\/fd\/)/.test(path))
    throw new Error("it is no regular file");
  return readFileSync(path);
}
