// Enter here: the events of a table's log as they are acknowledged, each one from the log or from Parquet, never both.
/**
 * A segment is given from the log as soon as something of it is acknowledged, unless the versions of the table that
 * were read so far cover it; and the version that covers it later is passed over if anything of the segment was given.
 * The order that proves it: claim the segment (`Claims`), then see that the table has no version that was not read,
 * then give its first event. See docs/decisions/0064-live-tables-as-sources.md.
 */
import { join } from "node:path";
import { failure, reasonOf } from "../../../base/errors/index.js";
import { type Files, isSystemError } from "../../../base/files.js";
import { logsOf, type WalDirectory } from "../../../store/wal/feed/logs.js";
import { type Mark, readMark } from "../../../store/wal/mark.js";
import { sequencesIn } from "../../../store/wal/recovery/recover.js";
import { segmentId, segmentName, transactionOf } from "../../../store/wal/segment.js";
import { Claims, type SegmentPaths } from "./claims.js";
import { SegmentTail, type TailPart } from "./segment-tail.js";

/** How far a writer's log was given: all segments before `sequence`, and so many commits of that. */
export interface LivePlace {
  readonly sequence: number;
  readonly given: number;
}

/** Lines of a writer's log, and the place behind them. */
export interface LivePart {
  readonly writer: string;
  readonly bytes: Buffer;
  readonly place: LivePlace;
}

export interface LiveOptions {
  readonly files: Files;
  readonly tableDirectory: string;
  /** Of the reader's checkpoint. Absent: nothing is kept for a next run, and nothing claimed. */
  readonly id: string | undefined;
  /** Places by writer, from a run before. */
  readonly places: ReadonlyMap<string, LivePlace>;
  readonly nowMs: () => number;
  readonly onWarning: (text: string) => void;
}

const ALL = Number.POSITIVE_INFINITY;

export class LiveEnd {
  readonly #options: LiveOptions;
  readonly #claims: Claims | undefined;
  readonly #places: Map<string, LivePlace>;
  readonly #tails = new Map<string, SegmentTail>();
  /** By writer, the first segment of which something was given and that no version that was read covers. */
  readonly #begun = new Map<string, number>();
  readonly #told = new Set<string>();
  /** Writers of which segments may be held that nothing was given of. */
  readonly #held = new Set<string>();
  /** Nothing before these is held. */
  readonly #released = new Map<string, number>();
  /** The logs that there are, or were, by the name that transactions have for them. */
  readonly #logs = new Map<string, WalDirectory>();
  #hasBegun = false;

  constructor(options: LiveOptions) {
    const { files, tableDirectory, id, places } = options;
    this.#options = options;
    this.#claims = id === undefined ? undefined : new Claims(files, tableDirectory, id);
    this.#places = new Map(places);
    for (const [writer, { sequence, given }] of places) if (given > 0) this.#begun.set(writer, sequence);
  }

  /**
   * What was acknowledged since. `covered`: by transaction, what the versions that were read cover; `isNewest`: whether
   * the table has none that was not read.
   */
  async *read(
    covered: ReadonlyMap<string, number>,
    isNewest: () => Promise<boolean>,
  ): AsyncGenerator<LivePart> {
    for (const log of await this.#refresh()) {
      const view = await this.#look(log);
      if (view === undefined) continue;
      for (;;) {
        const tail = this.#tails.get(log.name) ?? (await this.#next(log, view, covered, isNewest));
        if (tail === undefined) break;
        const limit = limitOf(view.mark, tail.sequence);
        yield* this.#parts(log.name, tail, limit);
        // A later one counts: this one is sealed.
        if (limit < ALL) break;
        await this.#close(log.name);
        this.#places.set(log.name, { sequence: tail.sequence + 1, given: 0 });
      }
    }
  }

