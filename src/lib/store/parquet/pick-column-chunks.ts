/**
 * The best of two Parquet files with the same rows in the same order and the same row groups, written with different
 * settings: of every column chunk the smaller one, or the second one's where the first has an encoding that not every
 * engine reads. Random ids want another encoding and level than messages or numbers do, and DuckDB has one setting a
 * file. Source: parquet.thrift of apache/parquet-format.
 */
import type { Files, OpenFile } from "../../base/files.js";
import {
  decodeThrift,
  encodeThrift,
  type ThriftList,
  type ThriftStruct,
  type ThriftValue,
} from "./thrift.js";

const MAGIC = Buffer.from("PAR1", "latin1");
const CHUNK_BYTES = 4 * 1024 * 1024;

/** Field ids of parquet.thrift. */
const FILE = { schema: 2, rows: 3, rowGroups: 4 } as const;
const GROUP = { columns: 1, totalBytes: 2, rows: 3, fileOffset: 5, compressedBytes: 6 } as const;
const COLUMN = { fileOffset: 2, metadata: 3, firstIndex: 4, lastIndex: 7 } as const;
const CHUNK = {
  encodings: 2,
  uncompressedBytes: 6,
  compressedBytes: 7,
  dataPage: 9,
  indexPage: 10,
  dictionaryPage: 11,
  bloomOffset: 14,
  bloomLength: 15,
} as const;

interface Source {
  readonly file: OpenFile;
  readonly footer: ThriftStruct;
}

/**
 * Writes the file `to`, not synced. False, and nothing is written: the two do not have the same schema and row groups.
 * That the rows are in the same order is the caller's promise.
 */
export async function spliceParquet(
  files: Files,
  from: readonly [string, string],
  to: string,
): Promise<boolean> {
  const [one, two] = [await files.open(from[0], "read"), await files.open(from[1], "read")];
  try {
    const sources = [await openSource(one), await openSource(two)] as const;
    if (!areAlike(sources[0].footer, sources[1].footer)) return false;
    const target = await files.open(to, "create");
    try {
      await writeBest(sources, new Target(target));
    } finally {
      await target.close();
    }
    return true;
  } finally {
    await one.close();
    await two.close();
  }
}

async function openSource(file: OpenFile): Promise<Source> {
  const size = await file.size();
  const tail = await file.read(size - 8, 8);
  const length = tail.readUInt32LE(0);
  return { file, footer: decodeThrift(await file.read(size - 8 - length, length)) };
}

/** The same columns, and row groups with the same numbers of rows. */
function areAlike(a: ThriftStruct, b: ThriftStruct): boolean {
  const only = (footer: ThriftStruct) =>
    encodeThrift(new Map([...footer].filter(([id]) => id === FILE.schema || id === FILE.rows)));
  const rows = (footer: ThriftStruct) => groupsOf(footer).map((group) => numberOf(group, GROUP.rows));
  return only(a).equals(only(b)) && rows(a).join() === rows(b).join();
}

/** Appends to a file and knows where it is. */
class Target {
  readonly #file: OpenFile;
  offset = 0;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  async write(bytes: Buffer): Promise<void> {
    await this.#file.write([bytes], this.offset);
    this.offset += bytes.length;
  }

  async copy(from: OpenFile, offset: number, length: number): Promise<void> {
    for (let done = 0; done < length; done += CHUNK_BYTES) {
      const bytes = await from.read(offset + done, Math.min(CHUNK_BYTES, length - done));
      await this.write(bytes);
    }
  }
}

interface Chosen {
  readonly source: Source;
  readonly column: ThriftStruct;
  readonly chunk: ThriftStruct;
}

