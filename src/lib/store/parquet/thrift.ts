/**
 * The compact protocol of Apache Thrift, as far as the footers of Parquet files need it: any struct to a tree of fields
 * and back, so that fields nobody here knows of survive. Source: "Thrift Compact protocol encoding" of apache/thrift.
 */

/** A field's value. Integers are numbers where float64 holds them exactly, else bigints. */
export type ThriftValue = boolean | number | bigint | Buffer | ThriftList | ThriftStruct;

export interface ThriftList {
  readonly elementType: number;
  readonly items: ThriftValue[];
}

/** By field id, in the order of the file. */
export type ThriftStruct = Map<number, ThriftField>;

export interface ThriftField {
  readonly type: number;
  readonly value: ThriftValue;
}

const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I16 = 4;
const I32 = 5;
export const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const SET = 10;
const STRUCT = 12;

/** Throws RangeError for bytes that are no such struct. */
export function decodeThrift(bytes: Buffer): ThriftStruct {
  return new Reader(bytes).struct();
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  struct(): ThriftStruct {
    const fields: ThriftStruct = new Map();
    let id = 0;
    for (;;) {
      const head = this.#byte();
      if (head === 0) return fields;
      const delta = head >> 4;
      id = delta === 0 ? Number(this.#zigzag()) : id + delta;
      const type = head & 15;
      const value = type === TRUE || type === FALSE ? type === TRUE : this.#value(type);
      fields.set(id, { type, value });
    }
  }

  #value(type: number): ThriftValue {
    switch (type) {
      case TRUE:
      case FALSE:
        return this.#byte() === TRUE;
      case BYTE:
        return this.#byte();
      case I16:
      case I32:
      case I64:
        return this.#zigzag();
      case DOUBLE:
        return this.#take(8);
      case BINARY:
        return this.#take(Number(this.#varint()));
      case LIST:
      case SET:
        return this.#list();
      case STRUCT:
        return this.struct();
      default:
        throw new RangeError(`thrift type ${type} in a footer`);
    }
  }

  #list(): ThriftList {
    const head = this.#byte();
    const elementType = head & 15;
    const count = head >> 4 === 15 ? Number(this.#varint()) : head >> 4;
    if (count > this.#bytes.length) throw new RangeError("a list longer than its bytes");
    const items: ThriftValue[] = [];
    for (let i = 0; i < count; i++) items.push(this.#value(elementType));
    return { elementType, items };
  }

  #byte(): number {
    if (this.#at >= this.#bytes.length) throw new RangeError("a footer that ends early");
    return this.#bytes[this.#at++]!;
  }

  #take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new RangeError("a footer that ends early");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new RangeError("a number of more than 64 bits");
  }

  #zigzag(): number | bigint {
    const raw = this.#varint();
    const value = (raw >> 1n) ^ -(raw & 1n);
    const short = Number(value);
    return Number.isSafeInteger(short) ? short : value;
  }
}

export function encodeThrift(fields: ThriftStruct): Buffer {
  const parts: Buffer[] = [];
  writeStruct(fields, parts);
  return Buffer.concat(parts);
}

function writeStruct(fields: ThriftStruct, parts: Buffer[]): void {
  let before = 0;
  for (const [id, { type, value }] of fields) {
    const shown = type === TRUE || type === FALSE ? (value === true ? TRUE : FALSE) : type;
    const delta = id - before;
    if (delta > 0 && delta < 16) parts.push(Buffer.of((delta << 4) | shown));
    else parts.push(Buffer.of(shown), zigzag(id));
    before = id;
    if (type !== TRUE && type !== FALSE) writeValue(type, value, parts);
  }
  parts.push(Buffer.of(0));
}

function writeValue(type: number, value: ThriftValue, parts: Buffer[]): void {
  if (type === TRUE || type === FALSE) parts.push(Buffer.of(value === true ? TRUE : FALSE));
  else if (type === BYTE) parts.push(Buffer.of(value as number));
  else if (type === I16 || type === I32 || type === I64) parts.push(zigzag(value as number | bigint));
  else if (type === DOUBLE) parts.push(value as Buffer);
  else if (type === BINARY) parts.push(varint(BigInt((value as Buffer).length)), value as Buffer);
  else if (type === STRUCT) writeStruct(value as ThriftStruct, parts);
  else writeList(value as ThriftList, parts);
}

function writeList({ elementType, items }: ThriftList, parts: Buffer[]): void {
  if (items.length < 15) parts.push(Buffer.of((items.length << 4) | elementType));
  else parts.push(Buffer.of(0xf0 | elementType), varint(BigInt(items.length)));
  for (const item of items) writeValue(elementType, item, parts);
}

function zigzag(value: number | bigint): Buffer {
  const n = BigInt(value);
  return varint(n >= 0n ? n << 1n : (-n << 1n) - 1n);
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
