/** `-o FILE`: the file appears under its name only when it is complete. */
import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { failure, reasonOf } from "../base/errors/index.js";

/** A file that is being written beside its final place. */
export class Destination {
  /** Where the bytes go until `commit`. DuckDB may write here itself. */
  readonly temporary: string;
  private readonly path: string;
  private file: FileHandle | undefined;

  constructor(path: string) {
    this.path = path;
    this.temporary = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.part`);
  }

  async write(data: string | Uint8Array): Promise<boolean> {
    return this.guard(async () => {
      this.file ??= await open(this.temporary, "wx");
      await this.file.writeFile(data);
      return true;
    });
  }

  /** Makes what was written durable and visible. */
  async commit(): Promise<void> {
    await this.guard(async () => {
      this.file ??= await open(this.temporary, "a");
      await this.file.sync();
      await this.file.close();
      await rename(this.temporary, this.path);
    });
  }

  /** Leaves nothing behind. For after a failure. */
  async abandon(): Promise<void> {
    await this.file?.close().catch(() => undefined);
    await rm(this.temporary, { force: true });
  }

  private async guard<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw failure("output.unwritable", { path: this.path, reason: reasonOf(error) }, error);
    }
  }
}
