/** `-o FILE`: the file appears under its name only when it is complete. A device or named pipe is written to as it is. */
import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { failure, reasonOf } from "../base/errors/index.js";
import { localName } from "../base/local/path.js";

/** A file that is being written beside its final place. */
export class Destination {
  /** Where the bytes go until `commit`. DuckDB may write here itself. */
  readonly temporary: string;
  private readonly path: string;
  private readonly isInPlace: boolean;
  private file: FileHandle | undefined;

  private constructor(path: string, isInPlace: boolean) {
    this.path = path;
    this.isInPlace = isInPlace;
    this.temporary = isInPlace
      ? path
      : join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.part`);
  }

  /** Throws output.unwritable for a directory. */
  static async at(path: string): Promise<Destination> {
    localName(path, "--output");
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) throw failure("output.unwritable", { path, reason: "it is a directory" });
    return new Destination(path, found !== undefined && !found.isFile());
  }

  async write(data: string | Uint8Array): Promise<boolean> {
    return this.guard(async () => {
      this.file ??= await open(this.temporary, this.isInPlace ? "w" : "wx");
      await this.file.writeFile(data);
      return true;
    });
  }

  /** Makes what was written durable and visible. */
  async commit(): Promise<void> {
    await this.guard(async () => {
      this.file ??= await open(this.temporary, "a");
      if (!this.isInPlace) await this.file.sync();
      await this.file.close();
      if (!this.isInPlace) await rename(this.temporary, this.path);
    });
  }

  /** Leaves nothing behind. For after a failure. */
  async abandon(): Promise<void> {
    await this.file?.close().catch(() => undefined);
    if (!this.isInPlace) await rm(this.temporary, { force: true });
  }

  private async guard<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw failure("output.unwritable", { path: this.path, reason: reasonOf(error) }, error);
    }
  }
}
