/** Last lines without a newline: whether one is to come with more, and what nobody can read later. */
import { fstatSync } from "node:fs";
import { stat } from "node:fs/promises";
import { systemPath } from "../../base/local/byte-name.js";
import type { Host } from "../../pipeline/contract/host.js";
import { fileKeyText } from "../identity/open-handles.js";
import { Directories, isSamePath } from "../identity/siblings.js";
import type { TrackedFile } from "../identity/tracked-file.js";
import type { OriginalNames } from "./recognise/originals.js";

/**
 * Where there is a next run, an unfinished last line is left to it until the file has not been written to for this
 * long. Programs that write to a file through a buffer leave half a line at its end between two flushes, which a quiet
 * one does for long.
 */
const OLD_MS = 3600_000;
/** The same for a file that was rotated away: its program has it open for a while yet. */
const OLD_ROTATED_MS = 10_000;
/**
 * What is left of deleted files is read for this long after a stop: the rest must have its time before the process is
 * ended.
 */
const LAST_READ_MS = 4000;

export class Unfinished {
  private readonly host: Host;
  private readonly isKept: boolean;
  private readonly told = new Set<TrackedFile>();
  private stoppedMs: number | undefined;

  /** `isKept`: there is a next run. */
  constructor(host: Host, isKept: boolean) {
    this.host = host;
    this.isKept = isKept;
  }

  /**
   * Whether the unfinished last line of `file`, open at `fd`, is left for the next run, which is reported once.
   * `shown`: the files that are there. The file must be known then, by half of its first line if that is all there is.
   */
  isLeft(file: TrackedFile, fd: number, shown: OriginalNames): boolean {
    if (!this.isKept || fstatSync(fd).size <= file.offset || !this.isGrowing(file, fd, shown)) return false;
    if (!this.told.has(file))
      this.host.log("info", `the last line of ${file.place} has no newline yet: left for the next run`);
    this.told.add(file);
    file.introduceUnfinished(fd);
    return true;
  }

  private isGrowing(file: TrackedFile, fd: number, shown: OriginalNames): boolean {
    const { mtimeMs, ctimeMs, nlink } = fstatSync(fd);
    if (nlink === 0) return false;
    const isRotated = !isSamePath(file.path, file.place) || shown.isRotated(file.place);
    const oldMs = isRotated ? OLD_ROTATED_MS : OLD_MS;
    // A time that somebody has set into the future would keep it for ever.
    return this.host.nowMs() - Math.min(mtimeMs, ctimeMs) < oldMs;
  }

  /**
   * Whether the next run finds nothing of `file`, open at `fd`: it was deleted, or moved to where nobody looks for it.
   */
  async isGone(file: TrackedFile, fd: number): Promise<boolean> {
    if (fstatSync(fd).nlink === 0) return true;
    const there = await stat(systemPath(file.place), { bigint: true }).catch(() => undefined);
    if (there !== undefined && fileKeyText(there) === file.key) return false;
    const { siblings } = await new Directories().around(file.path);
    return !siblings.some(({ key }) => key === file.key);
  }

  /** Whether there is time to read on after a stop; what is not read of `file` then is named. */
  hasTime(file: TrackedFile, fd: number): boolean {
    const nowMs = this.host.nowMs();
    this.stoppedMs ??= nowMs;
    if (!this.isKept || nowMs - this.stoppedMs < LAST_READ_MS) return true;
    const bytes = fstatSync(fd).size - file.offset;
    if (bytes > 0 && !this.told.has(file))
      this.host.fail(`${file.path} was deleted before it was read: its last ${bytes} bytes are lost`);
    this.told.add(file);
    return false;
  }
}
