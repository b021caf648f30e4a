import { shownName } from "../../base/local/byte-name.js";
import { Block, writtenLongAgo } from "../../event/block.js";
import type { Host } from "../../pipeline/contract/host.js";
import type { Replay, Source } from "../../pipeline/contract/source.js";
import type { Checkpoint } from "../checkpoint/checkpoint.js";
import { ReadProgress } from "../checkpoint/progress.js";
import { DecodeError } from "../decode/decode-error.js";
import { complainOf, noticeOfNuls } from "../files/files.js";
import { EMPTY_PRINT } from "../identity/fingerprint.js";
import { Handles, isTooMany, mostHandles, type OpenHandle } from "../identity/open-handles.js";
import { hasFirstLine, type Track, TrackedFile, trackOf } from "../identity/tracked-file.js";
import type { LineLimits } from "../lines/line-splitter.js";
import type { Oversized } from "../lines/pieces.js";
import { Archives } from "./archives.js";
import type { FollowOptions } from "./follow-options.js";
import { Tracker } from "./tracker.js";
import { Unfinished } from "./unfinished.js";
import { Watches } from "./watch.js";

const DEFAULT_POLL_MS = 200;
const DEFAULT_GRACE_MS = 10_000;
const DEFAULT_OPEN_FILES = 256;

export class FollowSource implements Source {
  readonly replay: Replay | undefined;
  onOversized?: Oversized;
  private readonly options: FollowOptions;
  private readonly host: Host;
  private readonly progress: ReadProgress;
  private readonly handles: Handles;
  private tracking: Tracker | undefined;
  private readonly watches: Watches;
  private readonly limits: LineLimits;
  private readonly patterns: readonly string[];
  private readonly archives: Archives;
  private readonly unfinished: Unfinished;
  private ready: TrackedFile[] = [];
  /** Ids of files of which a run before has read lines that wait for what follows: these are read first. */
  private readonly waiting = new Set<string>();
  private readonly poll: NodeJS.Timeout;
  private isLookDue = true;
  private isReading = false;
  private looking: Promise<void> = Promise.resolve();
  private wakeUp: (() => void) | undefined;
  private isStopped = false;
  private hasComplained = false;
  private nuls = 0;

  constructor(
    patterns: readonly string[],
    options: FollowOptions,
    host: Host,
    checkpoint: Checkpoint | undefined,
  ) {
    this.patterns = patterns;
    this.options = options;
    this.host = host;
    this.progress = new ReadProgress(checkpoint, host, options.table);
    this.replay = checkpoint && {
      id: checkpoint.id,
      resume: (cursors) => this.progress.resume(cursors),
      waiting: (held) => this.waitingLines(held),
    };
    if (options.onOversized !== undefined) this.onOversized = options.onOversized;
    this.handles = new Handles(options.mostOpenFiles ?? mostHandles(DEFAULT_OPEN_FILES), options.openCall);
    if (checkpoint !== undefined) checkpoint.withRoom = (action) => this.handles.withRoom(action);
    this.limits = {
      ...(options.blockBytes === undefined ? {} : { blockBytes: options.blockBytes }),
      ...(options.maxLineBytes === undefined ? {} : { maxLineBytes: options.maxLineBytes }),
      onOversized: (...piece) => this.oversized(...piece),
      onNuls: (count) => {
        this.nuls += count;
      },
    };
    this.unfinished = new Unfinished(host, this.progress.isKept);
    this.archives = new Archives(this.handles, this.limits, host.nowMs);
    this.watches = new Watches(() => {
      this.tracking?.paths.expireGlobs();
      this.due();
    });
    this.poll = setInterval(() => this.due(), options.pollMs ?? DEFAULT_POLL_MS);
  }

  async read(): Promise<Block | undefined> {
    this.isReading = true;
    this.tracking ??= this.track();
    try {
      await this.looking;
      for (;;) {
        this.progress.check();
        if (this.isStopped) return await this.readUnfinished();
        if (this.isLookDue) await this.look();
        const file = this.ready.shift();
        const block = file && (await this.readFrom(file));
        if (block !== undefined) return block;
        if (this.ready.length > 0 || this.isLookDue) continue;
        if (!this.isFollowing && !this.tracker.isSearching) this.isStopped = true;
        else await this.pause();
      }
    } finally {
      this.isReading = false;
    }
  }

  stop(): void {
    this.isStopped = true;
    this.wake();
  }

  async close(): Promise<void> {
    this.stop();
    clearInterval(this.poll);
    this.watches.close();
    await this.looking;
    await this.archives.closeAll();
    this.handles.closeAll();
    await this.progress.close();
    noticeOfNuls(this.host, "the followed files", this.nuls);
    this.nuls = 0;
  }

