/** `--follow` and `--checkpoint`: files that grow, are rotated, come and go, each line read once. */
import { resolve } from "node:path";
import { failure } from "../base/errors/index.js";
import { Block } from "../event/block.js";
import type { Position } from "../event/position.js";
import type { Source } from "../stage/source.js";
import type { Terminal } from "../stage/terminal.js";
import { Acknowledgements } from "./acknowledgements.js";
import { openArchive } from "./archive.js";
import type { BlockReader } from "./blocks.js";
import { Checkpoint } from "./checkpoint.js";
import { complainOf, noticeOfNuls } from "./files.js";
import type { FollowOptions } from "./follow-options.js";
import { Handles } from "./handles.js";
import type { LineLimits, Oversized } from "./line-blocks.js";
import { goOnBehind, Stored } from "./stored.js";
import { hasFirstLine, type Track, type TrackedFile, trackOf } from "./tracked-file.js";
import { Tracker } from "./tracker.js";
import { Watches } from "./watch.js";

export type { FollowOptions } from "./follow-options.js";

const DEFAULT_POLL_MS = 200;
const DEFAULT_GRACE_MS = 10_000;
const DEFAULT_OPEN_FILES = 256;

/**
 * Follows files and patterns through rotation by rename, by copy and truncate, and by switched symbolic links. An
 * unfinished last line is held until its newline comes, or the file is done with; at a stop it is handed over only
 * without a checkpoint (with one, the next run reads it whole).
 *
 * Lines that a writer adds between the copy and the truncation of copytruncate are lost by the rotation itself; nobody
 * can read them. What was written before is read from the copy when it lies in the same directory.
 *
 * Throws checkpoint.locked, checkpoint.unusable, output.unwritable.
 */
export async function openFollow(
  patterns: readonly string[],
  options: FollowOptions,
  terminal: Terminal,
): Promise<Source> {
  if (patterns.includes("-")) {
    throw failure("usage.bad-value", {
      option: "FILE",
      value: "-",
      reason: "standard input cannot be followed or resumed",
    });
  }
  const checkpoint = options.checkpoint === undefined ? undefined : await Checkpoint.open(options.checkpoint);
  return new FollowSource(patterns, options, terminal, checkpoint);
}

class FollowSource implements Source {
  readonly id: string | undefined;
  onOversized?: Oversized;
  private readonly options: FollowOptions;
  private readonly terminal: Terminal;
  private readonly checkpoint: Checkpoint | undefined;
  private readonly acknowledgements: Acknowledgements | undefined;
  private readonly handles: Handles;
  private readonly tracker: Tracker;
  private readonly watches: Watches;
  private readonly limits: LineLimits;
  private readonly archives = new Map<TrackedFile, BlockReader>();
  private ready: TrackedFile[] = [];
  /** Files of which lines were held back by a stage when the last run ended. */
  private held: Track[];
  private readonly stored = new Stored();
  private readonly poll: NodeJS.Timeout;
  private isLookDue = true;
  private isReading = false;
  private looking: Promise<void> = Promise.resolve();
  private wakeUp: (() => void) | undefined;
  private isStopped = false;
  private nuls = 0;

