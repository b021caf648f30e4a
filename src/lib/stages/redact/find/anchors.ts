/** The first pass: where in a block something could be that one of the detectors knows. About 1 GB/s. */
import { assert } from "../../../base/assert.js";
import { kernel } from "../../../kernel/kernel.js";
import type { AnchorShape, Detector } from "../detectors/detector.js";
import { bucketsOf } from "./literal-buckets.js";

export const PLACE_LITERAL = 0;
export const PLACE_STRING = 7;
export const PLACE_ESCAPE = 8;
export const PLACE_ENCODING = 9;
/** The kernel's numbers of shapes, and of the bits that ask for them. */
const SHAPES: Readonly<Record<AnchorShape, number>> = {
  at: 1,
  number: 2,
  ipv4: 3,
  ipv6: 4,
  iban: 5,
  uuid: 6,
};
const IS_JSON = 1;
const LITERALS = 2;
const STRINGS = 256;
const ENCODINGS = 512;

const SLOTS = 1024;
const SLOT_WORDS = 3;
const LOOKUP_BYTES = 128;
const FILTER_BYTES = 8192;
const HASH = 0x9e3779b1;
const ROOM_BYTES = 1 << 20;
const GROUPS_MAX = 700;

/** What asks for a place: a detector, or the rules of field names. */
export interface Asker {
  readonly literals?: readonly string[];
  readonly prefixes?: readonly string[];
  readonly words?: readonly string[];
  readonly shapes?: readonly AnchorShape[];
  /** Whether it wants to see every string. */
  readonly wantsStrings?: boolean;
}

/** A literal, and whose: the number of the asker. */
export interface Literal {
  readonly text: string;
  readonly isAnyCase: boolean;
  /** Whether it only counts where a word begins. */
  readonly startsWord: boolean;
  readonly asker: number;
}

/** Three words a place: offset, kind and group, offset of the JSON string it is in (-1: none, or plain text). */
export type Places = Int32Array;
export const PLACE_WORDS = 3;

/** Tables of the sets of literals that were asked for last: one takes milliseconds, and a set is asked for again. */
const TABLES = new Map<string, Buffer>();
const TABLES_MAX = 8;

function knownTable(groups: readonly (readonly Literal[])[]): Buffer {
  const key = JSON.stringify(groups);
  const table = TABLES.get(key) ?? tableOf(groups);
  if (TABLES.size >= TABLES_MAX) TABLES.clear();
  TABLES.set(key, table);
  return table;
}

export class Anchors {
  /** By kind: the askers of a shape. */
  readonly byShape: readonly (readonly number[])[];
  /** By group: the literals that begin with the same three bytes. */
  readonly groups: readonly (readonly Literal[])[];
  /** The askers that want to see every string. */
  readonly ofStrings: readonly number[];
  private readonly wanted: number;
  private readonly table: Buffer;

  constructor(askers: readonly (Asker | Detector)[]) {
    const byShape: number[][] = Array.from({ length: 9 }, () => []);
    const groups = new Map<string, Literal[]>();
    askers.forEach((asker, index) => {
      for (const shape of asker.shapes ?? []) byShape[SHAPES[shape]]!.push(index);
      const add = (texts: readonly string[] = [], isAnyCase: boolean, startsWord: boolean) => {
        for (const text of texts) addTo(groups, { text, isAnyCase, startsWord, asker: index });
      };
      add(asker.literals, false, false);
      add(asker.prefixes, false, true);
      add(asker.words, true, false);
    });
    this.byShape = byShape;
    this.groups = [...groups.values()];
    this.ofStrings = askers.flatMap((asker, index) =>
      "wantsStrings" in asker && asker.wantsStrings === true ? [index] : [],
    );
    assert(this.groups.length <= GROUPS_MAX, "too many literals for one pass");
    this.wanted = byShape.reduce(
      (bits, of, kind) => (of.length > 0 ? bits | (1 << (kind + 1)) : bits),
      ENCODINGS | (this.groups.length > 0 ? LITERALS : 0) | (this.ofStrings.length > 0 ? STRINGS : 0),
    );
    this.table = knownTable(this.groups);
  }