  private get tracker(): Tracker {
    return this.tracking!;
  }

  /** Once it is known what the sink has, and not before. */
  private track(): Tracker {
    const { host, options, progress } = this;
    const tracker = new Tracker({
      patterns: this.patterns,
      options,
      host,
      limits: this.limits,
      handles: this.handles,
      isFollowing: this.isFollowing,
      from: options.from === "end" ? 0 : (options.from ?? "start"),
      graceMs: this.isFollowing ? (options.graceMs ?? DEFAULT_GRACE_MS) : 0,
      known: progress.known,
    });
    progress.begin((track) => tracker.isThere(track));
    return tracker;
  }

  private get isFollowing(): boolean {
    return this.options.isFollowing ?? true;
  }

  private due(): void {
    this.isLookDue = true;
    this.wake();
    // Nobody reads at the moment, but a file may be renamed twice until someone does: it must be open by then.
    if (!this.isReading && !this.isStopped && this.tracking !== undefined)
      this.looking = this.looking.then(() => (this.isReading ? undefined : this.look()));
  }

  private async look(): Promise<void> {
    this.isLookDue = false;
    try {
      const found = await this.tracker.scan();
      const due = this.isFollowing ? this.archives.due() : [];
      this.ready = this.waitingFirst([...new Set([...this.ready, ...found, ...due])]);
      await this.introduce(found);
      this.progress.gaveUp(this.tracker.givenUp.splice(0));
    } catch (error) {
      if (!isTooMany(error)) throw error;
      this.complainOfRoom(error); // The next look may find that others have closed theirs.
    }
    this.watches.watch(this.isFollowing ? this.tracker.paths.directories : []);
  }

  private complainOfRoom(error: unknown): void {
    if (!this.hasComplained) complainOf(this.host, this.patterns.join(" "), error, this.isFollowing);
    this.hasComplained = true;
  }

  /**
   * New files are in the checkpoint, with what they can be recognised by, before anything of them is handed over: after
   * a kill they are found again. One without a whole line waits until it has one.
   */
  private async introduce(found: readonly TrackedFile[]): Promise<void> {
    if (!this.progress.isKept) return;
    for (const file of found.filter(({ id, isFinished }) => id === "" && !isFinished)) {
      const opened = file.isArchive ? undefined : await this.opened(file);
      if (file.isArchive || (opened !== undefined && hasFirstLine(opened.fd)))
        this.introduceOne(file, opened?.fd);
    }
    await this.progress.introduced();
  }

  /** Undefined when it cannot be opened: that is reported when it is read. */
  private async opened(file: TrackedFile): Promise<OpenHandle | undefined> {
    const opened =
      this.handles.get(file) ?? (await this.handles.openFor(file, file.place).catch(() => undefined));
    return opened?.key === file.key ? opened : undefined;
  }

