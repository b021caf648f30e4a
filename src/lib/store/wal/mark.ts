/**
 * How far a writer has acknowledged: a file `acknowledged` in its directory, written over after each round, before the
 * round's callers are told. It is never synced: it costs one write a round. So it can be behind what was acknowledged
 * when the power goes, but says never more; after the death of the process alone it is exact. With it recovery can tell
 * what was being written from what was acknowledged and is gone. See docs/decisions/0034-what-recovery-may-cut.md.
 *
 * Two slots are written in turn, `crc32c-of-the-JSON(8 hex) SPACE JSON`, padded with blanks: one of them is always
 * whole.
 */
import { join } from "node:path";
import { reasonOf } from "../../base/errors/index.js";
import type { Files, OpenFile } from "../../base/files.js";
import { crc32c, hex8 } from "../../base/hash/crc32c.js";

export const MARK_FILE = "acknowledged";

/**
 * Of the newest segment with anything acknowledged. Those before it were acknowledged whole, those behind it not at
 * all.
 */
export interface Mark {
  readonly sequence: number;
  /** Bytes of each of its files that count. */
  readonly data: number;
  readonly index: number;
  readonly aside: number;
  /** Its events, and its lines set aside. */
  readonly events: number;
  readonly lines: number;
}

const SLOT_BYTES = 256;
const NOTHING: Mark = { sequence: 0, data: 0, index: 0, aside: 0, events: 0, lines: 0 };

/** The mark of a running writer. */
export class MarkFile {
  readonly #files: Files;
  readonly #path: string;
  readonly #writer: string;
  #file: OpenFile | undefined;
  #round = 0;
  #newest = NOTHING;
  #isFailing = false;

  private constructor(files: Files, path: string, writer: string, file: OpenFile) {
    this.#files = files;
    this.#path = path;
    this.#writer = writer;
    this.#file = file;
  }

  /**
   * As `put`. Without its mark a segment is as durable as with it, and recovery knows less of what it finds behind the
   * end: a failure is reported once.
   */
  async putOrSay(mark: Mark, onNotice: ((text: string) => void) | undefined): Promise<void> {
    try {
      await this.put(mark);
    } catch (error) {
      if (!this.#isFailing)
        onNotice?.(
          `cannot write ${this.#path}: ${reasonOf(error)}; should this writer die, its recovery cannot tell what is missing at the end of its log`,
        );
      this.#isFailing = true;
    }
  }

  /** Its bytes are durable once this resolves; its name is when the directory is synced. */
  static async create(files: Files, directory: string, writer: string): Promise<MarkFile> {
    const path = join(directory, MARK_FILE);
    const file = await files.open(path, "create");
    const mark = new MarkFile(files, path, writer, file);
    try {
      // Both slots, so that no later write needs room on the disk.
      await mark.#write();
      await mark.#write();
      await file.sync();
    } catch (error) {
      await file.close();
      throw error;
    }
    return mark;
  }

  get newest(): Mark {
    return this.#newest;
  }

  async put(mark: Mark): Promise<void> {
    const { sequence, index, data, aside } = this.#newest;
    if (sequence === mark.sequence && index === mark.index && data === mark.data && aside === mark.aside)
      return;
    this.#newest = mark;
    await this.#write();
  }

  /** Of this segment nothing is promised any more. */
  async forget(sequence: number): Promise<void> {
    if (this.#newest.sequence === sequence) await this.put({ ...NOTHING, sequence });
  }

  /** After that each `put` opens it once more. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #write(): Promise<void> {
    this.#round++;
    const json = JSON.stringify({ writer: this.#writer, round: this.#round, ...this.#newest });
    const text = `${hex8(crc32c(Buffer.from(json)))} ${json}`.padEnd(SLOT_BYTES - 1);
    const file = this.#file ?? (await this.#files.open(this.#path, "change"));
    try {
      await file.write([Buffer.from(`${text}\n`)], slotOf(this.#round) * SLOT_BYTES);
    } finally {
      if (file !== this.#file) await file.close();
    }
  }
}

function slotOf(round: number): number {
  return (round - 1) % 2;
}

export interface FoundMark {
  /**
   * "missing": of a writer that keeps none, or lost. "damaged": not as it was written; what is left may be a round
   * behind.
   */
  readonly state: "sound" | "damaged" | "missing";
  readonly mark?: Mark;
}

export async function readMark(
  files: Pick<Files, "read">,
  directory: string,
  writer: string,
): Promise<FoundMark> {
  const bytes = await files.read(join(directory, MARK_FILE));
  if (bytes === undefined) return { state: "missing" };
  const slots = [slotAt(bytes, 0, writer), slotAt(bytes, SLOT_BYTES, writer)];
  const sound = slots.filter((slot) => slot !== undefined);
  const isSound = sound.length === slots.length && bytes.length === slots.length * SLOT_BYTES;
  const state = isSound ? "sound" : "damaged";
  if (sound.length === 0) return { state };
  return { state, mark: sound.reduce((a, b) => (a.round > b.round ? a : b)) };
}

function slotAt(bytes: Buffer, at: number, writer: string): (Mark & { readonly round: number }) | undefined {
  const slot = bytes.toString("latin1", at, at + SLOT_BYTES);
  const [, checksum, json = ""] = /^([0-9a-f]{8}) (\{.*\}) *\n$/.exec(slot) ?? [];
  if (checksum !== hex8(crc32c(Buffer.from(json, "latin1")))) return undefined;
  const found = JSON.parse(json) as Mark & { readonly writer: string; readonly round: number };
  const isInPlace = slotOf(found.round) * SLOT_BYTES === at;
  return found.writer === writer && isInPlace ? found : undefined;
}

/** What is known to have been acknowledged of a segment, in bytes of each of its files; undefined: nothing is known. */
export interface Acknowledged {
  readonly data: number;
  readonly index: number;
  readonly aside: number;
  /**
   * The files are a copy that was made while the writer wrote, each at another moment: a restored backup, whose locks
   * are to be removed. Nothing is known of where they end, and what one has more than another is of a moment after the
   * copy's.
   */
  readonly isCopy?: true;
}

/** `hasNewer`: there is a later segment, so that this one had been sealed. */
export function acknowledgedOf(
  mark: Mark | "copy" | undefined,
  sequence: number,
  hasNewer: boolean,
): Acknowledged | undefined {
  if (mark === "copy") return { ...NOTHING, isCopy: true };
  if (mark === undefined) return hasNewer ? ALL : undefined;
  if (sequence === mark.sequence) return mark;
  return sequence < mark.sequence ? ALL : NOTHING;
}

const ALL = {
  data: Number.POSITIVE_INFINITY,
  index: Number.POSITIVE_INFINITY,
  aside: Number.POSITIVE_INFINITY,
};