  /**
   * The places in `bytes`, in order up to a few bytes. `isJson`: whole lines of valid JSON, whose strings are told
   * apart; a place is then in a string, or a number outside of one. Otherwise all of it is text.
   */
  find(bytes: Uint8Array, isJson: boolean): Places {
    const k = kernel();
    const { exports } = k;
    const at = k.load(bytes, ROOM_BYTES + 256);
    k.bytes[at - 1] = 0x0a;
    k.bytes.set(this.table, exports.anchorsTableAt());
    const out = exports.outputAt(bytes.length);
    const end = at + bytes.length;
    const parts: Int32Array[] = [];
    exports.anchorsStart();
    for (let from = at; from < end; ) {
      from = exports.anchors(from, end, out, ROOM_BYTES, this.wanted | (isJson ? IS_JSON : 0));
      const part = new Int32Array(k.words.slice(out >> 2, exports.anchorsEnd() >> 2).buffer);
      for (let n = 0; n < part.length; n += PLACE_WORDS) {
        part[n]! -= at;
        const start = part[n + 2]!;
        part[n + 2] = start === 0 ? -1 : start - at;
      }
      parts.push(part);
    }
    return parts.length === 1 ? parts[0]! : joined(parts);
  }
}

function addTo(groups: Map<string, Literal[]>, literal: Literal): void {
  assert(literal.text.length >= 3, `"${literal.text}" is too short to be looked for`);
  const key = lower(literal.text.slice(0, 3));
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [literal]);
  else group.push(literal);
}

/** As the kernel does: bit 5 set, which makes letters small. */
function lower(text: string): string {
  return String.fromCharCode(...[...text].map((c) => c.charCodeAt(0) | 0x20));
}

/** Eight lookups of sixteen bytes, then the hash table (kernel/assembly/anchors.ts has the drawing). */
function tableOf(groups: readonly (readonly Literal[])[]): Buffer {
  const table = Buffer.alloc(LOOKUP_BYTES + FILTER_BYTES + SLOTS * SLOT_WORDS * 4);
  const buckets = bucketsOf(groups);
  groups.forEach((literals, group) => {
    const bit = 1 << buckets[group]!;
    for (const { text, isAnyCase } of literals) {
      for (let n = 0; n < 4; n++) {
        if (n === text.length) {
          for (let half = 0; half < 32; half++) table[n * 32 + half]! |= bit;
          continue;
        }
        for (const byte of casesOf(text.charCodeAt(n), isAnyCase)) {
          table[n * 32 + (byte & 15)]! |= bit;
          table[n * 32 + 16 + (byte >> 4)]! |= bit;
        }
      }
    }
    for (const { text } of literals) putFilter(table, text);
    putSlot(table, literals, group);
  });
  return table;
}

/** Sets the bits of the four bytes that the literal begins with; of the fourth that may follow one of three, all. */
function putFilter(table: Buffer, text: string): void {
  const [a = 0, b = 0, c = 0] = [...text].map((letter) => letter.charCodeAt(0) | 0x20);
  const fourths = text.length > 3 ? [text.charCodeAt(3)] : Array.from({ length: 256 }, (_, byte) => byte);
  for (const fourth of fourths) {
    const hash = Math.imul(a | (b << 8) | (c << 16) | ((fourth | 0x20) << 24), HASH) >>> 16;
    table[LOOKUP_BYTES + (hash >> 3)]! |= 1 << (hash & 7);
  }
}

function putSlot(table: Buffer, literals: readonly Literal[], group: number): void {
  const [a = 0, b = 0, c = 0] = [...lower(literals[0]!.text.slice(0, 3))].map((letter) =>
    letter.charCodeAt(0),
  );
  const key = a | (b << 8) | (c << 16) | (1 << 24);
  let fourth = 0;
  for (const { text } of literals) {
    fourth |= text.length === 3 ? -1 : 1 << ((text.charCodeAt(3) | 0x20) & 31);
  }
  let slot = Math.imul(key, HASH) >>> 22;
  const at = () => LOOKUP_BYTES + FILTER_BYTES + slot * SLOT_WORDS * 4;
  while (table.readUInt32LE(at()) !== 0) slot = (slot + 1) & (SLOTS - 1);
  table.writeUInt32LE(key, at());
  table.writeUInt32LE(group, at() + 4);
  table.writeInt32LE(fourth, at() + 8);
}

function casesOf(byte: number, isAnyCase: boolean): readonly number[] {
  const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  return isAnyCase && isLetter ? [byte | 0x20, byte & ~0x20] : [byte];
}

function joined(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
