/**
 * Small numbers for values that come again and again (levels, services, paths): a value's bytes are looked up and never
 * decoded twice. What groups by keys of text uses it.
 *
 * ```ts
 * const texts = new TextPool();
 * const id = texts.of(rows, service, row);     // 0 when the event has no such field
 * texts.raw(id);                               // '"checkout"': the JSON text, for printing
 * texts.text(id);                              // "checkout": decoded; undefined when it is no string
 * ```
 *
 * The same value has the same number as long as `generation` stays the same: a pool that is full forgets everything
 * before it takes the next value, and counts `generation` up. Whoever keeps numbers across calls looks at it (window:
 * never keep them; take numbers, then keep what `raw` says). A string counts as the same however it is escaped; `1` and
 * `1.0` are two values.
 */
import { murmur3 } from "../../base/hash/murmur.js";
import type { Rows } from "./rows.js";

const QUOTE = 0x22;
/** Values made so that their hashes collide empty the pool instead of making it slow. */
const PROBES_MAX = 256;

export class StringInterner {
  /** How often the pool has been emptied. */
  generation = 0;
  private readonly textsMax: number;
  private readonly bytesMax: number;
  private bytes = Buffer.allocUnsafeSlow(16 * 1024);
  private used = 0;
  /** Entry n is the bytes [ends[n - 1], ends[n]); several entries may stand for one value. */
  private ends = new Uint32Array(256);
  private hashes = new Uint32Array(256);
  private ids = new Uint32Array(256);
  private entries = 1;
  /** Entry by hash, 0: free. Its length is a power of two and at least twice the number of entries. */
  private slots = new Uint32Array(1024);
  private readonly raws: string[] = [""];
  private readonly texts: (string | undefined)[] = [undefined];
  private isDecoded = new Uint8Array(256);

  /** Holds at most `textsMax` values of at most `bytesMax` bytes together (default 65,536 and 8 MiB). */
  constructor(textsMax = 65_536, bytesMax = 8 * 1024 * 1024) {
    this.textsMax = textsMax;
    this.bytesMax = bytesMax;
  }

  /**
   * The number of the JSON value of a field, 1 and up; 0 when the event has none. About 15 ns for a value that is
   * known.
   */
  of(rows: Rows, field: number, row: number): number {
    const start = rows.start(field, row);
    if (start !== 0) return this.id(rows.bytes, start, rows.end(field, row));
    const raw = rows.raw(field, row);
    if (raw === undefined) return 0;
    const bytes = Buffer.from(raw);
    return this.id(bytes, 0, bytes.length);
  }

  /** The number of the JSON value whose text is [start, end), which is not empty. */
  id(bytes: Buffer, start: number, end: number): number {
    const hash = murmur3(bytes, start, end, 0);
    const { slots } = this;
    const mask = slots.length - 1;
    for (let slot = hash & mask, probes = 0; probes < PROBES_MAX; slot = (slot + 1) & mask, probes++) {
      const entry = slots[slot]!;
      if (entry === 0) return this.add(bytes, start, end, hash);
      if (this.hashes[entry] === hash && this.isSame(entry, bytes, start, end)) return this.ids[entry]!;
    }
    this.clear();
    return this.add(bytes, start, end, hash);
  }

  /** The JSON text of a value; "" for 0. */
  raw(id: number): string {
    return this.raws[id]!;
  }

  /** The decoded text of a string, undefined for any other value and for 0. The same JS string each time. */
  text(id: number): string | undefined {
    if (this.isDecoded[id] === 1 || id === 0) return this.texts[id];
    const raw = this.raws[id]!;
    this.isDecoded[id] = 1;
    this.texts[id] = raw.charCodeAt(0) === QUOTE ? (JSON.parse(raw) as string) : undefined;
    return this.texts[id];
  }

  /** Values held. */
  get size(): number {
    return this.raws.length - 1;
  }

  private isSame(entry: number, bytes: Buffer, start: number, end: number): boolean {
    const own = this.bytes;
    const from = this.ends[entry - 1]!;
    if (this.ends[entry]! - from !== end - start) return false;
    for (let n = start, at = from; n < end; n++, at++) if (own[at] !== bytes[n]) return false;
    return true;
  }

  private add(bytes: Buffer, start: number, end: number, hash: number): number {
    const length = end - start;
    if (this.entries > this.textsMax || (this.used + length > this.bytesMax && this.entries > 1)) {
      this.clear();
      return this.id(bytes, start, end);
    }
    const raw = bytes.utf8Slice(start, end);
    const id = this.canonicalId(raw);
    // The canonical spelling may have emptied or grown the pool: the place is looked for afterwards.
    const entry = this.entries++;
    this.makeRoom(length);
    bytes.copy(this.bytes, this.used, start, end);
    this.used += length;
    this.ends[entry] = this.used;
    this.hashes[entry] = hash;
    this.ids[entry] = id;
    this.place(entry, hash);
    return id;
  }

  /** The number of a new value, or of the one that is spelled differently. */
  private canonicalId(raw: string): number {
    if (raw.charCodeAt(0) === QUOTE && raw.includes("\\")) {
      const canonical = JSON.stringify(JSON.parse(raw));
      if (canonical !== raw) {
        const spelled = Buffer.from(canonical);
        return this.id(spelled, 0, spelled.length);
      }
    }
    return this.raws.push(raw) - 1;
  }

  private makeRoom(length: number): void {
    if (this.used + length > this.bytes.length) {
      const bigger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.used + length));
      bigger.set(this.bytes.subarray(0, this.used));
      this.bytes = bigger;
    }
    if (this.entries < this.ends.length) return;
    this.ends = grown(this.ends);
    this.hashes = grown(this.hashes);
    this.ids = grown(this.ids);
    const decoded = new Uint8Array(this.isDecoded.length * 2);
    decoded.set(this.isDecoded);
    this.isDecoded = decoded;
    this.slots = new Uint32Array(this.slots.length * 2);
    for (let entry = 1; entry < this.entries - 1; entry++) this.place(entry, this.hashes[entry]!);
  }

  private place(entry: number, hash: number): void {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = entry;
  }

  private clear(): void {
    this.generation++;
    this.used = 0;
    this.entries = 1;
    this.slots.fill(0);
    this.isDecoded.fill(0);
    this.raws.length = 1;
    this.texts.length = 1;
  }
}

function grown(words: Uint32Array): Uint32Array<ArrayBuffer> {
  const bigger = new Uint32Array(words.length * 2);
  bigger.set(words);
  return bigger;
}
