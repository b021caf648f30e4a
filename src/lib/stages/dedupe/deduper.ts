// Enter here: drops repeats within a time.
import { keyedHash } from "../../base/hash/keyed-hash.js";
import { Block } from "../../event/block.js";
import { Event } from "../../event/event.js";
import { FieldSet, type Rows } from "../../event/rows/rows.js";
import { EventTime } from "../../event/time/event-time.js";
import { EventReader } from "../../pipeline/contract/event-reader.js";
import type { Emit, StageContext, State, Transform } from "../../pipeline/contract/stage.js";
import { checkStateVersion } from "../../pipeline/contract/state/state-version.js";
import type { SavedMiner } from "../../sketch/templates/saved.js";
import { EventKey } from "../common/event-key.js";
import { LineCollector } from "../common/line-collector.js";
import { StreamClock } from "../common/stream-clock.js";
import { KEY_BYTES, SeenKeys } from "./seen-keys.js";
import { SimilarKey } from "./similar-key.js";

export interface DeduperSettings {
  /** Empty: the whole line. */
  readonly by: readonly string[];
  /** Whether messages of one pattern are alike. */
  readonly isSimilar?: boolean;
  readonly withinMs: number;
  readonly timeField: string;
  /** Whether what was left out is reported in an event of its own. */
  readonly isCounting: boolean;
  readonly keysMax: number;
  /** Of the keys and the events kept for their counts. */
  readonly memoryBytes: number;
}

/** With counts: the first repeat's line, which the count is added to, and the JSON text of the last one's time. */
interface Repeats {
  readonly line: string;
  lastTime: string;
}

const VERSION = 2;
/** What the texts take beside the line. */
const REPEATS_BYTES = 150;

/** Passes the first event of each key and leaves out the ones that repeat it within a span of time. */
export class Deduper implements Transform {
  private readonly settings: DeduperSettings;
  private readonly context: StageContext;
  private readonly reader: EventReader;
  private readonly key: EventKey | SimilarKey | undefined;
  private readonly time: EventTime;
  private readonly out = new LineCollector();
  /** In the order in which they are forgotten. */
  private readonly seen = new SeenKeys();
  /** By entry of `seen`; empty without counts. */
  private kept: (Repeats | undefined)[] = [];
  private usedBytes = 0;
  private readonly clock = new StreamClock();

  constructor(settings: DeduperSettings, context: StageContext) {
    this.settings = settings;
    this.context = context;
    const fields = new FieldSet();
    const { by, isSimilar } = settings;
    if (isSimilar === true) this.key = new SimilarKey(by, fields);
    else this.key = by.length === 0 ? undefined : new EventKey(by, fields);
    this.time = new EventTime(fields, settings.timeField, (name) => context.count(name));
    this.reader = new EventReader(fields, context);
    this.seen.onMoved = (order) => {
      if (settings.isCounting) this.kept = Array.from(order, (entry) => this.kept[entry]);
    };
  }

  push(block: Block, emit: Emit): boolean {
    const rows = this.reader.read(block);
    let repeated = 0;
    let untimed = 0;
    for (let row = 0; row < rows.count; row++) {
      const ownMs = this.time.ms(rows, row);
      if (Number.isNaN(ownMs)) untimed++;
      const clockMs = this.clock.after(ownMs);
      this.forgetExpired(clockMs);
      if (this.isRepeat(rows, row, Number.isNaN(ownMs) ? clockMs : ownMs)) repeated++;
      else this.out.keep(rows.bytes, rows.lineStart(row), rows.lineEnd(row));
    }
    this.context.count("kept", rows.count - repeated);
    this.context.count("repeated", repeated);
    if (untimed > 0) this.context.count("without_time", untimed);
    return emit(new Block(this.out.take()));
  }

  /** Writes what was counted. The keys stay: a next run that goes on knows them. */
  end(emit: Emit): void {
    for (const entry of this.seen.entries()) this.settle(entry);
    const bytes = this.out.take();
    if (bytes.length > 0) emit(new Block(bytes));
  }

  save(): State {
    const { seen } = this;
    const entries = [...seen.entries()];
    let end = 0;
    return {
      version: VERSION,
      ...(this.key instanceof SimilarKey && { miner: this.key.save() }),
      clock: this.clock.save(),
      keys: Buffer.concat(entries.map((entry) => seen.key(entry))),
      ends: Float64Array.from(entries, (entry) => (end += seen.lengthOf(entry))),
      firstMs: Float64Array.from(entries, (entry) => seen.firstMs[entry]!),
      repeats: Float64Array.from(entries, (entry) => seen.repeats[entry]!),
      lines: this.settings.isCounting ? entries.map((entry) => this.kept[entry]?.line ?? "") : [],
      lastTimes: this.settings.isCounting ? entries.map((entry) => this.kept[entry]?.lastTime ?? "") : [],
    };
  }

