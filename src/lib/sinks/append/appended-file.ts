/** The file that is appended to: how long it is, whether it is still the one, and what others have done to it. */
import { dirname, join } from "node:path";
import { type Files, isSystemError, type OpenFile } from "../../base/files.js";
import { crc32c, hex8 } from "../../base/hash/crc32c.js";
import { formatSize } from "../../base/size.js";
import type { AppendProgress } from "./progress-file.js";

export interface AppendedOptions {
  readonly files: Files;
  readonly path: string;
  /** Told what others have done to it. */
  readonly onNotice: (text: string) => void;
  readonly onWarning: (text: string) => void;
}

/** So many bytes before a length tell whether it is a length of this file. */
const PRINT_BYTES = 256;
const NEWLINE = Buffer.from("\n");

export class AppendedFile {
  private readonly options: AppendedOptions;
  private readonly handle: OpenFile;
  /** Which file it is; "" where that is not known. */
  readonly identity: string;
  /** The end of what is ours. */
  private end: number;
  private hasWarned = false;

  /**
   * The file at the path; made where there is none. `known`: how far it was whole at the end of the last run: it is cut
   * back to that, under whatever name in its directory it is now.
   */
  static async open(options: AppendedOptions, known?: AppendProgress): Promise<AppendedFile> {
    const { files, path, onNotice } = options;
    const found = await files.stat(path);
    const isKnown = known !== undefined && isSame(known.file, found?.identity, found !== undefined);
    if (known !== undefined && !isKnown) await AppendedFile.cutOld(options, known, found !== undefined);
    const file = await AppendedFile.at(options);
    try {
      if (isKnown) await file.resume(known);
      else if (known === undefined && file.end > 0)
        onNotice(`${path} has ${formatSize(file.end)}: appending`);
      await file.endLine();
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  private static async at(options: AppendedOptions): Promise<AppendedFile> {
    const { files, path } = options;
    for (;;) {
      try {
        const handle = await files.open(path, "append");
        return new AppendedFile(options, handle, (await handle.identity?.()) ?? "", await handle.size());
      } catch (error) {
        if (!isSystemError(error, "ENOENT")) throw error;
      }
      await files
        .open(path, "create")
        .then((handle) => handle.close())
        .catch((error) => {
          if (!isSystemError(error, "EEXIST")) throw error;
        });
      await files.syncDirectory(dirname(path));
    }
  }

  /** The file was rotated: what an interrupted run has left in it is cut off where it is now. */
  private static async cutOld(
    options: AppendedOptions,
    known: AppendProgress,
    isThere: boolean,
  ): Promise<void> {
    const { files, path, onNotice, onWarning } = options;
    const directory = dirname(path);
    const what = isThere ? "is another file than at" : "is gone since";
    onNotice(`${path} ${what} the end of the last run: going on in ${isThere ? "it" : "a new one"}`);
    for (const name of await files.list(directory)) {
      const found = await files.stat(join(directory, name)).catch(() => undefined);
      if (found === undefined || found.isDirectory || found.identity !== known.file) continue;
      const old = await AppendedFile.at({ ...options, path: join(directory, name) });
      try {
        if (old.identity === known.file) await old.resume(known);
      } finally {
        await old.close();
      }
      return;
    }
    if (!known.isClosed)
      onWarning(
        `the file that ${path} was is not beside it: what an interrupted run has left in it may be there twice`,
      );
  }

  private constructor(options: AppendedOptions, handle: OpenFile, identity: string, end: number) {
    this.options = options;
    this.handle = handle;
    this.identity = identity;
    this.end = end;
  }

  get length(): number {
    return this.end;
  }

  /** A write that fails leaves nothing of it: the file is cut back. */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.handle.write([bytes], this.end);
    } catch (error) {
      await this.cut(this.end).catch(() => {});
      throw error;
    }
    this.end += bytes.length;
  }

  /** What others have done meanwhile is the beginning of what comes: nothing of theirs is written over. */
  async look(): Promise<void> {
    const size = await this.handle.size();
    if (size === this.end) return;
    const { path, onNotice, onWarning } = this.options;
    if (size < this.end) onNotice(`${path} was emptied or cut by another program: going on at its new end`);
    else if (!this.hasWarned) {
      this.hasWarned = true;
      onWarning(`another program writes to ${path}, too: after a crash what it wrote last may be cut off`);
    }
    this.end = size;
  }

  /** Whether the path is another file's name now, or none. */
  async hasMoved(): Promise<boolean> {
    const { files, path } = this.options;
    const found = await files.stat(path);
    return !isSame(this.identity, found?.identity, found !== undefined);
  }

  sync(): Promise<void> {
    return this.handle.sync();
  }

  /** Fingerprint of what is before the length. */
  async print(length: number): Promise<string> {
    const from = Math.max(0, length - PRINT_BYTES);
    return hex8(crc32c(await this.handle.read(from, length - from)));
  }

  /** Takes away what is behind the length, durably. */
  async cut(length: number): Promise<void> {
    if ((await this.handle.size()) > length) {
      await this.handle.truncate(length);
      await this.handle.sync();
    }
    this.end = length;
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  private async resume({ length, print }: AppendProgress): Promise<void> {
    const { path, onNotice, onWarning } = this.options;
    if (this.end < length)
      onNotice(`${path} is shorter than at the end of the last run: going on at its end`);
    else if ((await this.print(length)) !== print)
      onWarning(
        `${path} was changed by another program since the last run: going on at its end, cutting nothing`,
      );
    else if (this.end > length) {
      onNotice(
        `cut ${formatSize(this.end - length)} from the end of ${path}, which an interrupted run had left`,
      );
      await this.cut(length);
    }
  }

  /** What somebody else has left unfinished ends here. */
  private async endLine(): Promise<void> {
    if (this.end === 0) return;
    const last = await this.handle.read(this.end - 1, 1);
    if (!last.equals(NEWLINE)) await this.write(NEWLINE);
  }
}

function isSame(known: string, found: string | undefined, isThere: boolean): boolean {
  return isThere && (known === "" || found === undefined || known === found);
}
