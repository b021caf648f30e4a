/**
 * Bloom filters of a Parquet file's id-like columns, in a file of their own beside the table: Parquet has them on
 * dictionary-encoded chunks only, so not where ids are. Filters are the split blocks of the Parquet format ("Parquet
 * Bloom Filter", BloomFilter.md of apache/parquet-format) over the low 64 bits of the MD5 of a value's UTF-8 text.
 *
 *     TABLE/_index/<add.path>.bloom
 *     "lpbloom1" | header length, u32 | CRC-32C of the header, u32 | header | blocks of each column
 *     header: JSON {"file": name of the Parquet file, "columns": {NAME: {"offset": bytes from the file's start, "blocks": count}}}
 *     block:  eight 32-bit words | CRC-32C of the words, u32                     (all numbers little-endian)
 *
 * Only a hint: where the file is absent or wrong every value may be there.
 */
import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { crc32c } from "../../base/hash/crc32c.js";
import { identifier, literal } from "../columns/names.js";
import type { Column, TableSchema } from "../columns/schema.js";
import type { TableFile } from "../delta/snapshot.js";
import type { TableStorage } from "../storage/storage.js";

/** What building needs of a DuckDB session. */
export interface RowSource {
  rows(sql: string): Promise<unknown[][]>;
}

/**
 * The filter file of a Parquet file's columns, about 20 bits a distinct value (one wrong "may be there" in a thousand).
 * Integers count as their decimal text. `columns` must be in the file.
 */
export async function buildBloom(
  session: RowSource,
  parquetPath: string,
  columns: readonly Column[],
): Promise<Buffer> {
  const source = `read_parquet(${literal(parquetPath)}, hive_partitioning = false)`;
  const filters: { name: string; blocks: number; words: Buffer }[] = [];
  for (const { name } of columns) {
    const value = identifier(name);
    const [found] = await session.rows(`SELECT approx_count_distinct(${value}) FROM ${source}`);
    const blocks = blocksFor(Number(found?.[0] ?? 0));
    filters.push({
      name,
      blocks,
      words: blocksOf(await session.rows(blocksSql(value, source, blocks)), blocks),
    });
  }
  return encode(basename(parquetPath), filters);
}

/** The key of the filters of the file with this `add.path`. Always under the table's `_index`. */
export function bloomKey(addPath: string): string {
  const isInside = !/^(?:[a-z][a-z0-9+.-]*:|\/)/i.test(addPath) && !addPath.split("/").includes("..");
  const name = isInside ? addPath : `${ELSEWHERE}/${createHash("sha256").update(addPath).digest("hex")}`;
  return `${INDEX_DIRECTORY}/${name}.bloom`;
}

/** Where the filters are in a table on the local disk. */
export function bloomPath(tableDirectory: string, addPath: string): string {
  return join(tableDirectory, bloomKey(addPath));
}

const ELSEWHERE = "elsewhere";

/** Directory of what can be made again from the table, under a table's own. */
export const INDEX_DIRECTORY = "_index";

/**
 * Columns whose values name one thing among many, by the last word of their key: `trace_id`, `requestId`, `user.uuid`.
 */
export function idLikeColumns(schema: TableSchema): Column[] {
  return schema.columns.filter(({ key, role, type }) => role === "value" && hasText(type) && isIdLike(key));
}

function isIdLike(key: string): boolean {
  const words =
    key
      .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return ID_WORDS.has(words.at(-1) ?? "") || JOINED.test(words.at(-1) ?? "");
}

const ID_WORDS = new Set(
  "id ids uid uuid guid ulid hash sha sha1 sha256 md5 digest fingerprint token".split(" "),
);
const JOINED =
  /^(?:trace|span|request|session|correlation|transaction|tx|message|event|user|order|client)id$/;

/** Whether filters can be made of such a column: its values have one text each. */
export function hasText(type: Column["type"]): boolean {
  return type === "string" || type === "integer";
}

/** Whether the file may have the value in the column. False is certain. Reads a header and one block. */
export async function mayContain(
  storage: TableStorage,
  file: TableFile,
  column: string,
  value: string,
): Promise<boolean> {
  const bloom = await Bloom.open(storage, bloomKey(file.addPath));
  return bloom === undefined || bloom.mayContain(column, value);
}

/** The filter file of one Parquet file, its header read. */
export class Bloom {
  readonly #storage: TableStorage;
  readonly #key: string;
  readonly #columns: Readonly<Record<string, Place>>;
  /** Bytes read so far. */
  bytesRead: number;

  private constructor(
    storage: TableStorage,
    key: string,
    columns: Readonly<Record<string, Place>>,
    bytesRead: number,
  ) {
    this.#storage = storage;
    this.#key = key;
    this.#columns = columns;
    this.bytesRead = bytesRead;
  }

  /** Undefined when there is none, or none that can be believed. */
  static async open(storage: TableStorage, key: string): Promise<Bloom | undefined> {
    try {
      let head = await readAt(storage, key, 0, FIRST_READ);
      const length = headerLength(head);
      if (length === undefined) return undefined;
      if (head.length < PREFIX + length) head = await readAt(storage, key, 0, PREFIX + length);
      const { file, columns } = decodeHeader(head, length);
      // One that was put in the place of another says of values that are there that they are not.
      if (file !== undefined && !isOf(file, key)) return undefined;
      return new Bloom(storage, key, columns, head.length);
    } catch {
      return undefined;
    }
  }

