/**
 * The file of `-o`: a regular file takes its name only when it is complete, a device or named pipe is written to as it
 * is.
 */
import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import { failure, reasonOf } from "../../base/errors/index.js";
import { localName } from "../../base/local/path.js";
import { Replacement } from "../../base/private-files/replacement.js";

export class OutputFile {
  /** Where it will be: a symbolic link stays one. */
  readonly path: string;
  readonly handle: FileHandle;
  /** Whether something is there that `commit` replaces. */
  readonly hasOld: boolean;
  /** Absent: it is written to as it is. */
  private readonly replacement: Replacement | undefined;

  private constructor(path: string, handle: FileHandle, hasOld: boolean, replacement?: Replacement) {
    this.path = path;
    this.handle = handle;
    this.hasOld = hasOld;
    this.replacement = replacement;
  }

  /** A new file goes by the umask, one that was there keeps its mode. Throws output.unwritable. */
  static async open(path: string): Promise<OutputFile> {
    localName(path, "--output");
    try {
      const found = await stat(path).catch(() => undefined);
      if (found !== undefined && !found.isFile()) return new OutputFile(path, await open(path, "w"), false);
      const target = found === undefined ? path : await realpath(path);
      const replacement = await Replacement.open(target, 0o666);
      return new OutputFile(target, replacement.handle, (found?.size ?? 0) > 0, replacement);
    } catch (error) {
      throw failure("output.unwritable", { path, reason: reasonOf(error) }, error);
    }
  }

  /** Durable, and then under its name. Throws output.unwritable. */
  async commit(): Promise<void> {
    await this.attempt(() => this.replacement?.commit() ?? this.handle.close());
  }

  /** What was there stays as it was. */
  async abandon(): Promise<void> {
    await (this.replacement?.abandon() ?? this.handle.close());
  }

  /** What the action throws, as output.unwritable. */
  async attempt(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      throw failure("output.unwritable", { path: this.path, reason: reasonOf(error) }, error);
    }
  }
}
