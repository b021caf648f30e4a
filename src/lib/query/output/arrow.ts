/** Results as an Arrow IPC stream: a record batch a chunk, so that memory stays flat. */
import type * as Arrow from "apache-arrow";
import type { Duck, DuckDBType, Vector } from "../duck.js";
import { dataOf, isValid, validityOf } from "../render/bytes.js";
import { readInt128 } from "../render/numbers.js";
import { renderersOf } from "../render/render.js";
import { readBytes } from "../render/strings.js";
import type { Result } from "../result.js";
import type { Write } from "./deliver.js";
import { uniqueNames } from "./text-format.js";

/** How the values of one DuckDB type become Arrow's. */
interface Column {
  readonly type: Arrow.DataType;
  /** Copies the first `count` values out of DuckDB's memory. */
  read(vector: Vector, count: number): Arrow.Data;
}

/**
 * Writes `result` as an Arrow stream. Numbers, times, dates, booleans, strings and blobs have Arrow's own types; lists,
 * structs, maps and rarer types are strings of JSON or text, as in CSV. Resolves false when the reader has gone.
 */
export async function deliverArrow(result: Result, duck: Duck, write: Write): Promise<boolean> {
  const arrow = await import("apache-arrow");
  const columns = result.types.map((type) => columnOf(type, duck, arrow));
  const names = uniqueNames(result.names.map((name) => ({ name })));
  const schema = new arrow.Schema(columns.map(({ type }, k) => new arrow.Field(names[k]!, type, true)));
  const pieces: Uint8Array[] = [];
  class Pieces extends arrow.AsyncByteQueue {
    override write(value: Uint8Array): void {
      if (value.byteLength > 0) pieces.push(value);
    }
  }
  const writer = new arrow.RecordBatchStreamWriter({ autoDestroy: false });
  writer.reset(new Pieces() as never, schema as never);
  for await (const chunk of result.chunks()) {
    const count = chunk.rowCount;
    const children = columns.map((column, k) =>
      column.read(duck.bindings.data_chunk_get_vector(chunk.chunk, k), count),
    );
    const data = arrow.makeData({
      type: new arrow.Struct(schema.fields),
      length: count,
      nullCount: 0,
      children,
    });
    writer.write(new arrow.RecordBatch(schema, data) as never);
    if (!(await write(Buffer.concat(pieces.splice(0))))) return false;
  }
  writer.close();
  return write(Buffer.concat(pieces));
}

function columnOf(type: DuckDBType, duck: Duck, arrow: typeof Arrow): Column {
  const { DuckDBTypeId: Id } = duck.api;
  const fixed = (arrowType: Arrow.DataType, width: number, view: ViewOf) =>
    fixedColumn(duck, arrow, arrowType, width, view);
  switch (type.typeId) {
    case Id.BOOLEAN:
      return booleanColumn(duck, arrow);
    case Id.TINYINT:
      return fixed(new arrow.Int8(), 1, (b) => new Int8Array(b));
    case Id.SMALLINT:
      return fixed(new arrow.Int16(), 2, (b) => new Int16Array(b));
    case Id.INTEGER:
      return fixed(new arrow.Int32(), 4, (b) => new Int32Array(b));
    case Id.BIGINT:
      return fixed(new arrow.Int64(), 8, (b) => new BigInt64Array(b));
    case Id.UTINYINT:
      return fixed(new arrow.Uint8(), 1, (b) => new Uint8Array(b));
    case Id.USMALLINT:
      return fixed(new arrow.Uint16(), 2, (b) => new Uint16Array(b));
    case Id.UINTEGER:
      return fixed(new arrow.Uint32(), 4, (b) => new Uint32Array(b));
    case Id.UBIGINT:
      return fixed(new arrow.Uint64(), 8, (b) => new BigUint64Array(b));
    case Id.FLOAT:
      return fixed(new arrow.Float32(), 4, (b) => new Float32Array(b));
    case Id.DOUBLE:
      return fixed(new arrow.Float64(), 8, (b) => new Float64Array(b));
    case Id.DATE:
      return fixed(new arrow.DateDay(), 4, (b) => new Int32Array(b));
    case Id.TIMESTAMP_S:
      return fixed(new arrow.TimestampSecond(), 8, (b) => new BigInt64Array(b));
    case Id.TIMESTAMP_MS:
      return fixed(new arrow.TimestampMillisecond(), 8, (b) => new BigInt64Array(b));
    case Id.TIMESTAMP:
      return fixed(new arrow.TimestampMicrosecond(), 8, (b) => new BigInt64Array(b));
    case Id.TIMESTAMP_TZ:
      return fixed(new arrow.TimestampMicrosecond("UTC"), 8, (b) => new BigInt64Array(b));
    case Id.TIMESTAMP_NS:
      return fixed(new arrow.TimestampNanosecond("UTC"), 8, (b) => new BigInt64Array(b));
    case Id.HUGEINT:
      return fixed(new arrow.Decimal(0, 38, 128), 16, (b) => new Uint32Array(b));
    case Id.DECIMAL:
      return decimalColumn(duck, arrow, type as DuckDBType & { width: number; scale: number });
    case Id.BLOB:
      return bytesColumn(new arrow.Binary(), arrow, (vector, count) =>
        readBytes(duck, vector, count, (b) => Buffer.from(b)),
      );
    case Id.VARCHAR:
      return bytesColumn(new arrow.Utf8(), arrow, (vector, count) =>
        readBytes(duck, vector, count, (b) => Buffer.from(b)),
      );
    default:
      return textColumn(type, duck, arrow);
  }
}