  /** Whether every block has its checksum, and nothing is behind the last one. Reads all of it. */
  async isWhole(): Promise<boolean> {
    const bytes = (await this.#storage.read(this.#key)) ?? EMPTY;
    let end = PREFIX + (headerLength(bytes) ?? 0);
    for (const { offset, blocks } of Object.values(this.#columns)) {
      end = Math.max(end, offset + blocks * BLOCK);
      for (let at = offset; at < offset + blocks * BLOCK; at += BLOCK)
        if (!isSound(bytes.subarray(at, at + BLOCK))) return false;
    }
    return bytes.length === end;
  }

  async mayContain(column: string, value: string): Promise<boolean> {
    const place = Object.hasOwn(this.#columns, column) ? this.#columns[column] : undefined;
    if (place === undefined) return true;
    const { high, low } = hashOf(value);
    const at = Number((BigInt(high) * BigInt(place.blocks)) >> 32n);
    const offset = place.offset + at * BLOCK;
    const block = await readAt(this.#storage, this.#key, offset, BLOCK).catch(() => EMPTY);
    this.bytesRead += block.length;
    if (!isSound(block)) return true;
    return SALTS.every((salt, i) => (block.readUInt32LE(i * 4) >>> (Math.imul(low, salt) >>> 27)) & 1);
  }
}

function isSound(block: Buffer): boolean {
  return block.length === BLOCK && block.readUInt32LE(WORDS) === crc32c(block.subarray(0, WORDS));
}

async function readAt(storage: TableStorage, key: string, offset: number, length: number): Promise<Buffer> {
  return (await storage.readRange(key, offset, length)) ?? EMPTY;
}

interface Place {
  readonly offset: number;
  readonly blocks: number;
}

const MAGIC = Buffer.from("lpbloom1", "latin1");
const PREFIX = 16;
const FIRST_READ = 512;
/** Bytes of a block's words, and of a block with its checksum. */
const WORDS = 32;
const BLOCK = 36;
const EMPTY = Buffer.alloc(0);
/** Of the values as counted, which is a few per cent off. */
const BITS_A_VALUE = 18;
const MOST_BLOCKS = 2 ** 24;

/** The eight multipliers of the specification. */
const SALTS = [
  0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31,
] as const;

function blocksFor(values: number): number {
  return Math.min(MOST_BLOCKS, Math.max(1, Math.ceil((values * BITS_A_VALUE) / (WORDS * 8))));
}

/** SQL: number and words of each block that is not empty. The sums stay below 2^64. */
function blocksSql(value: string, source: string, blocks: number): string {
  const words = SALTS.map(
    (salt, i) =>
      `bit_or((1::UINTEGER << (((low * ${salt}::UBIGINT) & 4294967295) >> 27)::UINTEGER)) AS w${i}`,
  );
  const hashed = `SELECT md5_number_lower(${value}::VARCHAR)::UBIGINT AS hash FROM ${source} WHERE ${value} IS NOT NULL`;
  const parts = `SELECT hash & 4294967295 AS low, hash >> 32 AS high FROM (${hashed})`;
  return `SELECT ((high * ${blocks}::UBIGINT) >> 32)::UINTEGER AS block, ${words.join(", ")} FROM (${parts}) GROUP BY block`;
}

function blocksOf(rows: readonly unknown[][], blocks: number): Buffer {
  const bytes = Buffer.alloc(blocks * BLOCK);
  for (const row of rows) {
    const at = Number(row[0]) * BLOCK;
    for (let i = 0; i < SALTS.length; i++) bytes.writeUInt32LE(Number(row[i + 1]), at + i * 4);
  }
  for (let at = 0; at < bytes.length; at += BLOCK)
    bytes.writeUInt32LE(crc32c(bytes.subarray(at, at + WORDS)), at + WORDS);
  return bytes;
}

/** Offsets count from the file's start, so the header is made with offsets as wide as they get. */
function encode(file: string, filters: readonly { name: string; blocks: number; words: Buffer }[]): Buffer {
  const headerOf = (start: number) => {
    let offset = start;
    const columns: [string, Place][] = [];
    for (const { name, blocks, words } of filters) {
      columns.push([name, { offset, blocks }]);
      offset += words.length;
    }
    return Buffer.from(JSON.stringify({ file, columns: Object.fromEntries(columns) }), "utf8");
  };
  const room = headerOf(2 ** 40).length;
  const header = Buffer.alloc(room, " ");
  headerOf(PREFIX + room).copy(header);
  const prefix = Buffer.alloc(PREFIX);
  MAGIC.copy(prefix);
  prefix.writeUInt32LE(room, 8);
  prefix.writeUInt32LE(crc32c(header), 12);
  return Buffer.concat([prefix, header, ...filters.map(({ words }) => words)]);
}

function headerLength(head: Buffer): number | undefined {
  const isOurs = head.length >= PREFIX && head.subarray(0, MAGIC.length).equals(MAGIC);
  return isOurs ? head.readUInt32LE(8) : undefined;
}

interface Header {
  /** Absent in filters that an older logpipe made. */
  readonly file?: string;
  readonly columns: Readonly<Record<string, Place>>;
}

function decodeHeader(head: Buffer, length: number): Header {
  const header = head.subarray(PREFIX, PREFIX + length);
  if (header.length !== length || crc32c(header) !== head.readUInt32LE(12)) throw new Error("a cut header");
  return JSON.parse(header.toString("utf8")) as Header;
}

/** Filters of files from elsewhere are named by a hash. */
function isOf(file: string, key: string): boolean {
  const name = basename(key, ".bloom");
  return name === file || decodeURIComponent(name) === file || basename(dirname(key)) === ELSEWHERE;
}

function hashOf(value: string): { high: number; low: number } {
  const digest = createHash("md5").update(value, "utf8").digest();
  return { low: digest.readUInt32LE(8), high: digest.readUInt32LE(12) };
}
