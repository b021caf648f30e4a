// Enter here: the events of a table as a source, then those that each later commit adds.
/**
 * The events of a table as a source: those that it has, in order of time, then those that each later commit adds.
 * TableProgress in it outlast compaction, deletions and a stop. See docs/decisions/0030-tables-as-sources.md.
 */

import { failure } from "../../base/errors/index.js";
import { diskFiles } from "../../base/files.js";
import { Block } from "../../event/block.js";
import type { Cursor } from "../../event/delivery/cursor.js";
import type { Replay, Source } from "../../pipeline/contract/source.js";
import type { QuerySession } from "../../query/session.js";
import { type Snapshot, type TableFile, TableLog } from "../../store/delta/snapshot.js";
import { isGone, unreadableFile } from "../../store/parquet/damaged.js";
import type { filesSql } from "../../store/read/relation.js";
import { transactionOf } from "../../store/wal/segment.js";
import {
  type AppendedVersion,
  appendedBy,
  checkComing,
  checkFiles,
  goneFile,
  isCommitted,
} from "./appended.js";
import { LiveEnd, type LivePart } from "./live/live-end.js";
import type { TableSourceOptions } from "./options.js";
import { openStreamSession, rowBlocks } from "./row-blocks.js";
import { behindVersion, byDay, pastState, rowsOf, selected } from "./start.js";
import {
  cursorOf,
  isBehind,
  lastAmong,
  liveAmong,
  liveCursorOf,
  livePlacesAmong,
  MOST_ROWS,
  placeAmong,
  type TableCursor,
} from "./table-cursor.js";
import { TableProgress } from "./table-progress.js";

export type { Kept, TableSourceOptions } from "./options.js";

/** How often the log is asked for a next version, */
const POLL_MS = 200;
/** and the table's writers for what is new. Cost: some ten calls to the system, each in microseconds. */
const LIVE_POLL_MS = 25;
/** After that long in vain it is asked whether the version can still come. */
const CHECK_MS = 10_000;

export class TableSource implements Source {
  readonly replay: Replay | undefined;
  readonly #options: TableSourceOptions;
  readonly #log: TableLog;
  readonly #stopping = new AbortController();
  readonly #blocks: AsyncGenerator<Block>;
  readonly #progress: TableProgress | undefined;
  #live: LiveEnd | undefined;
  /** By transaction: what the versions that were read cover. */
  #covered = new Map<string, number>();
  #known: readonly Cursor[];
  #session: QuerySession | undefined;
  #prefix = "";
  /** The table that is fed has nothing of what was read. */
  #isAnew = false;

  constructor(options: TableSourceOptions) {
    this.#options = options;
    const { kept } = options;
    this.replay = kept && {
      id: kept.id,
      resume: (cursors) => this.#resume(cursors),
      waiting: (held = kept.held) => this.#waiting(held),
    };
    this.#progress = kept && new TableProgress(kept);
    this.#known = kept?.cursors ?? [];
    this.#log = new TableLog(options.table ?? options.tableDirectory);
    this.#blocks = this.#allBlocks();
  }