  private introduceOne(file: TrackedFile, fd: number | undefined): void {
    if (fd !== undefined && this.tracker.forgetIfPacked(file, fd)) return;
    if (fd !== undefined) file.introduce(fd);
    this.tracker.identify(file, fd);
    this.progress.introduce(file);
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      this.wakeUp = resolve;
    });
  }

  private wake(): void {
    this.wakeUp?.();
    this.wakeUp = undefined;
  }

  private async readFrom(file: TrackedFile): Promise<Block | undefined> {
    try {
      return file.isArchive ? await this.readArchive(file) : await this.readPlain(file);
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
      const isGrowing = error instanceof DecodeError && (await this.archives.isGrowing(file));
      if (isGrowing && this.isFollowing) return undefined;
      if (!isGrowing) file.seen = "";
      if (file.state === "detached" && !file.isArchive) file.state = "lost";
      else if (!isMissing) complainOf(this.host, file.place, error, this.isFollowing && !file.isArchive);
      if (file.isArchive && !isGrowing) this.finish(file);
      return undefined;
    }
  }

  private async readPlain(file: TrackedFile): Promise<Block | undefined> {
    if (file.isFinished || file.state === "lost") return undefined;
    const opened = this.handles.get(file) ?? (await this.handles.openFor(file, file.place));
    if (opened.key !== file.key) {
      this.handles.close(file); // Renamed between the last look and now: the next look finds it.
      if (file.state === "detached") file.state = "lost";
      return undefined;
    }
    if (this.tracker.forgetIfPacked(file, opened.fd)) return undefined;
    const isOver = this.tracker.isOver(file);
    const isLast = isOver || (!this.isFollowing && file.hasEnded);
    const isLeft = isLast && !isOver && this.unfinished.isLeft(file, opened.fd, this.tracker.paths.shown);
    if (isLeft) await this.introduceLate(file, opened.fd);
    const outcome = await file.read(opened.fd, isLast && !isLeft);
    if (outcome === "replaced") {
      this.ready.unshift(...(await this.tracker.replaced(file)));
      this.isLookDue = true;
      return undefined;
    }
    if (outcome === "end") {
      if (file.offset > file.toldOffset && file.id !== "") return this.handOverNothing(file);
      if (isOver) this.finish(file);
      else if (!this.isFollowing && !file.hasGivenLastLine) this.again(file);
      file.hasGivenLastLine = file.hasEnded;
      return undefined;
    }
    file.activeMs = this.host.nowMs();
    this.again(file);
    await this.introduceLate(file, opened.fd);
    return this.handOver(file, outcome.bytes);
  }

  /** Only an unfinished line was there, and it is the last. */
  private async introduceLate(file: TrackedFile, fd: number): Promise<void> {
    if (file.id !== "") return;
    this.tracker.identify(file, fd);
    this.progress.introduce({ ...trackOf(file, file.path), offset: 0, tail: EMPTY_PRINT });
    await this.progress.introduced();
  }

  private async readArchive(file: TrackedFile): Promise<Block | undefined> {
    if (file.isFinished) return undefined;
    this.tracker.identify(file, undefined);
    const block = await this.archives.next(file);
    if (block === undefined) {
      this.finish(file);
      return undefined;
    }
    this.again(file);
    file.activeMs = this.host.nowMs();
    return this.handOver(file, block.bytes);
  }

  /** More may be there: others get their turn first, unless this one was rotated away and its successor waits. */
  private again(file: TrackedFile): void {
    if (file.state === "detached" || file.isArchive) this.ready.unshift(file);
    else this.ready.push(file);
  }

  /** The lines at its end were too long: without a cursor behind them the next run would set them aside once more. */
  private handOverNothing(file: TrackedFile): Block {
    this.again(file);
    return this.handOver(file, Buffer.alloc(0));
  }

  private handOver(file: Track, bytes: Buffer): Block {
    const block = new Block(bytes, file.labels);
    block.origin = {
      name: shownName(file.path),
      writtenMs: writtenLongAgo(file.modifiedMs, this.host.nowMs()),
    };
    if (file instanceof TrackedFile) file.toldOffset = file.offset;
    this.waiting.delete(file.id);
    block.cursor = this.progress.cursorOf(file);
    block.delivery = this.progress.handedOver(file);
    return block;
  }

  private waitingLines(held: ReadonlyMap<string, Buffer> | undefined): Block[] {
    const found = this.progress.heldLines(held);
    const blocks = found.map(({ track, lines }) => this.handOver(track, lines));
    for (const { track } of found) this.waiting.add(track.id);
    return blocks;
  }

  /** What a file goes on with may belong to the lines that wait. */
  private waitingFirst(files: TrackedFile[]): TrackedFile[] {
    if (this.waiting.size === 0) return files;
    const isWaiting = ({ id }: TrackedFile) => this.waiting.has(id);
    return [...files.filter(isWaiting), ...files.filter((file) => !isWaiting(file))];
  }

  private finish(file: TrackedFile): void {
    this.tracker.finish(file);
    void this.archives.close(file);
    if (file.id !== "") this.progress.finished(file);
  }

  /**
   * After a stop: the unfinished last lines, if nobody will read them again, and what is left of files that are gone.
   */
  private async readUnfinished(): Promise<Block | undefined> {
    for (const file of this.tracker.files) {
      const opened = this.handles.get(file);
      if (opened === undefined || file.isFinished || file.state === "lost" || file.isArchive) continue;
      const isLast = this.progress.isKept ? await this.unfinished.isGone(file, opened.fd) : file.hasEnded;
      if (!isLast || !this.unfinished.hasTime(file, opened.fd)) continue;
      file.hasEnded = false;
      const outcome = await file.read(opened.fd, true);
      if (typeof outcome !== "string") {
        await this.introduceLate(file, opened.fd);
        return this.handOver(file, outcome.bytes);
      }
      if (this.progress.isKept && outcome === "end") this.finish(file);
    }
    return undefined;
  }

  private oversized(piece: Buffer, isLast: boolean, name?: string): void {
    if (this.onOversized !== undefined) this.onOversized(piece, isLast, name);
    else if (isLast) this.host.fail("a line is longer than --max-line-size and was left out");
  }
}
