/**
 * How many different values a stream has, in at most 16 KiB: HyperLogLog (Flajolet et al. 2007) with 2^14 registers,
 * few of them kept as a list until they are many, estimated after Ertl ("New cardinality estimation algorithms for
 * HyperLogLog sketches", arXiv:1702.01284, algorithm 6), which needs no correction tables at any count.
 *
 * ```ts
 * const users = new Distinct();
 * for (const id of ["ann", "bob", "ann"]) users.addText(id);
 * users.estimate();   // 2
 * ```
 *
 * Error: 0.81 % standard error; below about 2,000 values nearly exact.
 */
import { hashBytes, hashed, hashText } from "./hash.js";

export const PRECISION = 14;
const REGISTERS = 1 << PRECISION;
/** Ranks are 1 to 51: leading zeros of the 50 bits behind the register's number, and one. */
const RANK_MAX = 64 - PRECISION + 1;
/** Entries of the list before registers take less room. */
const LIST_MAX = 2048;
/** As many entries are looked through one by one. */
const SHORT_MAX = 8;

export class Distinct {
  /** `register * 64 + rank` of each register that is not 0: the first few in order of arrival. */
  private short: number[] = [];
  /** Beyond those: the same in open addressing by register, 0: free. */
  private list: Int32Array | undefined;
  private used = 0;
  /** Beyond the list: the rank of each register. */
  private registers: Uint8Array | undefined;

  addText(text: string): void {
    hashText(text);
    this.addHash(hashed.high, hashed.low);
  }

  /** The value that bytes [start, end) spell; the same as `addText` of their text. */
  addBytes(bytes: Uint8Array, start: number, end: number): void {
    hashBytes(bytes, start, end);
    this.addHash(hashed.high, hashed.low);
  }

  /** A hash of 64 good bits, as `hash.ts` gives it. */
  addHash(high: number, low: number): void {
    const register = high >>> (32 - PRECISION);
    const rest = high << PRECISION;
    const zeros = rest === 0 ? 32 - PRECISION + Math.clz32(low) : Math.clz32(rest);
    this.raise(register, Math.min(zeros + 1, RANK_MAX));
  }

  merge(other: Distinct): void {
    other.each((register, rank) => this.raise(register, rank));
  }

  /** Not rounded. */
  estimate(): number {
    const counts = new Float64Array(RANK_MAX + 1);
    let others = 0;
    this.each((_register, rank) => {
      counts[rank]!++;
      others++;
    });
    counts[0] = REGISTERS - others;
    let z = REGISTERS * tau(1 - counts[RANK_MAX]! / REGISTERS);
    for (let rank = RANK_MAX - 1; rank >= 1; rank--) z = 0.5 * (z + counts[rank]!);
    z += REGISTERS * sigma(counts[0] / REGISTERS);
    return (REGISTERS * REGISTERS) / (2 * Math.LN2 * z);
  }

  /**
   * A JSON string for events and the SQL macros of `query`: `"s12345,67890"`, the entries `register * 64 + rank` by
   * rising register, or `"d"` and one character a register, `0` plus its rank, once that is shorter.
   */
  toJson(): string {
    const entries = this.entries();
    if (entries.length <= LIST_MAX) return `"s${entries.join(",")}"`;
    const text = Buffer.alloc(REGISTERS, 0x30);
    for (const entry of entries) text[entry >> 6] = 0x30 + (entry & 63);
    return `"d${JSON.stringify(text.latin1Slice()).slice(1, -1)}"`;
  }

  /** Undefined when the text is no such sketch. */
  static fromJson(json: string): Distinct | undefined {
    const text = stringOf(json);
    const made = new Distinct();
    if (text === "s") return made;
    if (text?.startsWith("s")) {
      for (const entry of text.slice(1).split(",")) if (!made.take(Number(entry))) return undefined;
      return made;
    }
    if (!text?.startsWith("d") || text.length !== REGISTERS + 1) return undefined;
    for (let register = 0; register < REGISTERS; register++) {
      const rank = text.charCodeAt(register + 1) - 0x30;
      if (rank !== 0 && !made.take(register * 64 + rank)) return undefined;
    }
    return made;
  }

