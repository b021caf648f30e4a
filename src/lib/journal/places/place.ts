/**
 * How far a reader is: `readers/NAME.place`, two slots that are written over in turn, as a writer's mark is. One of
 * them is always whole.
 */
import { join } from "node:path";
import type { Files, OpenFile } from "../../base/files.js";
import { crc32c, hex8 } from "../../base/hash/crc32c.js";

export interface Place {
  /** Of the journal. */
  readonly journal: string;
  /** What is for it begins here. */
  readonly from: number;
  /** All before this is done with. */
  readonly place: number;
  /** The last segment that a table has stored for it: `WRITER/SEQUENCE`. */
  readonly last?: string | undefined;
  /** When its last events came, in milliseconds since the epoch. */
  readonly lastMs?: number | undefined;
  /** Events it has lost for want of room since the journal was made; absent: none, or of an older version. */
  readonly dropped?: number | undefined;
}

const READERS_DIRECTORY = "readers";
const SLOT_BYTES = 256;

/** A file name for any name of a node. */
export function placePath(directory: string, reader: string): string {
  const name = encodeURIComponent(reader).replaceAll("*", "%2A").replace(/^\./, "%2E");
  const long = name.length > 200 ? `${name.slice(0, 180)}-${hex8(crc32c(Buffer.from(reader)))}` : name;
  return join(directory, READERS_DIRECTORY, `${long}.place`);
}

/** Those that have a place, as far as file names tell: a long name is not in one. */
export async function readerNames(files: Pick<Files, "list">, directory: string): Promise<readonly string[]> {
  const names = await files.list(join(directory, READERS_DIRECTORY));
  return names.flatMap((name) => {
    const [, encoded] = /^(.{1,180})\.place$/.exec(name) ?? [];
    if (encoded === undefined) return [];
    try {
      return [decodeURIComponent(encoded)];
    } catch {
      return [];
    }
  });
}

export class PlaceFile {
  readonly #file: OpenFile;
  #round: number;

  private constructor(file: OpenFile, round: number) {
    this.#file = file;
    this.#round = round;
  }

  /** The file as it is, or a new one whose name is durable once its directory is synced. */
  static async open(files: Files, path: string): Promise<{ file: PlaceFile; found: FoundPlace }> {
    const isThere = (await files.stat(path)) !== undefined;
    const file = await files.open(path, isThere ? "change" : "create");
    try {
      const found = placeIn(isThere ? await file.read(0, 2 * SLOT_BYTES) : undefined);
      return { file: new PlaceFile(file, found.round), found };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async put(place: Place): Promise<void> {
    this.#round++;
    const json = JSON.stringify({ ...place, round: this.#round });
    const text = `${hex8(crc32c(Buffer.from(json)))} ${json}`.padEnd(SLOT_BYTES - 1);
    await this.#file.write([Buffer.from(`${text}\n`)], slotOf(this.#round) * SLOT_BYTES);
    await this.#file.sync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

export interface FoundPlace {
  readonly state: "sound" | "damaged" | "missing";
  readonly place?: Place;
  readonly round: number;
}

export async function readPlace(files: Pick<Files, "read">, path: string): Promise<FoundPlace> {
  return placeIn(await files.read(path));
}

/** A file of one slot was only just made: the second was never written. */
function placeIn(bytes: Buffer | undefined): FoundPlace {
  if (bytes === undefined || bytes.length === 0) return { state: "missing", round: 0 };
  const slots = [slotAt(bytes, 0), slotAt(bytes, SLOT_BYTES)].filter((slot) => slot !== undefined);
  if (slots.length === 0) return { state: "damaged", round: 0 };
  const { round, ...place } = slots.reduce((a, b) => (a.round > b.round ? a : b));
  return { state: "sound", place, round };
}

function slotOf(round: number): number {
  return (round - 1) % 2;
}

function slotAt(bytes: Buffer, at: number): (Place & { readonly round: number }) | undefined {
  const slot = bytes.toString("latin1", at, at + SLOT_BYTES);
  const [, checksum, json = ""] = /^([0-9a-f]{8}) (\{.*\}) *\n$/.exec(slot) ?? [];
  if (checksum === undefined || checksum !== hex8(crc32c(Buffer.from(json, "latin1")))) return undefined;
  const found = JSON.parse(json) as Place & { readonly round: number };
  return slotOf(found.round) * SLOT_BYTES === at ? found : undefined;
}