  constructor(
    patterns: readonly string[],
    options: FollowOptions,
    terminal: Terminal,
    checkpoint: Checkpoint | undefined,
  ) {
    this.options = options;
    this.terminal = terminal;
    this.checkpoint = checkpoint;
    this.id = checkpoint?.id;
    this.acknowledgements =
      checkpoint &&
      new Acknowledgements(checkpoint.files, (track) =>
        checkpoint.set({ ...track, path: resolve(terminal.cwd, track.path) }),
      );
    this.held = checkpoint?.files.filter((track) => track.held !== undefined) ?? [];
    if (options.onOversized !== undefined) this.onOversized = options.onOversized;
    this.handles = new Handles(options.mostOpenFiles ?? DEFAULT_OPEN_FILES, options.openCall);
    this.limits = {
      ...(options.blockBytes === undefined ? {} : { blockBytes: options.blockBytes }),
      ...(options.maxLineBytes === undefined ? {} : { maxLineBytes: options.maxLineBytes }),
      onOversized: (...piece) => this.oversized(...piece),
      onNuls: (count) => {
        this.nuls += count;
      },
    };
    this.tracker = new Tracker({
      patterns,
      options,
      terminal,
      limits: this.limits,
      handles: this.handles,
      isFollowing: this.isFollowing,
      from: options.from ?? "start",
      graceMs: this.isFollowing ? (options.graceMs ?? DEFAULT_GRACE_MS) : 0,
      known: checkpoint?.files ?? [],
    });
    this.watches = new Watches(() => {
      this.tracker.expireGlobs();
      this.due();
    });
    this.poll = setInterval(() => this.due(), options.pollMs ?? DEFAULT_POLL_MS);
  }

