/**
 * The file of `-o`: a regular file takes its name only when it is complete, a device or named pipe is written to as it
 * is.
 */
import { constants } from "node:fs";
import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { withinGrace } from "../../base/ending.js";
import { failure, LogpipeError, reasonOf } from "../../base/errors/index.js";
import { isSystemError } from "../../base/files.js";
import { localName } from "../../base/local/path.js";
import { Replacement } from "../../base/private-files/replacement.js";

/** How often a named pipe is looked at for its reader. */
const READER_LOOK_MS = 20;

export class OutputFile {
  /** Where it will be: a symbolic link stays one. */
  readonly path: string;
  readonly handle: FileHandle;
  /** Whether something is there that `commit` replaces. */
  readonly hasOld: boolean;
  /** Absent: it is written to as it is. */
  private readonly replacement: Replacement | undefined;
  /** Aborted when the user asks to stop. */
  readonly signal: AbortSignal | undefined;
  private isStuck = false;

  private constructor(
    path: string,
    handle: FileHandle,
    { hasOld, replacement, signal }: Pick<OutputFile, "hasOld" | "signal"> & { replacement?: Replacement },
  ) {
    this.path = path;
    this.handle = handle;
    this.hasOld = hasOld;
    this.replacement = replacement;
    this.signal = signal;
  }

  /**
   * A new file goes by the umask, one that was there keeps its mode. The reader of a named pipe is waited for until
   * `signal` is aborted. Throws output.unwritable, and the reason of `signal`.
   */
  static async open(path: string, signal?: AbortSignal): Promise<OutputFile> {
    localName(path, "--output");
    try {
      const found = await stat(path).catch(() => undefined);
      if (found !== undefined && !found.isFile()) {
        const handle = found.isFIFO() ? await openPipe(path, signal) : await open(path, "w");
        return new OutputFile(path, handle, { hasOld: false, signal });
      }
      const target = found === undefined ? path : await realpath(path);
      const replacement = await Replacement.open(target, 0o666);
      const hasOld = (found?.size ?? 0) > 0;
      return new OutputFile(target, replacement.handle, { hasOld, replacement, signal });
    } catch (error) {
      if (signal?.aborted === true && error === signal.reason) throw error;
      throw failure("output.unwritable", { path, reason: reasonOf(error) }, error);
    }
  }

  /** Throws output.unwritable, and output.stuck after a stop. */
  async write(bytes: Uint8Array): Promise<void> {
    await this.attempt(() => withinGrace(this.handle.writeFile(bytes), this.path, this.signal));
  }

  /** Durable, and then under its name. Throws output.unwritable. */
  async commit(): Promise<void> {
    await this.attempt(() => this.replacement?.commit() ?? this.handle.close());
  }

  /** What was there stays as it was. */
  async abandon(): Promise<void> {
    // It could only be closed behind the write that is under way.
    if (this.isStuck) return;
    await (this.replacement?.abandon() ?? this.handle.close());
  }

  /** What the action throws, as output.unwritable. */
  async attempt(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (error instanceof LogpipeError && error.code === "output.stuck") {
        this.isStuck = true;
        throw error;
      }
      throw failure("output.unwritable", { path: this.path, reason: reasonOf(error) }, error);
    }
  }
}

/** Opened at once, a named pipe without a reader would hold up a thread, and with it the end of the process. */
async function openPipe(path: string, signal: AbortSignal | undefined): Promise<FileHandle> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      const first = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
      // There is a reader: this one does not wait, and its writes do.
      return await open(path, "w").finally(() => first.close());
    } catch (error) {
      if (!isSystemError(error, "ENXIO")) throw error;
    }
    await sleep(READER_LOOK_MS);
  }
}