async function writeBest(sources: readonly [Source, Source], target: Target): Promise<void> {
  await target.write(MAGIC);
  const groups = groupsOf(sources[0].footer);
  const others = groupsOf(sources[1].footer);
  const all: Chosen[] = [];
  for (const [i, group] of groups.entries()) {
    const start = target.offset;
    const chosen = chooseColumns(sources, group, others[i]!);
    for (const choice of chosen) await copyChunk(choice, target);
    setNumber(group, GROUP.totalBytes, sumOf(chosen, CHUNK.uncompressedBytes));
    setNumber(group, GROUP.compressedBytes, sumOf(chosen, CHUNK.compressedBytes));
    setNumber(group, GROUP.fileOffset, start);
    const columns = listOf(group, GROUP.columns);
    columns.items.splice(0, columns.items.length, ...chosen.map(({ column }) => column));
    all.push(...chosen);
  }
  for (const choice of all) await copyBloom(choice, target);
  const footer = encodeThrift(sources[0].footer);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  await target.write(Buffer.concat([footer, length, MAGIC]));
}

function chooseColumns(sources: readonly [Source, Source], one: ThriftStruct, two: ThriftStruct): Chosen[] {
  const others = listOf(two, GROUP.columns).items;
  return listOf(one, GROUP.columns).items.map((item, i) => {
    const [a, b] = [chunkOf(sources[0], item), chunkOf(sources[1], others[i]!)];
    const isSmaller = numberOf(b.chunk, CHUNK.compressedBytes) < numberOf(a.chunk, CHUNK.compressedBytes);
    return isSmaller || isSplit(a.chunk) ? b : a;
  });
}

/** Spark cannot read this encoding of doubles ("Unsupported encoding: BYTE_STREAM_SPLIT", 4.0). */
const BYTE_STREAM_SPLIT = 9;

function isSplit(chunk: ThriftStruct): boolean {
  return listOf(chunk, CHUNK.encodings).items.some((encoding) => Number(encoding) === BYTE_STREAM_SPLIT);
}

function chunkOf(source: Source, item: ThriftValue): Chosen {
  const column = item as ThriftStruct;
  return { source, column, chunk: column.get(COLUMN.metadata)!.value as ThriftStruct };
}

/** Copies the pages and makes the offsets say where they are now. */
async function copyChunk({ source, column, chunk }: Chosen, target: Target): Promise<void> {
  const pages = [CHUNK.dictionaryPage, CHUNK.dataPage, CHUNK.indexPage].filter(
    (id) => chunk.has(id) && numberOf(chunk, id) > 0,
  );
  const start = Math.min(...pages.map((id) => numberOf(chunk, id)));
  const moved = target.offset - start;
  await target.copy(source.file, start, numberOf(chunk, CHUNK.compressedBytes));
  for (const id of pages) setNumber(chunk, id, numberOf(chunk, id) + moved);
  setNumber(column, COLUMN.fileOffset, 0);
  // Page indexes are elsewhere in the file and only help readers; DuckDB writes none.
  for (let id: number = COLUMN.firstIndex; id <= COLUMN.lastIndex; id++) column.delete(id);
}

async function copyBloom({ source, chunk }: Chosen, target: Target): Promise<void> {
  if (!chunk.has(CHUNK.bloomOffset)) return;
  if (!chunk.has(CHUNK.bloomLength)) {
    chunk.delete(CHUNK.bloomOffset);
    return;
  }
  const start = target.offset;
  await target.copy(source.file, numberOf(chunk, CHUNK.bloomOffset), numberOf(chunk, CHUNK.bloomLength));
  setNumber(chunk, CHUNK.bloomOffset, start);
}

function groupsOf(footer: ThriftStruct): ThriftStruct[] {
  return listOf(footer, FILE.rowGroups).items as ThriftStruct[];
}

function listOf(struct: ThriftStruct, id: number): ThriftList {
  return struct.get(id)!.value as ThriftList;
}

function numberOf(struct: ThriftStruct, id: number): number {
  return Number(struct.get(id)!.value);
}

/** Leaves out a field that the file does not have: all of them are optional, or there. */
function setNumber(struct: ThriftStruct, id: number, value: number): void {
  const field = struct.get(id);
  if (field !== undefined) struct.set(id, { ...field, value });
}

function sumOf(chosen: readonly Chosen[], id: number): number {
  return chosen.reduce((sum, { chunk }) => sum + numberOf(chunk, id), 0);
}
