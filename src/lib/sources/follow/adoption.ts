/** Files never seen before: where each is read from, if it is at all. */
import { fstatSync, type Stats } from "node:fs";
import type { Host } from "../../pipeline/contract/host.js";
import { DecodeError } from "../decode/decode-error.js";
import { RefusedInput } from "../decode/refused.js";
import { inputFailure } from "../files/files.js";
import { startOfLastLines } from "../files/last-lines.js";
import { firstLinePrint } from "../identity/file-identity.js";
import { EMPTY_PRINT, printOf } from "../identity/fingerprint.js";
import { packingOf } from "../identity/packing.js";
import { unpackedName } from "../identity/siblings.js";
import type { TrackedFile } from "../identity/tracked-file.js";
import { archiveHead } from "./recognise/archive.js";
import { type CopyDetection, stampOf } from "./recognise/copy-detection.js";
import { Originals } from "./recognise/originals.js";

export interface AdoptionSettings {
  readonly host: Host;
  readonly recogniser: CopyDetection;
  /**
   * Where files start that are there at the first look, when nothing is known of any; a number: so many lines before
   * their ends.
   */
  readonly from: "start" | number;
  /** Whether a checkpoint knows of files. */
  readonly isResumed: boolean;
  readonly isFollowing: boolean;
  /** With a checkpoint what was read before does not come again. */
  readonly options: { readonly checkpoint?: string | undefined };
}

/** What else there is. */
export interface Around {
  /** It was there when we came. */
  readonly isFirstLook: boolean;
  /** The followed paths that it is named after. */
  readonly originals: readonly string[];
  /** Whether a file was read that is, or was, there. */
  readonly wasRead: (path: string | undefined) => boolean;
}

/** A packed file is looked at once it has been left alone this long: before, its end may still be to come. */
const SETTLED_MS = 1000;

/** "left": nothing of it is read. "copy": of what is read itself, for now. "later": that cannot be said yet. */
export type AdoptedFile = "read" | "left" | "copy" | "later";

export class FileAdoption {
  private readonly settings: AdoptionSettings;
  /** Files that are left, as they were when that was decided. */
  private readonly left = new Map<string, string>();
  private readonly named = new Set<string>();
  private readonly originals: Originals;
  /** Whether something was put off that will be decided soon. */
  isUndecided = false;

  constructor(settings: AdoptionSettings) {
    this.settings = settings;
    this.originals = new Originals(settings.host.nowMs);
  }

  /** Whether it was decided to leave the file, and it has not changed since. */
  isLeft(path: string, stamp: string): boolean {
    return this.left.get(path) === stamp;
  }

  /** Decides where `file`, open at `fd`, is read from. Rejects as reading does. */
  async place(file: TrackedFile, fd: number, around: Around): Promise<AdoptedFile> {
    const stats = fstatSync(fd);
    const packing = packingOf(fd);
    if (packing !== undefined && packing.codec === undefined)
      return this.leave(file, stats, around, new RefusedInput(packing.what, packing.command));
    file.isArchive = packing !== undefined;
    try {
      if (await this.originals.hasOneOf(file, stats, around.originals)) return "copy";
      if (file.isArchive && !this.isSettled(stats, around)) return "later";
      return around.isFirstLook && !this.settings.isResumed
        ? await this.placeAtStart(file, fd, stats)
        : await this.placeAfterOthers(file, fd, stats);
    } catch (error) {
      if (!(error instanceof DecodeError || error instanceof RefusedInput)) throw error;
      return this.leave(file, stats, around, error);
    }
  }

  private isSettled({ mtimeMs }: Stats, { isFirstLook }: Around): boolean {
    return isFirstLook || this.settings.host.nowMs() - mtimeMs >= SETTLED_MS;
  }

  private async placeAtStart(file: TrackedFile, fd: number, stats: Stats): Promise<AdoptedFile> {
    const { from } = this.settings;
    await introduce(file, fd, stats);
    if (from !== "start") await startOfLastLines(file, fd, stats.size, from);
    return "read";
  }

  private async placeAfterOthers(file: TrackedFile, fd: number, stats: Stats): Promise<AdoptedFile> {
    const { recogniser } = this.settings;
    const recognised = file.isArchive
      ? await recogniser.archive(file, stats)
      : await recogniser.plain(file, fd, stats);
    if (recognised === "undecided") this.isUndecided = true;
    if (recognised === "undecided") return "later";
    if (recognised === "copy") return "copy";
    await introduce(file, fd, stats);
    if (recognised !== "new") file.beginAfter(recognised);
    return "read";
  }

  /** Names it once, as an error where nobody has read what it is a copy of. */
  private leave(file: TrackedFile, stats: Stats, { wasRead }: Around, error: unknown): AdoptedFile {
    const { host, options } = this.settings;
    const { place: path } = file;
    this.left.set(path, stampOf(stats));
    if (this.named.has(path)) return "left";
    this.named.add(path);
    const failed = inputFailure(path, error, options.checkpoint !== undefined);
    if (wasRead(unpackedName(path)))
      host.log("info", `${path} is left out: the packed copy of a file that was read`);
    else host.fail(failed.message, failed.help);
    return "left";
  }
}

/** Whether what was taken for a plain file, when it was empty, has become a packed one. */
export function isPacked(fd: number): boolean {
  return packingOf(fd) !== undefined;
}

/** Gives a new file the evidence that it is known by before anything of it is read. */
async function introduce(file: TrackedFile, fd: number, stats: Stats): Promise<void> {
  if (!file.isArchive) return file.introduce(fd);
  const head = await archiveHead(file.place);
  file.continueAfter({ offset: 0, head: printOf(head), tail: EMPTY_PRINT });
  file.modifiedMs = stats.mtimeMs;
  file.firstLine = firstLinePrint(head) ?? EMPTY_PRINT.hash;
}
