/** Lines around the ones that are wanted, as grep's -A and -B, and an end after so many, as its -m. */
import type { Rows } from "../../event/rows/rows.js";
import type { State } from "../../pipeline/contract/stage.js";
import { checkStateVersion } from "../../pipeline/contract/state/state-version.js";

export interface SurroundingsSettings {
  /** Lines of context before and after. */
  readonly before: number;
  readonly after: number;
  /** How many wanted lines there are at most; infinity: all. */
  readonly most: number;
}

/** What is kept of lines that may turn out to stand before a wanted one; older ones are given up. */
const HELD_BYTES_MAX = 64 << 20;
const VERSION = 1;

interface Saved {
  readonly version: number;
  readonly found: number;
  readonly owed: number;
  /** The held lines one after the other, and how long each is. */
  readonly held: Uint8Array;
  readonly lengths: Uint32Array;
}

export class Surroundings {
  private readonly settings: SurroundingsSettings;
  /** The row that was the last to be wanted, once it has ended. */
  lastRow = -1;
  private isDone: boolean;
  private found = 0;
  /** Lines still to print behind the last wanted one. */
  private owed = 0;
  /** The last lines of the blocks so far that were not printed: at most as many as `before`. */
  private held: Buffer[] = [];

  constructor(settings: SurroundingsSettings) {
    this.settings = settings;
    this.isDone = settings.most === 0;
  }

  /** Whether nothing more is wanted. */
  hasEnded(): boolean {
    return this.isDone;
  }

  /**
   * Marks the rows around the wanted ones in `wanted` (1: to be printed), and takes back marks beyond the last that is
   * wanted. Returns the lines of earlier blocks that go before the first row.
   */
  widen(rows: Rows, wanted: Uint8Array): readonly Buffer[] {
    let lead: readonly Buffer[] = [];
    let isHeldNext = true;
    for (let row = 0; row < rows.count; row++) {
      if (wanted[row] === 1 && this.found < this.settings.most) {
        this.found++;
        const { marked, bytes } = this.markBefore(rows, wanted, row);
        if (marked === row && isHeldNext) lead = this.release(this.settings.before - marked, bytes);
        this.owed = this.settings.after;
      } else {
        wanted[row] = this.owed > 0 ? 1 : 0;
        if (this.owed > 0) this.owed--;
      }
      if (wanted[row] === 1) {
        isHeldNext = false;
        this.held = [];
      }
      if (this.found < this.settings.most || this.owed > 0) continue;
      this.isDone = true;
      this.lastRow = row;
      break;
    }
    this.hold(rows, wanted);
    return lead;
  }

  /** What goes back to how things are now. */
  snapshot(): () => void {
    const { found, owed, held } = this;
    return () => {
      this.isDone = false;
      this.found = found;
      this.owed = owed;
      this.held = held;
    };
  }

  save(): State {
    const held = new Uint8Array(this.held.reduce((sum, line) => sum + line.length, 0));
    const lengths = Uint32Array.from(this.held, (line) => line.length);
    let at = 0;
    for (const line of this.held) {
      held.set(line, at);
      at += line.length;
    }
    const saved: Saved = { version: VERSION, found: this.found, owed: this.owed, held, lengths };
    return saved;
  }

  load(state: State): void {
    const { version, found, owed, held, lengths } = state as Saved;
    checkStateVersion("filter", version, VERSION);
    this.found = found;
    this.owed = owed;
    let at = 0;
    this.held = Array.from(lengths, (length) => Buffer.from(held.subarray(at, (at += length))));
    this.isDone = found >= this.settings.most && owed === 0;
  }

  /** Marks the unprinted rows before a wanted one. Returns how many, and their bytes. */
  private markBefore(rows: Rows, wanted: Uint8Array, row: number): { marked: number; bytes: number } {
    let marked = 0;
    let bytes = 0;
    for (let n = row - 1; n >= 0 && marked < this.settings.before && wanted[n] === 0; n--) {
      const length = rows.lineEnd(n) - rows.lineStart(n);
      if (bytes + length > HELD_BYTES_MAX) break;
      bytes += length;
      wanted[n] = 1;
      marked++;
    }
    return { marked, bytes };
  }

  /** The last of the held lines, `bytes` of the room being taken. */
  private release(count: number, bytes: number): readonly Buffer[] {
    const lines = count <= 0 ? [] : this.held.slice(-count);
    return withinRoom(lines, HELD_BYTES_MAX - bytes);
  }

  private hold(rows: Rows, wanted: Uint8Array): void {
    const { before } = this.settings;
    if (before === 0 || this.isDone) return;
    let first = rows.count;
    while (first > 0 && wanted[first - 1] === 0 && rows.count - first < before) first--;
    const fresh: Buffer[] = [];
    for (let row = first; row < rows.count; row++)
      fresh.push(Buffer.from(rows.bytes.subarray(rows.lineStart(row), rows.lineEnd(row))));
    const room = before - fresh.length;
    const earlier = first === 0 && room > 0 ? this.held.slice(-room) : [];
    this.held = withinRoom([...earlier, ...fresh], HELD_BYTES_MAX);
  }
}

/** The last lines, as many as have room together. */
function withinRoom(lines: Buffer[], room: number): Buffer[] {
  let left = room;
  let first = lines.length;
  while (first > 0 && lines[first - 1]!.length <= left) left -= lines[--first]!.length;
  return first === 0 ? lines : lines.slice(first);
}