  load(state: State): void {
    const saved = state as Saved;
    checkStateVersion("dedupe", saved.version, VERSION);
    this.clock.load(saved.clock);
    if (this.key instanceof SimilarKey && saved.miner !== undefined) this.key.load(saved.miner);
    saved.ends.forEach((end, n) => {
      const start = n === 0 ? 0 : saved.ends[n - 1]!;
      const entry = this.remember(saved.keys, start, end, keyedHash(saved.keys, start, end));
      this.seen.firstMs[entry] = saved.firstMs[n]!;
      this.seen.repeats[entry] = saved.repeats[n]!;
      const line = saved.lines[n] ?? "";
      if (line !== "") this.keep(entry, { line, lastTime: saved.lastTimes[n]! });
    });
  }

  /** Whether the event repeats one that was kept; else it is the first of its key from now on. */
  private isRepeat(rows: Rows, row: number, ms: number): boolean {
    const { key } = this;
    if (key === undefined)
      return this.isKeyRepeated(rows.bytes, rows.lineStart(row), rows.lineEnd(row) - 1, rows, row, ms);
    if (key.locate(rows, row)) return this.isKeyRepeated(key.bytes, key.start, key.end, rows, row, ms);
    this.context.count("without_key");
    return false;
  }

  private isKeyRepeated(
    bytes: Uint8Array,
    start: number,
    end: number,
    rows: Rows,
    row: number,
    ms: number,
  ): boolean {
    const { seen } = this;
    const hash = keyedHash(bytes, start, end);
    const known = seen.find(bytes, start, end, hash);
    if (known >= 0) {
      if (!this.isOver(known, ms)) {
        this.note(known, rows, row);
        return true;
      }
      this.forget(known);
    }
    const entry = this.remember(bytes, start, end, hash);
    seen.firstMs[entry] = ms;
    this.makeRoom();
    return false;
  }

  private remember(bytes: Uint8Array, start: number, end: number, hash: number): number {
    this.usedBytes += KEY_BYTES + end - start;
    return this.seen.add(bytes, start, end, hash);
  }

  private note(entry: number, rows: Rows, row: number): void {
    this.seen.repeats[entry]!++;
    if (!this.settings.isCounting) return;
    const lastTime = this.time.raw(rows, row) ?? "";
    const kept = this.kept[entry];
    if (kept !== undefined) {
      this.usedBytes += 2 * (lastTime.length - kept.lastTime.length);
      kept.lastTime = lastTime;
    } else {
      const line = rows.bytes.utf8Slice(rows.lineStart(row), rows.lineEnd(row) - 1);
      this.keep(entry, { line, lastTime });
    }
    this.makeRoom();
  }

  private keep(entry: number, repeats: Repeats): void {
    // Filled up to there, so that the engine keeps an array of it and no dictionary.
    while (this.kept.length < entry) this.kept.push(undefined);
    this.kept[entry] = repeats;
    this.usedBytes += bytesOf(repeats);
  }

  /** Keys are about in the order of their times. */
  private forgetExpired(clockMs: number): void {
    for (let { oldest } = this.seen; oldest >= 0 && this.isOver(oldest, clockMs); oldest = this.seen.oldest)
      this.forget(oldest);
  }

  /** Whether the span of a key does not reach to `ms`, on either side. Without times it never ends. */
  private isOver(entry: number, ms: number): boolean {
    return Math.abs(ms - this.seen.firstMs[entry]!) >= this.settings.withinMs;
  }

  /** Forgets the oldest keys while there are too many. */
  private makeRoom(): void {
    const { keysMax, memoryBytes } = this.settings;
    while (this.seen.size > keysMax || this.usedBytes > memoryBytes) {
      const { oldest } = this.seen;
      if (oldest < 0) return;
      this.context.count("forgotten_early");
      this.forget(oldest);
    }
  }

  private forget(entry: number): void {
    this.usedBytes -= KEY_BYTES + this.seen.lengthOf(entry);
    this.settle(entry);
    this.seen.delete(entry);
  }

  /** Its repeats are told, and counted from none again. */
  private settle(entry: number): void {
    const kept = this.kept[entry];
    if (kept !== undefined) {
      this.tell(kept, this.seen.repeats[entry]!);
      this.usedBytes -= bytesOf(kept);
      this.kept[entry] = undefined;
    }
    this.seen.repeats[entry] = 0;
  }

  /** Writes what was left out of a key. */
  private tell({ line, lastTime }: Repeats, repeats: number): void {
    const event = Event.parse(line) as Event;
    event.setRaw("repeated", String(repeats));
    if (lastTime !== "") event.setRaw("repeated_until", lastTime);
    this.out.add(`${event.toString()}\n`);
  }
}

interface Saved {
  readonly version: unknown;
  readonly miner?: SavedMiner;
  readonly clock: readonly number[];
  readonly keys: Uint8Array;
  readonly ends: Float64Array;
  readonly firstMs: Float64Array;
  readonly repeats: Float64Array;
  readonly lines: readonly string[];
  readonly lastTimes: readonly string[];
}

/** What the texts of a key's repeats take: one character can be two bytes. */
function bytesOf({ line, lastTime }: Repeats): number {
  return REPEATS_BYTES + 2 * (line.length + lastTime.length);
}