  async read(): Promise<Block | undefined> {
    await this.#options.kept?.ready();
    if (this.#stopping.signal.aborted) return undefined;
    try {
      const { value, done } = await this.#blocks.next();
      return done === true ? undefined : value;
    } catch (error) {
      // What was not handed over is read again by the next run.
      if (this.#stopping.signal.aborted) return undefined;
      throw unreadableFile(error) ?? error;
    }
  }

  stop(): void {
    this.#stopping.abort();
  }

  async close(): Promise<void> {
    this.stop();
    try {
      await this.#blocks.return(undefined).catch(() => {});
      this.#session?.close();
      await this.#live?.close();
    } finally {
      await this.#options.kept?.close();
    }
  }

  #resume(cursors: readonly Cursor[]): void {
    const own = cursors.filter((cursor) => this.#isOwn(cursor));
    this.#known = own.length > 0 ? own : (this.#options.kept?.starts ?? []);
  }

  #isOwn({ stream }: Cursor): boolean {
    return this.replay !== undefined && stream.startsWith(`${this.replay.id}/`);
  }

  /** What was held at the last place of each table: what was before it has gone on. */
  #waiting(held: ReadonlyMap<string, Buffer>): Block[] {
    const prefixes = new Set(this.#known.map(({ stream }) => stream.slice(0, stream.lastIndexOf("/") + 1)));
    return [...prefixes].flatMap((prefix) => {
      const last = lastAmong(prefix, this.#known);
      return [...(last === undefined ? [] : [last]), ...liveAmong(prefix, this.#known)].flatMap((cursor) => {
        const lines = held.get(cursor.stream);
        return lines === undefined ? [] : [this.#blockAt(lines, cursor)];
      });
    });
  }

  async *#allBlocks(): AsyncGenerator<Block> {
    const newest = await this.#newest();
    if (newest === undefined) return;
    const found = this.#resumed(newest);
    let place = found ?? this.#beginning(newest);
    // Tells behind what the stream began, should nothing come for long.
    if (found === undefined && place.kind === "log") {
      this.#options.kept?.begin(cursorOf(this.#prefix, place));
      yield this.#block(NOTHING, place);
    }
    await this.#openLive(newest);
    if (found === undefined && place.kind === "log" && place.version > 0) yield* this.#skipLive();
    if (place.kind === "start") {
      yield* this.#startBlocks(place, newest);
      place = { kind: "log", version: place.version + 1, rows: 0 };
    }
    yield* this.#logBlocks(place, newest.version);
  }

  /** The table's newest state, once it has one: a writer may have begun its log and no commit yet. */
  async #newest(): Promise<Snapshot | undefined> {
    for (let isFirst = true; ; isFirst = false) {
      const snapshot = await this.#log.refresh();
      const id = snapshot.metadata?.id;
      if (id !== undefined) {
        this.#prefix = `${this.replay?.id ?? ""}/${id}/`;
        // What comes first while it is waited for is new.
        return isFirst ? snapshot : { ...snapshot, version: -1, files: [] };
      }
      if (!this.#options.isFollowing || !(await this.#pause())) return undefined;
    }
  }

  #resumed(newest: Snapshot): TableCursor | undefined {
    const own = this.#known.filter((cursor) => this.#isOwn(cursor));
    const found = placeAmong(this.#prefix, own);
    const kept = placeAmong(this.#prefix, this.#options.kept?.cursors ?? []);
    this.#isAnew = found === undefined && kept !== undefined;
    if (kept !== undefined && isBehind(found, kept)) this.#options.onBehind?.();
    // Of files that the same checkpoint may be of, names have no second slash.
    if (found === undefined && own.some(({ stream }) => /^[^/]*\/[^/]*\/(log|start@\d+)$/.test(stream))) {
      const { tableDirectory, checkpoint = "its checkpoint" } = this.#options;
      throw failure("store.stream-other", { path: newest.directory ?? tableDirectory, checkpoint });
    }
    return found;
  }

  #beginning({ version }: Snapshot): TableCursor {
    const isFromEnd = this.#options.from === "end" && !this.#isAnew;
    if (isFromEnd || version < 0) return { kind: "log", version: version + 1, rows: 0 };
    return { kind: "start", version, rows: 0 };
  }

  /** What a version has, a day at a time, in order of time. The last block says that the log comes next. */
  async *#startBlocks({ version, rows }: TableCursor, newest: Snapshot): AsyncGenerator<Block> {
    const snapshot = version === newest.version ? newest : await pastState(this.#log, version);
    const days = byDay(snapshot.files);
    let done = 0;
    let toSkip = rows;
    for (const [n, files] of days.entries()) {
      const count = rowsOf(files);
      if (count !== undefined && count <= toSkip && n < days.length - 1) {
        toSkip -= count;
        done += count;
        continue;
      }
      done += toSkip;
      await checkFiles(this.#log, version, files);
      const selection = selected(newest, files, "by-time", toSkip);
      toSkip = 0;
      for await (const { bytes, rows: more, isLast } of this.#rowBlocks(selection, version, files)) {
        done += more;
        const isEnd = isLast && n === days.length - 1;
        yield this.#block(bytes, isEnd ? behindVersion(version) : { kind: "start", version, rows: done });
      }
    }
    if (days.length === 0) yield this.#block(NOTHING, behindVersion(version));
  }

  /** Also where a run before has read live: what it has given is not to come again. */
  async #openLive(newest: Snapshot): Promise<void> {
    const { tableDirectory, isLive = false, onWarning = () => {} } = this.#options;
    const own = this.#known.filter((cursor) => this.#isOwn(cursor));
    const places = livePlacesAmong(this.#prefix, own);
    this.#covered = new Map(newest.version < 0 ? [] : newest.txns);
    if (!isLive && places.size === 0) return;
    const [nowMs, id] = [Date.now, this.replay?.id];
    this.#live = new LiveEnd({ files: diskFiles, tableDirectory, id, places, nowMs, onWarning });
    await this.#live.open();
  }

  async *#skipLive(): AsyncGenerator<Block> {
    const { isLive = false, kept } = this.#options;
    if (!isLive) return;
    for (const part of (await this.#live?.skip(this.#covered)) ?? []) {
      kept?.begin(liveCursorOf(this.#prefix, part.writer, part.place));
      yield this.#liveBlock(part);
    }
  }

  /** What was acknowledged since; the version is the first that was not read. */
  async *#liveBlocks(version: number): AsyncGenerator<Block> {
    const live = this.#live;
    if (live === undefined || this.#options.isLive !== true) return;
    await this.#progress?.release(this.#prefix, live);
    const isNewest = async () => !(await isCommitted(this.#log, version));
    for await (const part of live.read(this.#covered, isNewest)) yield this.#liveBlock(part);
  }

  /** The rest of what was begun of the segments that a version covers. Returns the files that are still to be read. */
  async *#coveredBlocks({ files, covered }: AppendedVersion): AsyncGenerator<Block, readonly TableFile[]> {
    const live = this.#live;
    if (live === undefined) return files;
    let isGiven = false;
    for (const { writer, sequence } of covered) {
      isGiven ||= live.isGiven(writer, sequence);
      for await (const part of live.finish(writer, sequence)) yield this.#liveBlock(part);
      this.#covered.set(transactionOf(writer), sequence);
    }
    return isGiven ? [] : files;
  }

  *#passedBlocks({ covered }: AppendedVersion): Generator<Block> {
    for (const { writer, sequence } of covered) {
      const part = this.#live?.passed(writer, sequence);
      if (part !== undefined) yield this.#liveBlock(part);
    }
  }

  /** What the versions add from `place` on. */
  async *#logBlocks(place: TableCursor, until: number): AsyncGenerator<Block> {
    const { isFollowing } = this.#options;
    let { version, rows: toSkip } = place;
    let isNews = false;
    if (version > until + 1) await checkComing(this.#log, version);
    const pollMs = this.#options.isLive === true ? LIVE_POLL_MS : POLL_MS;
    for (let polls = 0; isFollowing || version <= until; ) {
      const appended = await appendedBy(this.#log, version);
      if (appended === undefined) {
        // Versions without events are not looked at again, and may be cleaned away.
        if (isNews) yield this.#block(NOTHING, { kind: "log", version, rows: 0 });
        isNews = false;
        yield* this.#liveBlocks(version);
        if (polls++ % (CHECK_MS / pollMs) === 0) await checkComing(this.#log, version);
        if (!(await this.#pause(pollMs))) return;
        continue;
      }
      polls = 0;
      const files = yield* this.#coveredBlocks(appended);
      isNews = files.length === 0;
      if (files.length > 0) yield* this.#versionBlocks(version, files, toSkip);
      yield* this.#passedBlocks(appended);
      toSkip = 0;
      version++;
    }
    if (isNews) yield this.#block(NOTHING, { kind: "log", version, rows: 0 });
  }

  async *#versionBlocks(version: number, files: readonly TableFile[], toSkip: number): AsyncGenerator<Block> {
    await checkFiles(this.#log, version, files);
    const snapshot = await this.#log.refresh();
    this.#checkTable(snapshot);
    let done = toSkip;
    const selection = selected(snapshot, files, "as-stored", toSkip);
    for await (const { bytes, rows, isLast } of this.#rowBlocks(selection, version, files)) {
      done += rows;
      if (done > MOST_ROWS)
        throw failure("store.unreadable", {
          path: snapshot.directory,
          reason: `version ${version} adds more than ${MOST_ROWS} events at once`,
        });
      yield this.#block(bytes, isLast ? behindVersion(version) : { kind: "log", version, rows: done });
    }
  }

  #checkTable({ metadata, directory }: Snapshot): void {
    if (this.#prefix === `${this.replay?.id ?? ""}/${metadata?.id}/`) return;
    const reason = "another table has taken its place";
    throw failure("store.stream-gone", { path: directory, reason });
  }

  async *#rowBlocks(
    { sql, columns }: ReturnType<typeof filesSql>,
    version: number,
    files: readonly TableFile[],
  ) {
    this.#session ??= await openStreamSession(this.#stopping.signal);
    try {
      yield* rowBlocks(this.#session, sql, columns);
    } catch (error) {
      // Vacuumed while it was read.
      if (isGone(error)) throw goneFile(this.#options.tableDirectory, version, error);
      await checkFiles(this.#log, version, files);
      throw error;
    }
  }

  #block(bytes: Buffer, place: TableCursor): Block {
    return this.#blockAt(bytes, this.replay && cursorOf(this.#prefix, place));
  }

  #liveBlock({ writer, bytes, place }: LivePart): Block {
    return this.#blockAt(bytes, this.replay && liveCursorOf(this.#prefix, writer, place));
  }

  #blockAt(bytes: Buffer, cursor: Cursor | undefined): Block {
    const block = new Block(bytes);
    block.origin = { name: this.#options.name };
    block.cursor = cursor;
    block.delivery = cursor && this.#progress?.handedOver(cursor);
    return block;
  }

  /** False: it is to stop. */
  #pause(ms = POLL_MS): Promise<boolean> {
    const { signal } = this.#stopping;
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(false);
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve(!signal.aborted);
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener("abort", end);
    });
  }
}

const NOTHING = Buffer.alloc(0);