  async read(): Promise<Block | undefined> {
    this.isReading = true;
    try {
      await this.looking;
      for (;;) {
        this.checkpoint?.check();
        if (this.isStopped) return await this.readUnfinished();
        if (this.isLookDue) await this.look();
        const held = this.held.shift();
        if (held !== undefined) return this.handOverHeld(held);
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

  resume(positions: readonly Position[]): void {
    this.stored.add(positions);
    this.held = this.held.filter((track) => !this.stored.reaches(this.nameOf(track.id), track.offset));
  }

  /** Positions are durable in the order in which blocks were handed over: everything before this one is as well. */
  acknowledge(position: Position): void {
    const source = position.source.slice(this.nameOf("").length);
    this.acknowledgements?.acknowledge({ ...position, source });
  }

  private at(file: Track, offset: number): Position {
    return { source: this.nameOf(file.id), offset };
  }

  /** What positions call a file. */
  private nameOf(id: string): string {
    return this.id === undefined ? id : `${this.id}/${id}`;
  }

  async close(): Promise<void> {
    this.stop();
    clearInterval(this.poll);
    this.watches.close();
    await this.looking;
    for (const reader of this.archives.values()) await reader.close();
    this.handles.closeAll();
    await this.checkpoint?.close();
    noticeOfNuls(this.terminal, "the followed files", this.nuls);
    this.nuls = 0;
  }

  private get isFollowing(): boolean {
    return this.options.isFollowing ?? true;
  }

  private due(): void {
    this.isLookDue = true;
    this.wake();
    // Nobody reads at the moment, but a file may be renamed twice until someone does: it must be open by then.
    if (!this.isReading && !this.isStopped)
      this.looking = this.looking.then(() => (this.isReading ? undefined : this.look()));
  }

  private async look(): Promise<void> {
    this.isLookDue = false;
    const found = await this.tracker.scan();
    this.ready = [...new Set([...this.ready, ...found])];
    await this.introduce(found);
    this.watches.watch(this.isFollowing ? this.tracker.directories : []);
  }

  /** New files are in the checkpoint before anything of them is handed over: after a kill they are found again. */
  private async introduce(found: readonly TrackedFile[]): Promise<void> {
    if (this.checkpoint === undefined) return;
    for (const file of found) {
      const opened = this.handles.get(file);
      if (file.id !== "" || file.isArchive || opened === undefined || !hasFirstLine(opened.fd)) continue;
      this.tracker.identify(file, opened.fd);
      this.checkpoint.introduce(trackOf(file, resolve(this.terminal.cwd, file.path)));
    }
    await this.checkpoint.known();
  }

  /** Goes on behind what a sink has of the file already; the lines it lacks that were read by then come first. */
  private heldIn(file: TrackedFile, fd: number): Block | undefined {
    if (this.stored.isEmpty) return undefined;
    if (file.id === "" && hasFirstLine(fd)) this.tracker.identify(file, fd);
    const position = this.stored.take(this.nameOf(file.id));
    if (position === undefined || !goOnBehind(position, file, fd) || position.held === undefined)
      return undefined;
    this.again(file);
    return this.handOver(
      file,
      new Block(Buffer.from(position.held, "base64"), file.labels, this.at(file, position.offset)),
    );
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
      file.seen = "";
      const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
      if (file.state === "detached" && !file.isArchive) file.state = "lost";
      else if (!isMissing) complainOf(this.terminal, file.place, error);
      if (file.isArchive) this.finish(file);
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
    if (this.tracker.turnsOutPacked(file, opened.fd)) {
      this.isLookDue = true;
      return undefined;
    }
    const held = this.heldIn(file, opened.fd);
    if (held !== undefined) return held;
    const isOver = this.tracker.isOver(file);
    const outcome = await file.read(opened.fd, isOver || (!this.isFollowing && file.hasEnded));
    if (outcome === "replaced") {
      this.ready.unshift(...(await this.tracker.replaced(file)));
      this.isLookDue = true;
      return undefined;
    }
    if (outcome === "end") {
      if (isOver) this.finish(file);
      else if (!this.isFollowing && !file.hasGivenLastLine) this.again(file);
      file.hasGivenLastLine = file.hasEnded;
      return undefined;
    }
    file.activeMs = this.terminal.nowMs();
    this.again(file);
    this.tracker.identify(file, opened.fd);
    return this.handOver(file, new Block(outcome.bytes, file.labels, this.at(file, outcome.endOffset)));
  }

  private async readArchive(file: TrackedFile): Promise<Block | undefined> {
    if (file.isFinished) return undefined;
    const reader = this.archives.get(file) ?? (await openArchive(file.place, file, this.limits));
    this.archives.set(file, reader);
    const block = await reader.next();
    if (block === undefined) {
      this.finish(file);
      return undefined;
    }
    this.again(file);
    if (block.position === undefined) return block;
    if (file.id === "") file.id = this.tracker.unique(block.position.source);
    file.offset = block.position.offset;
    return this.handOver(file, new Block(block.bytes, block.labels, this.at(file, file.offset)));
  }

  /** More may be there: others get their turn first, unless this one was rotated away and its successor waits. */
  private again(file: TrackedFile): void {
    if (file.state === "detached" || file.isArchive) this.ready.unshift(file);
    else this.ready.push(file);
  }

  private handOver(file: Track, block: Block): Block {
    block.origin = { name: file.path };
    this.acknowledgements?.handedOver(file);
    return block;
  }

  /** The lines may belong to a record that goes on in the file: that is read next. */
  private handOverHeld(track: Track): Block {
    const file = this.ready.find(({ id }) => id === track.id);
    if (file !== undefined) this.ready = [file, ...this.ready.filter((other) => other !== file)];
    const bytes = Buffer.from(track.held ?? "", "base64");
    return this.handOver(track, new Block(bytes, track.labels, this.at(track, track.offset)));
  }

  private finish(file: TrackedFile): void {
    this.tracker.finish(file);
    void this.archives.get(file)?.close();
    this.archives.delete(file);
    if (file.id !== "") this.acknowledgements?.handedOver(file);
  }

  /** After a stop: the unfinished last lines, if nobody will read them again. */
  private async readUnfinished(): Promise<Block | undefined> {
    if (this.checkpoint !== undefined) return undefined;
    for (const file of this.tracker.files) {
      if (!file.hasEnded || file.isFinished || file.state === "lost" || file.isArchive) continue;
      file.hasEnded = false;
      const opened = this.handles.get(file);
      const outcome = opened && (await file.read(opened.fd, true));
      if (outcome === undefined || typeof outcome === "string") continue;
      this.tracker.identify(file, opened!.fd);
      return this.handOver(file, new Block(outcome.bytes, file.labels, this.at(file, outcome.endOffset)));
    }
    return undefined;
  }

  private oversized(piece: Buffer, isLast: boolean, name?: string): void {
    if (this.onOversized !== undefined) this.onOversized(piece, isLast, name);
    else if (isLast) this.terminal.complain("a line is longer than --max-line-size and was left out");
  }
}
