/**
 * `-o FILE`: the file appears under its name only when it is complete. A device or named pipe is written to as it is.
 */
import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import { failure, reasonOf } from "../../base/errors/index.js";
import { localName } from "../../base/local/path.js";
import { Packer } from "../../base/packer.js";
import { Replacement } from "../../base/private-files/replacement.js";
import type { Packing } from "../../options/result-format.js";

/**
 * A file that is being written beside its final place. A symbolic link stays one, and a file that was there keeps its
 * mode.
 */
export class Destination {
  private readonly path: string;
  private readonly isInPlace: boolean;
  private file: FileHandle | undefined;
  private replacement: Replacement | undefined;
  private readonly packer: Packer | undefined;

  private constructor(path: string, isInPlace: boolean, packing: Packing | undefined) {
    this.path = path;
    this.isInPlace = isInPlace;
    this.packer = packing && new Packer(packing, (bytes) => this.writeBytes(bytes));
  }

  /** Throws output.unwritable for a directory. */
  static async at(path: string, packing?: Packing): Promise<Destination> {
    localName(path, "--output");
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) throw failure("output.unwritable", { path, reason: "it is a directory" });
    const isInPlace = found !== undefined && !found.isFile();
    return new Destination(found?.isFile() === true ? await realpath(path) : path, isInPlace, packing);
  }

  write(data: string | Uint8Array): Promise<boolean> {
    return this.packer?.write(data) ?? this.writeBytes(data);
  }

  private writeBytes(data: string | Uint8Array): Promise<boolean> {
    return this.guard(async () => {
      await (await this.opened()).writeFile(data);
      return true;
    });
  }

  /** Makes what was written durable and visible. */
  async commit(): Promise<void> {
    await this.packer?.end();
    await this.guard(async () => {
      const file = await this.opened();
      await (this.replacement?.commit() ?? file.close());
    });
  }

  /** Leaves nothing behind. For after a failure. */
  async abandon(): Promise<void> {
    await (this.replacement?.abandon() ?? this.file?.close().catch(() => undefined));
  }

  private async opened(): Promise<FileHandle> {
    if (this.file !== undefined) return this.file;
    if (this.isInPlace) this.file = await open(this.path, "w");
    else {
      this.replacement = await Replacement.open(this.path, 0o666);
      this.file = this.replacement.handle;
    }
    return this.file;
  }

  private async guard<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw failure("output.unwritable", { path: this.path, reason: reasonOf(error) }, error);
    }
  }
}