  save(): Int32Array {
    return Int32Array.from(this.entries());
  }

  static load(saved: Int32Array): Distinct {
    const made = new Distinct();
    for (const entry of saved) made.take(entry);
    return made;
  }

  /** About, in bytes. */
  get memoryBytes(): number {
    return 96 + 8 * this.short.length + 4 * (this.list?.length ?? 0) + (this.registers?.length ?? 0);
  }

  private take(entry: number): boolean {
    const isEntry = Number.isInteger(entry) && entry > 0 && entry >> 6 < REGISTERS;
    if (!isEntry || (entry & 63) === 0 || (entry & 63) > RANK_MAX) return false;
    this.raise(entry >> 6, entry & 63);
    return true;
  }

  private raise(register: number, rank: number): void {
    if (this.registers !== undefined) {
      if (this.registers[register]! < rank) this.registers[register] = rank;
    } else if (this.list !== undefined) this.raiseInList(this.list, register, rank);
    else this.raiseInShort(register, rank);
  }

  private raiseInShort(register: number, rank: number): void {
    const { short } = this;
    for (let i = 0; i < short.length; i++) {
      if (short[i]! >> 6 !== register) continue;
      if ((short[i]! & 63) < rank) short[i] = register * 64 + rank;
      return;
    }
    if (short.length < SHORT_MAX) short.push(register * 64 + rank);
    else {
      this.growList(4 * SHORT_MAX, short);
      this.short = [];
      this.raise(register, rank);
    }
  }

  private raiseInList(list: Int32Array, register: number, rank: number): void {
    const mask = list.length - 1;
    let slot = Math.imul(register, 0x9e3779b1) & mask;
    while (list[slot] !== 0 && list[slot]! >> 6 !== register) slot = (slot + 1) & mask;
    if (list[slot] !== 0) {
      if ((list[slot]! & 63) < rank) list[slot] = register * 64 + rank;
      return;
    }
    list[slot] = register * 64 + rank;
    if (++this.used * 2 <= list.length) return;
    if (this.used < LIST_MAX) this.growList(2 * list.length, list);
    else this.spread(list);
  }

  private spread(list: Int32Array): void {
    const registers = new Uint8Array(REGISTERS);
    for (const entry of list) if (entry !== 0) registers[entry >> 6] = entry & 63;
    this.registers = registers;
    this.list = undefined;
  }

  private growList(length: number, entries: ArrayLike<number>): void {
    const list = new Int32Array(length);
    this.list = list;
    this.used = 0;
    for (let i = 0; i < entries.length; i++) {
      if (entries[i] !== 0) this.raiseInList(list, entries[i]! >> 6, entries[i]! & 63);
    }
  }

  private each(visit: (register: number, rank: number) => void): void {
    for (const entry of this.short) visit(entry >> 6, entry & 63);
    for (const entry of this.list ?? []) if (entry !== 0) visit(entry >> 6, entry & 63);
    this.registers?.forEach((rank, register) => {
      if (rank !== 0) visit(register, rank);
    });
  }

  /** By rising register. */
  private entries(): number[] {
    const entries: number[] = [];
    this.each((register, rank) => entries.push(register * 64 + rank));
    return this.registers === undefined ? entries.sort((a, b) => a - b) : entries;
  }
}

/** sigma(x) = x + sum of x^(2^k) 2^(k-1), infinite at 1. */
function sigma(start: number): number {
  if (start === 1) return Infinity;
  let x = start;
  let y = 1;
  let z = x;
  for (let before = Number.NaN; before !== z; y += y) {
    x *= x;
    before = z;
    z += x * y;
  }
  return z;
}

/** tau(x) = (1 - x - sum of (1 - x^(2^-k))^2 2^-k) / 3. */
function tau(start: number): number {
  if (start === 0 || start === 1) return 0;
  let x = start;
  let y = 1;
  let z = 1 - x;
  for (let before = Number.NaN; before !== z; ) {
    x = Math.sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}

function stringOf(json: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