  /** Looks at what there is before the first version is read. */
  async open(): Promise<void> {
    for (const writer of (await this.#claims?.writers()) ?? []) this.#held.add(writer);
    await this.#refresh();
  }

  async #refresh(): Promise<readonly WalDirectory[]> {
    const { logs, faults } = await logsOf(this.#options.files, this.#options.tableDirectory);
    for (const { path, what } of faults)
      this.#tell(path, `${path} ${what}: its events come once they are Parquet`);
    for (const log of logs) this.#logs.set(log.name, log);
    return logs;
  }

  /** Begins behind all that is acknowledged and not covered. */
  async skip(covered: ReadonlyMap<string, number>): Promise<readonly LivePart[]> {
    const parts: LivePart[] = [];
    for (const log of await this.#refresh()) {
      const view = await this.#look(log);
      const last = view?.sequences.at(-1);
      if (view === undefined || last === undefined || last <= coveredOf(log, covered)) continue;
      const tail = await this.#claimed(log, last);
      if (tail === undefined) continue;
      const given = await tail.count(limitOf(view.mark, last));
      await tail.close();
      const place = { sequence: last, given };
      this.#places.set(log.name, place);
      parts.push({ writer: log.name, bytes: NOTHING, place });
    }
    return parts;
  }

  /** Whether the version that covers the segment adds only what was given, or will be by `finish`. */
  isGiven(writer: string, sequence: number): boolean {
    const place = this.#places.get(writer);
    if (place === undefined) return false;
    if (place.sequence > sequence || (place.sequence === sequence && place.given > 0)) return true;
    // A commit covers several segments of a journal: what was begun is among them, since it was not covered before.
    const begun = this.#begun.get(writer);
    return begun !== undefined && begun <= sequence && this.#logs.get(writer)?.isFed === true;
  }

  /**
   * The table covers the writer's segments up to this one: the rest of what was begun of them, and the place behind.
   * Where nothing of the segment was given its rows come from Parquet, and the place is told by `passed`, behind them.
   * Throws store.stream-gone.
   */
  async *finish(writer: string, sequence: number): AsyncGenerator<LivePart> {
    const place = this.#places.get(writer);
    if (place === undefined) return;
    if (place.sequence > sequence) return yield* this.#passedBefore(writer, sequence, place);
    const isGiven = this.isGiven(writer, sequence);
    const tail = this.#tails.get(writer) ?? (await this.#reopened(writer, place));
    if (tail === undefined && isGiven && place.given > 0) throw this.#gone(writer, place);
    if (tail !== undefined && place.given > 0) {
      this.#tails.set(writer, tail);
      yield* this.#parts(writer, tail, ALL);
    }
    await this.#close(writer);
    if (!isGiven) return;
    yield* this.#partsBetween(writer, place.sequence + (place.given > 0 ? 1 : 0), sequence);
    this.#begun.delete(writer);
    const behind = { sequence: sequence + 1, given: 0 };
    this.#places.set(writer, behind);
    yield { writer, bytes: NOTHING, place: behind };
  }

  /**
   * All that the version covers was given. Where nothing came since, the place is told: in a checkpoint that says that
   * the version was read, a segment that it covers would be taken for one that is begun.
   */
  *#passedBefore(writer: string, sequence: number, place: LivePlace): Generator<LivePart> {
    const isBehind = place.sequence === sequence + 1 && place.given === 0;
    if (isBehind) this.#begun.delete(writer);
    else if ((this.#begun.get(writer) ?? sequence + 1) <= sequence) this.#begun.set(writer, sequence + 1);
    if (isBehind) yield { writer, bytes: NOTHING, place };
  }

  /** Whether segments may be held that lie before the place. */
  hasEarlier(writer: string, { sequence }: LivePlace): boolean {
    return this.#claims !== undefined && (this.#released.get(writer) ?? 0) < sequence;
  }

  /**
   * A version that covers segments up to this one was read from Parquet: the place behind, so that what was claimed and
   * not begun is given up.
   */
  passed(writer: string, sequence: number): LivePart | undefined {
    const isHeld = this.#held.has(writer) && !this.isGiven(writer, sequence);
    this.#held.delete(writer);
    if (!isHeld) return undefined;
    const place = { sequence: sequence + 1, given: 0 };
    this.#places.set(writer, place);
    return { writer, bytes: NOTHING, place };
  }

  /** The segments of a journal that one commit covers together. They were claimed with the first. */
  async *#partsBetween(writer: string, first: number, last: number): AsyncGenerator<LivePart> {
    const log = this.#logs.get(writer);
    for (let sequence = first; log !== undefined && sequence <= last; sequence++) {
      const paths = this.#claims?.pathsOf(writer, sequence) ?? pathsIn(log.directory, sequence);
      const tail = await SegmentTail.open(this.#options.files, paths, sequence, log.isWanted);
      if (tail === undefined) continue;
      this.#tails.set(writer, tail);
      yield* this.#parts(writer, tail, ALL);
      await this.#close(writer);
    }
  }

  /** What lies before the place is saved for the next run. */
  async release(writer: string, { sequence }: LivePlace): Promise<void> {
    await this.#claims?.release(writer, sequence - 1);
    this.#released.set(writer, sequence);
  }

  async close(): Promise<void> {
    for (const name of [...this.#tails.keys()]) await this.#close(name);
  }

  async #look(
    log: WalDirectory,
  ): Promise<{ sequences: readonly number[]; mark: Mark | undefined } | undefined> {
    const { files } = this.#options;
    try {
      const sequences = sequencesIn(await files.list(log.directory));
      // After the names: what it says of a segment is of one that is there, or was.
      const { mark } = await readMark(files, log.directory, log.writer);
      return { sequences, mark };
    } catch (error) {
      if (isSystemError(error, "ENOTDIR", "ENOENT")) return undefined;
      throw error;
    }
  }

  /** The segment to go on with, once it has something acknowledged. */
  async #next(
    log: WalDirectory,
    { sequences, mark }: { readonly sequences: readonly number[]; readonly mark: Mark | undefined },
    covered: ReadonlyMap<string, number>,
    isNewest: () => Promise<boolean>,
  ): Promise<SegmentTail | undefined> {
    const place = this.#places.get(log.name);
    if (place !== undefined && place.given > 0) {
      const tail = await this.#reopened(log.name, place, log);
      if (tail !== undefined) return this.#keep(log, tail);
      // Dropped for want of room, and not stored; or covered by a version that comes next.
      if (!(await isNewest())) return undefined;
    }
    const least = Math.max(place?.sequence ?? 0, coveredOf(log, covered) + 1);
    const sequence = sequences.find((one) => one >= least && !(one === place?.sequence && place.given > 0));
    if (sequence === undefined || limitOf(mark, sequence) === 0) return undefined;
    const tail = await this.#claimed(log, sequence);
    if (tail === undefined) return undefined;
    const owner = await tail.owner(limitOf(mark, sequence));
    if (owner === segmentId(log.writer, sequence) && (await isNewest())) return this.#keep(log, tail);
    await tail.close();
    return undefined;
  }

  #keep(log: WalDirectory, tail: SegmentTail): SegmentTail {
    this.#tails.set(log.name, tail);
    return tail;
  }

  /** A segment opened by a name of the reader's own. Undefined: its rows come from Parquet. */
  async #claimed(log: WalDirectory, sequence: number): Promise<SegmentTail | undefined> {
    const { files } = this.#options;
    const paths = pathsIn(log.directory, sequence);
    try {
      if (this.#claims === undefined) return await SegmentTail.open(files, paths, sequence, log.isWanted);
      if (!this.#hasBegun) await this.#claims.begin(this.#options.nowMs());
      this.#hasBegun = true;
      this.#held.add(log.name);
      if (!(await this.#claims.take(log.name, sequence, paths))) return undefined;
      if (log.isFed) await this.#claimLater(log, sequence);
      return await SegmentTail.open(files, this.#claims.pathsOf(log.name, sequence), sequence, log.isWanted);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      this.#tell(
        log.path,
        `cannot hold segments of ${log.path}: ${reasonOf(error)}; its events come once they are Parquet`,
      );
      return undefined;
    }
  }

  /** One commit may cover those of a journal that are sealed by now, with the one that is begun. */
  async #claimLater(log: WalDirectory, sequence: number): Promise<void> {
    const names = await this.#options.files.list(log.directory);
    for (const later of sequencesIn(names).filter((one) => one > sequence))
      await this.#claims?.take(log.name, later, pathsIn(log.directory, later));
  }

  /** The segment that a run before was in the middle of. Throws store.stream-gone. */
  async #reopened(writer: string, place: LivePlace, log?: WalDirectory): Promise<SegmentTail | undefined> {
    if (place.given === 0) return undefined;
    const { files } = this.#options;
    const isWanted = (log ?? this.#logs.get(writer))?.isWanted ?? (() => true);
    const own = this.#claims?.pathsOf(writer, place.sequence);
    const tail =
      (own && (await SegmentTail.open(files, own, place.sequence, isWanted))) ??
      (log && (await this.#claimed(log, place.sequence)));
    if (tail === undefined) return undefined;
    if (await tail.skip(place.given)) return tail;
    await tail.close();
    throw this.#gone(writer, place);
  }

  async *#parts(writer: string, tail: SegmentTail, limit: number): AsyncGenerator<LivePart> {
    for await (const part of tail.parts(limit)) {
      this.#tellDamage(writer, tail, part);
      const place = { sequence: tail.sequence, given: part.given };
      this.#places.set(writer, place);
      if (!this.#begun.has(writer)) this.#begun.set(writer, tail.sequence);
      yield { writer, bytes: part.bytes, place };
    }
    if (tail.brokenLines > 0)
      this.#tell(
        `${writer}/${tail.sequence}`,
        `${tail.brokenLines} lines of the index of segment ${segmentName(tail.sequence)} of writer ${writer} are not what was written: the events that they told of are left out`,
      );
  }

  #tellDamage(writer: string, { sequence }: SegmentTail, { damaged }: TailPart): void {
    if (damaged === 0) return;
    this.#options.onWarning(
      `${damaged} events of segment ${segmentName(sequence)} of writer ${writer} are not what was written (CRC-32C): they are left out`,
    );
  }

  #gone(writer: string, { sequence }: LivePlace): Error {
    const reason = `segment ${segmentName(sequence)} of writer ${writer} was read in part, and the rest of it is gone, or damaged`;
    return failure("store.stream-gone", { path: this.#options.tableDirectory, reason });
  }

  #tell(key: string, text: string): void {
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#options.onWarning(text);
  }

  async #close(writer: string): Promise<void> {
    const tail = this.#tails.get(writer);
    this.#tails.delete(writer);
    await tail?.close();
  }
}

const NOTHING = Buffer.alloc(0);

/** Bytes of a segment's index that are acknowledged. */
function limitOf(mark: Mark | undefined, sequence: number): number {
  if (mark === undefined || sequence > mark.sequence) return 0;
  return sequence < mark.sequence ? ALL : mark.index;
}

function coveredOf({ name }: WalDirectory, covered: ReadonlyMap<string, number>): number {
  return covered.get(transactionOf(name)) ?? 0;
}

function pathsIn(directory: string, sequence: number): SegmentPaths {
  const base = join(directory, segmentName(sequence));
  return { data: `${base}.ndjson`, index: `${base}.commits` };
}