type ViewOf = (buffer: ArrayBuffer) => unknown;

/** Values whose memory is the same in DuckDB and in Arrow. */
function fixedColumn(
  duck: Duck,
  arrow: typeof Arrow,
  type: Arrow.DataType,
  width: number,
  view: ViewOf,
): Column {
  return {
    type,
    read: (vector, count) => {
      const { buffer, byteOffset } = dataOf(duck, vector, count * width);
      const copy = buffer.slice(byteOffset, byteOffset + count * width) as ArrayBuffer;
      return make(arrow, type, count, validityOf(duck, vector, count), { data: view(copy) });
    },
  };
}

function booleanColumn(duck: Duck, arrow: typeof Arrow): Column {
  const type = new arrow.Bool();
  return {
    type,
    read: (vector, count) => {
      const data = dataOf(duck, vector, count);
      const bits = new Uint8Array(Math.ceil(count / 8));
      for (let i = 0; i < count; i++) if (data.getUint8(i) !== 0) bits[i >> 3]! |= 1 << (i & 7);
      return make(arrow, type, count, validityOf(duck, vector, count), { data: bits });
    },
  };
}

/** DuckDB keeps small decimals in 2, 4 or 8 bytes; Arrow's have 16. */
function decimalColumn(
  duck: Duck,
  arrow: typeof Arrow,
  { width, scale }: { width: number; scale: number },
): Column {
  const type = new arrow.Decimal(scale, width, 128);
  const bytes = width <= 4 ? 2 : width <= 9 ? 4 : width <= 18 ? 8 : 16;
  return {
    type,
    read: (vector, count) => {
      const data = dataOf(duck, vector, count * bytes);
      const wide = new BigInt64Array(count * 2);
      for (let i = 0; i < count; i++) {
        const value = readSigned(data, i * bytes, bytes);
        wide[i * 2] = BigInt.asIntN(64, value);
        wide[i * 2 + 1] = value >> 64n;
      }
      return make(arrow, type, count, validityOf(duck, vector, count), {
        data: new Uint32Array(wide.buffer),
      });
    },
  };
}

function readSigned(data: DataView, at: number, bytes: number): bigint {
  if (bytes === 2) return BigInt(data.getInt16(at, true));
  if (bytes === 4) return BigInt(data.getInt32(at, true));
  return bytes === 8 ? data.getBigInt64(at, true) : readInt128(data, at, true);
}

function textColumn(type: DuckDBType, duck: Duck, arrow: typeof Arrow): Column {
  const { text } = renderersOf(type, duck);
  return bytesColumn(new arrow.Utf8(), arrow, (vector, count) => {
    return text(vector, count).map((cell) => (cell === null ? null : Buffer.from(cell)));
  });
}

function bytesColumn(
  type: Arrow.DataType,
  arrow: typeof Arrow,
  values: (vector: Vector, count: number) => (Buffer | null)[],
): Column {
  return {
    type,
    read: (vector, count) => {
      const cells = values(vector, count);
      const valueOffsets = new Int32Array(count + 1);
      const validity = new Uint8Array(Math.ceil(count / 8));
      for (let i = 0; i < count; i++) {
        valueOffsets[i + 1] = valueOffsets[i]! + (cells[i]?.length ?? 0);
        if (cells[i] !== null) validity[i >> 3]! |= 1 << (i & 7);
      }
      const data = Buffer.concat(cells.filter((cell) => cell !== null));
      return make(arrow, type, count, validity, { valueOffsets, data });
    },
  };
}

function make(
  arrow: typeof Arrow,
  type: Arrow.DataType,
  length: number,
  validity: Uint8Array | undefined,
  buffers: object,
): Arrow.Data {
  let nullCount = 0;
  for (let i = 0; i < length; i++) if (!isValid(validity, i)) nullCount++;
  const nullBitmap =
    nullCount === 0 ? undefined : Uint8Array.prototype.slice.call(validity, 0, Math.ceil(length / 8));
  return arrow.makeData({ type, length, nullCount, nullBitmap, ...buffers } as never) as Arrow.Data;
}
