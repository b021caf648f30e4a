/** The ends of a pipeline that has no sink: standard output, or a file (`-o`). */
import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import { failure, reasonOf } from "../base/errors/index.js";
import { localName } from "../base/local/path.js";
import { Replacement } from "../base/private-files/replacement.js";
import type { Block } from "../event/block.js";
import type { Position } from "../event/position.js";
import type { Sink } from "../stage/sink.js";
import type { Output } from "../stage/terminal.js";

/** Writes NDJSON to standard output. A position is durable, as far as a pipe can say, once the reader's pipe has taken it. */
export class OutputSink implements Sink {
  onReleased?: (block: Block) => void;
  onDurable?: (position: Position) => void;
  private readonly output: Output;

  constructor(output: Output) {
    this.output = output;
  }

  async write(block: Block): Promise<boolean> {
    const isWanted = block.bytes.length === 0 || (await this.output.write(block.bytes));
    this.onReleased?.(block);
    if (isWanted && block.position !== undefined) this.onDurable?.(block.position);
    return isWanted;
  }

  async flush(): Promise<void> {}
  async close(): Promise<void> {}
}

/**
 * Writes NDJSON to a file, which takes its name only when it is complete. A device or named pipe is written to as it is, and
 * a symbolic link stays one. A new file goes by the umask, one that was there keeps its mode.
 */
export class FileSink implements Sink {
  onReleased?: (block: Block) => void;
  onDurable?: (position: Position) => void;
  private readonly path: string;
  private readonly handle: FileHandle;
  /** Absent: it is written to as it is. */
  private readonly replacement: Replacement | undefined;
  private last: Position | undefined;
  private hasFailed = false;

  private constructor(path: string, handle: FileHandle, replacement?: Replacement) {
    this.path = path;
    this.handle = handle;
    this.replacement = replacement;
  }

  static async open(path: string): Promise<FileSink> {
    localName(path, "--output");
    try {
      const found = await stat(path).catch(() => undefined);
      if (found !== undefined && !found.isFile()) return new FileSink(path, await open(path, "w"));
      const target = found === undefined ? path : await realpath(path);
      const replacement = await Replacement.open(target, 0o666);
      return new FileSink(target, replacement.handle, replacement);
    } catch (error) {
      throw failure("output.unwritable", { path, reason: reasonOf(error) }, error);
    }
  }

  async write(block: Block): Promise<boolean> {
    await this.attempt(() => this.handle.writeFile(block.bytes));
    this.last = block.position ?? this.last;
    this.onReleased?.(block);
    return true;
  }

  async flush(): Promise<void> {}

  /** Makes the file durable and gives it its name; after a failed write it is removed instead. */
  async close(): Promise<void> {
    if (this.hasFailed) {
      await (this.replacement?.abandon() ?? this.handle.close());
      return;
    }
    await this.attempt(() => this.replacement?.commit() ?? this.handle.close());
    if (this.last !== undefined) this.onDurable?.(this.last);
  }

  private async attempt(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.hasFailed = true;
      throw failure("output.unwritable", { path: this.path, reason: reasonOf(error) }, error);
    }
  }
}
