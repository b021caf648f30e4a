import { randomUUID } from "node:crypto";
import { endianness } from "node:os";
import { join } from "node:path";
import { type Files, makeDurableDirectory } from "../../../base/files.js";
import { crc32 } from "../../../base/hash/crc32.js";
import type { TablePlace } from "../../storage/storage.js";
import { commitKey } from "../listing.js";
import { inSlices } from "../slices.js";
import type { Snapshot } from "../state.js";
import { rawMembers, type TableFile } from "../table-file.js";
import { bytesOfNumbers, TextVectorWriter } from "../vectors.js";
import {
  aligned,
  CACHE_MAGIC,
  CACHE_PREFIX_BYTES,
  type CacheHeader,
  cacheDirectory,
  cacheName,
  cacheVersion,
} from "./cache-format.js";

/**
 * Writes the cache of the snapshot and removes those of older versions but one. False: it cannot have one. Nothing is
 * synced: what a crash leaves of it fails its checksums. Cost: some 50 ms for 1000 files, in short slices.
 */
export async function writeSnapshotCache(table: TablePlace, snapshot: Snapshot): Promise<boolean> {
  const { files, storage } = table;
  const commit = await storage.read(commitKey(snapshot.version));
  if (commit === undefined || endianness() !== "LE") return false;
  const content = await encodeCache(snapshot, {
    bytes: commit.length,
    crc32: crc32(commit),
    ...(snapshot.commit === undefined ? {} : { note: snapshot.commit }),
  });
  if (content === undefined) return false;
  const directory = cacheDirectory(table.directory);
  await makeDurableDirectory(files, directory);
  const draft = join(directory, `.draft-${randomUUID()}`);
  try {
    const file = await files.open(draft, "create");
    await file.write(content, 0).finally(() => file.close());
    await files.rename(draft, join(directory, cacheName(snapshot.version)));
  } catch (error) {
    await files.remove(draft).catch(() => {});
    throw error;
  }
  await removeOld(files, directory);
  return true;
}

/** Versions that are kept: an older one may just be read. */
const KEPT = 2;
const DRAFT_IS_DEAD_MS = 3_600_000;

async function removeOld(files: Files, directory: string): Promise<void> {
  const names = await files.list(directory);
  const versions = names.flatMap((name) => cacheVersion(name) ?? []).sort((a, b) => b - a);
  for (const version of versions.slice(KEPT)) await files.remove(join(directory, cacheName(version)));
  for (const name of names.filter((other) => other.startsWith(".draft-"))) {
    const facts = await files.stat(join(directory, name));
    if (facts !== undefined && Date.now() - facts.modifiedMs > DRAFT_IS_DEAD_MS)
      await files.remove(join(directory, name));
  }
}

/** The parts of the file; undefined for a table without protocol or metadata. */
export async function encodeCache(
  snapshot: Snapshot,
  commit: CacheHeader["commit"],
): Promise<Buffer[] | undefined> {
  const { metadata, protocol } = snapshot;
  if (metadata === undefined || protocol === undefined) return undefined;
  const columns = new Columns(snapshot.files.length);
  let i = 0;
  await inSlices(snapshot.files, (file) => columns.add(i++, file));
  const sections: Record<string, [number, number]> = {};
  const body: Buffer[] = [];
  let offset = 0;
  for (const [name, bytes] of await columns.finish(snapshot)) {
    sections[name] = [offset, bytes.length];
    const padded = aligned(bytes.length);
    body.push(bytes, Buffer.alloc(padded - bytes.length));
    offset += padded;
  }
  const content = Buffer.concat(body);
  const header: CacheHeader = {
    version: snapshot.version,
    commit,
    metadata,
    protocol,
    transactions: [...snapshot.transactions.values()],
    positions: [...snapshot.positions.values()],
    files: snapshot.files.length,
    sections,
    crc32: crc32(content),
  };
  const json = Buffer.from(JSON.stringify(header), "utf8");
  const text = Buffer.concat([json, Buffer.alloc(aligned(json.length) - json.length, " ")]);
  const prefix = Buffer.alloc(CACHE_PREFIX_BYTES);
  CACHE_MAGIC.copy(prefix);
  prefix.writeUInt32LE(text.length, 8);
  prefix.writeUInt32LE(crc32(text), 12);
  return [prefix, text, content];
}

class Columns {
  readonly #count: number;
  readonly #numbers = new Map<string, Float64Array>();
  readonly #texts = new Map<string, Map<string, TextVectorWriter>>();

  constructor(count: number) {
    this.#count = count;
  }

  add(i: number, file: TableFile): void {
    const { add } = file;
    this.#text("path", i, add.path);
    this.#number("size", i, add.size);
    this.#number("modified", i, add.modificationTime);
    this.#number("rows", i, file.rows);
    this.#number("minMs", i, file.minTimestampMs);
    this.#number("maxMs", i, file.maxTimestampMs);
    if (add.tags !== undefined) this.#text("tags", i, JSON.stringify(add.tags));
    for (const [name, value] of Object.entries(add.partitionValues))
      this.#text("partition/", i, JSON.stringify(value), name);
    if (add.stats !== undefined) this.#addStatistics(i, add.stats);
  }

  #addStatistics(i: number, text: string): void {
    const members = rawMembers(text);
    if (!isUsual(members)) {
      this.#text("stats", i, text);
      return;
    }
    for (const [kind, member] of KINDS)
      for (const [name, raw] of rawMembers(members.get(member))) this.#text(kind, i, raw, name);
  }

  #number(name: string, i: number, value: number | undefined): void {
    let column = this.#numbers.get(name);
    if (column === undefined) {
      column = new Float64Array(this.#count).fill(Number.NaN);
      this.#numbers.set(name, column);
    }
    if (value !== undefined) column[i] = value;
  }

  /** `kind` and `name` are joined once a column, not once a value: joined texts are slow to look up. */
  #text(kind: string, i: number, value: string, name = ""): void {
    let columns = this.#texts.get(kind);
    if (columns === undefined) {
      columns = new Map();
      this.#texts.set(kind, columns);
    }
    let column = columns.get(name);
    if (column === undefined) {
      column = new TextVectorWriter(this.#count);
      columns.set(name, column);
    }
    column.set(i, value);
  }

  async finish(snapshot: Snapshot): Promise<[string, Buffer][]> {
    const sections: [string, Buffer][] = [...this.#numbers].map(([name, column]) => [
      name,
      bytesOfNumbers(column),
    ]);
    for (const [kind, columns] of this.#texts)
      for (const [name, column] of columns) sections.push([kind + name, await column.finish()]);
    if (snapshot.removed.size > 0)
      sections.push(["removed", Buffer.from(JSON.stringify([...snapshot.removed.values()]), "utf8")]);
    return sections;
  }
}

const KINDS = [
  ["min/", "minValues"],
  ["max/", "maxValues"],
  ["nulls/", "nullCount"],
] as const;

const USUAL = ["numRecords", "minValues", "maxValues", "nullCount"];

function isUsual(members: ReadonlyMap<string, string>): boolean {
  return members.has("numRecords") && [...members.keys()].every((name) => USUAL.includes(name));
}
