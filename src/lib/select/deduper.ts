import { Block } from "../event/block.js";
import { Event } from "../event/event.js";
import { timeMs } from "../event/instant.js";
import { FieldSet, type Rows } from "../event/rows.js";
import { EventReader } from "../stage/event-reader.js";
import type { Emit, StageContext, State, Transform } from "../stage/stage.js";
import { checkStateVersion } from "../stage/state-version.js";
import { AgingMap } from "./aging-map.js";
import { EventKey } from "./event-key.js";
import { LinesOut } from "./lines-out.js";
import { StreamClock } from "./stream-clock.js";

export interface DeduperSettings {
  /** Empty: the whole line. */
  readonly by: readonly string[];
  readonly withinMs: number;
  readonly timeField: string;
  /** Whether what was left out is said in an event of its own. */
  readonly isCounting: boolean;
  readonly keysMax: number;
  /** Of the keys and the events kept for their counts. */
  readonly memoryBytes: number;
}

/** A key that has been seen. */
interface Seen {
  /** When its first event was. */
  readonly firstMs: number;
  repeats: number;
  /** With counts: the first repeat's line, which the count is added to, and the JSON text of the last one's time. */
  line: string;
  lastTime: string;
}

const VERSION = 1;
/** What an entry takes beside its texts: measured, Node 20. */
const ENTRY_BYTES = 150;

/** Passes the first event of each key and leaves out the ones that repeat it within a span of time. */
export class Deduper implements Transform {
  private readonly settings: DeduperSettings;
  private readonly context: StageContext;
  private readonly reader: EventReader;
  private readonly key: EventKey | undefined;
  private readonly time: number;
  private readonly out = new LinesOut();
  /** In the order in which they are forgotten. */
  private readonly seen = new AgingMap<Seen>();
  private usedBytes = 0;
  private readonly clock = new StreamClock();

  constructor(settings: DeduperSettings, context: StageContext) {
    this.settings = settings;
    this.context = context;
    const fields = new FieldSet();
    this.key = settings.by.length === 0 ? undefined : new EventKey(settings.by, fields);
    this.time = fields.add(settings.timeField);
    this.reader = new EventReader(fields, context);
  }

  push(block: Block, emit: Emit): boolean {
    const rows = this.reader.read(block);
    let repeated = 0;
    for (let row = 0; row < rows.count; row++) {
      const ownMs = timeMs(rows, this.time, row);
      const clockMs = this.clock.after(ownMs);
      this.forgetExpired(clockMs);
      if (this.isRepeat(rows, row, Number.isNaN(ownMs) ? clockMs : ownMs)) repeated++;
      else this.out.keep(rows.bytes, rows.lineStart(row), rows.lineEnd(row));
    }
    this.context.count("kept", rows.count - repeated);
    this.context.count("repeated", repeated);
    return emit(new Block(this.out.take(), undefined, block.position));
  }

  end(emit: Emit): void {
    for (const [, seen] of this.seen) this.tell(seen);
    this.seen.clear();
    this.usedBytes = 0;
    const bytes = this.out.take();
    if (bytes.length > 0) emit(new Block(bytes));
  }

  save(): State {
    const entries = [...this.seen];
    const all = entries.map(([, seen]) => seen);
    return {
      version: VERSION,
      clock: this.clock.save(),
      keys: entries.map(([key]) => key),
      firstMs: Float64Array.from(all, ({ firstMs }) => firstMs),
      repeats: Float64Array.from(all, ({ repeats }) => repeats),
      lines: all.map(({ line }) => line),
      lastTimes: all.map(({ lastTime }) => lastTime),
    };
  }

  load(state: State): void {
    const saved = state as Saved;
    checkStateVersion("dedupe", saved.version, VERSION);
    this.clock.load(saved.clock);
    for (const [n, key] of saved.keys.entries()) {
      const seen = {
        firstMs: saved.firstMs[n]!,
        repeats: saved.repeats[n]!,
        line: saved.lines[n]!,
        lastTime: saved.lastTimes[n]!,
      };
      this.seen.add(key, seen);
      this.usedBytes += bytesOf(key, seen);
    }
  }

  /** Whether the event repeats one that was kept; else it is the first of its key from now on. */
  private isRepeat(rows: Rows, row: number, ms: number): boolean {
    const key =
      this.key === undefined
        ? rows.bytes.latin1Slice(rows.lineStart(row), rows.lineEnd(row) - 1)
        : this.key.of(rows, row);
    if (key === undefined) {
      this.context.count("without_key");
      return false;
    }
    const seen = this.seen.get(key);
    if (seen !== undefined) {
      if (!this.isOver(seen, ms)) {
        this.note(key, seen, rows, row);
        return true;
      }
      this.forget(key, seen);
    }
    const first: Seen = { firstMs: ms, repeats: 0, line: "", lastTime: "" };
    this.seen.add(key, first);
    this.usedBytes += bytesOf(key, first);
    this.makeRoom();
    return false;
  }

  private note(key: string, seen: Seen, rows: Rows, row: number): void {
    seen.repeats++;
    if (!this.settings.isCounting) return;
    const before = bytesOf(key, seen);
    if (seen.repeats === 1) seen.line = rows.bytes.utf8Slice(rows.lineStart(row), rows.lineEnd(row) - 1);
    seen.lastTime = rows.raw(this.time, row) ?? "";
    this.usedBytes += bytesOf(key, seen) - before;
    this.makeRoom();
  }

  /** Keys are about in the order of their times. */
  private forgetExpired(clockMs: number): void {
    for (let { oldest } = this.seen; oldest !== undefined && this.isOver(oldest.value, clockMs); ) {
      this.forget(oldest.key, oldest.value);
      oldest = this.seen.oldest;
    }
  }

  /** Whether the span of a key does not reach to `ms`, on either side. Without times it never ends. */
  private isOver({ firstMs }: Seen, ms: number): boolean {
    return Math.abs(ms - firstMs) >= this.settings.withinMs;
  }

  /** Forgets the oldest keys while there are too many. */
  private makeRoom(): void {
    const { keysMax, memoryBytes } = this.settings;
    while (this.seen.size > keysMax || this.usedBytes > memoryBytes) {
      const { oldest } = this.seen;
      if (oldest === undefined) return;
      this.context.count("forgotten_early");
      this.forget(oldest.key, oldest.value);
    }
  }

  private forget(key: string, seen: Seen): void {
    this.tell(seen);
    this.seen.delete(key);
    this.usedBytes -= bytesOf(key, seen);
  }

  /** Writes what was left out of a key. */
  private tell({ repeats, line, lastTime }: Seen): void {
    if (!this.settings.isCounting || repeats === 0) return;
    const event = Event.parse(line) as Event;
    event.setRaw("repeated", String(repeats));
    if (lastTime !== "") event.setRaw("repeated_until", lastTime);
    this.out.add(`${event.toString()}\n`);
  }
}

interface Saved {
  readonly version: unknown;
  readonly clock: readonly number[];
  readonly keys: readonly string[];
  readonly firstMs: Float64Array;
  readonly repeats: Float64Array;
  readonly lines: readonly string[];
  readonly lastTimes: readonly string[];
}

function bytesOf(key: string, { line, lastTime }: Seen): number {
  return ENTRY_BYTES + key.length + line.length + lastTime.length;
}
