/**
 * A pipe for the output of a program. What node makes of `"pipe"` is a socket, which a program cannot open by the name
 * /dev/stdout (ENXIO): `echo x > /dev/stderr` fails in it. A named pipe that has lost its name is a pipe.
 */
import { execFile } from "node:child_process";
import { close, constants, open } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  makeTemporaryDirectory,
  removeTemporaryDirectory,
} from "../../base/private-files/temporary-directory.js";

const openFd = promisify(open);
const closeFd = promisify(close);
const run = promisify(execFile);

export interface PipeEnds {
  readonly readFd: number;
  /** For the program; to be closed once it is started, or nothing ever ends. */
  readonly writeFd: number;
}

/** So many new pipes. Cost: some milliseconds and a process. */
export async function newPipes(count: number): Promise<readonly PipeEnds[]> {
  const directory = await makeTemporaryDirectory("exec");
  const made: PipeEnds[] = [];
  try {
    const paths = Array.from({ length: count }, (_, n) => join(directory, `${n}`));
    await run("mkfifo", ["-m", "600", ...paths]);
    for (const path of paths) {
      // A reader that does not wait for its writer, and then a writer that has its reader.
      const readFd = await openFd(path, constants.O_RDONLY | constants.O_NONBLOCK);
      made.push({ readFd, writeFd: await openFd(path, constants.O_WRONLY).catch(closing(readFd)) });
    }
    return made;
  } catch (error) {
    await closeFds(made.flatMap(({ readFd, writeFd }) => [readFd, writeFd]));
    throw error;
  } finally {
    await removeTemporaryDirectory(directory);
  }
}

export async function closeFds(fds: readonly number[]): Promise<void> {
  await Promise.all(fds.map((fd) => closeFd(fd).catch(() => {})));
}

function closing(fd: number) {
  return async (error: unknown): Promise<never> => {
    await closeFd(fd);
    throw error;
  };
}
