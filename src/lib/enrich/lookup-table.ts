/** A table to look keys up in: what its rows add to an event, as text that is ready to be copied. */

/** What an entry costs besides its texts: its place in the map and in the table of offsets. */
const ENTRY_BYTES = 96;
const CHUNK_BYTES = 1 << 20;

export interface LookupTable {
  readonly size: number;
  /** Rows whose key was there already. */
  readonly repeatedKeys: number;
  /** Rows that have no key. */
  readonly withoutKey: number;
  /** About how much memory it takes. */
  readonly bytes: number;
  /** The number of the row with that key, undefined when there is none. */
  find(key: string): number | undefined;
  /** Where its members lie: JSON text `"name":"Ann","plan":"pro"`. */
  readonly chunkOf: (row: number) => Buffer;
  readonly startOf: (row: number) => number;
  readonly endOf: (row: number) => number;
}

/** Thrown by `add` when the table would need more than it may. */
export class TableTooLarge extends Error {
  readonly limitBytes: number;

  constructor(limitBytes: number) {
    super("the table is too large");
    this.limitBytes = limitBytes;
  }
}

/** Of rows with the same key the first counts. */
export class LookupTableBuilder implements LookupTable {
  private readonly rows = new Map<string, number>();
  private readonly chunks: Buffer[] = [];
  /** Of each row: its chunk, start and end. */
  private places = new Uint32Array(3 * 1024);
  private readonly limitBytes: number;
  private chunk = Buffer.alloc(0);
  private used = 0;
  bytes = 0;
  repeatedKeys = 0;
  withoutKey = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get size(): number {
    return this.rows.size;
  }

  /** Throws TableTooLarge. */
  add(key: string | undefined, members: string): void {
    if (key === undefined) {
      this.withoutKey++;
      return;
    }
    if (this.rows.has(key)) {
      this.repeatedKeys++;
      return;
    }
    const length = Buffer.byteLength(members);
    this.bytes += key.length * 2 + length + ENTRY_BYTES;
    if (this.bytes > this.limitBytes) throw new TableTooLarge(this.limitBytes);
    if (this.used + length > this.chunk.length) this.newChunk(length);
    const row = this.rows.size;
    if (row * 3 >= this.places.length) this.growPlaces();
    this.places.set([this.chunks.length - 1, this.used, this.used + length], row * 3);
    this.used += this.chunk.write(members, this.used);
    this.rows.set(key, row);
  }

  find(key: string): number | undefined {
    return this.rows.get(key);
  }

  readonly chunkOf = (row: number): Buffer => this.chunks[this.places[row * 3]!]!;
  readonly startOf = (row: number): number => this.places[row * 3 + 1]!;
  readonly endOf = (row: number): number => this.places[row * 3 + 2]!;

  private newChunk(least: number): void {
    this.chunk = Buffer.allocUnsafeSlow(Math.max(least, CHUNK_BYTES));
    this.chunks.push(this.chunk);
    this.used = 0;
  }

  private growPlaces(): void {
    const larger = new Uint32Array(this.places.length * 2);
    larger.set(this.places);
    this.places = larger;
  }
}
