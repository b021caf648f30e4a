/** `--follow` and `--checkpoint`: files that grow, are rotated, come and go, each line read once. */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { failure } from "../base/errors/index.js";
import { Block } from "../event/block.js";
import type { Position } from "../event/position.js";
import type { Source } from "../stage/source.js";
import type { Terminal } from "../stage/terminal.js";
import { Acknowledgements } from "./acknowledgements.js";
import { ArchiveReader } from "./archive.js";
import { Checkpoint } from "./checkpoint.js";
import { DecodeError } from "./decode-error.js";
import { complainOf } from "./files.js";
import { Handles, mostHandles, type OpenCall, type OpenFile } from "./handles.js";
import type { LineLimits, Oversized } from "./line-blocks.js";
import type { SourceOptions } from "./options.js";
import { EMPTY_PRINT, parsePrint, printText } from "./prints.js";
import { hasFirstLine, type Track, type TrackedFile, trackOf } from "./tracked-file.js";
import { Tracker } from "./tracker.js";
import { Watches } from "./watch.js";

export interface FollowOptions extends SourceOptions {
  /** False: read what is there, once, and end. Default true. */
  readonly isFollowing?: boolean;
  /** Where to remember what is durable downstream. Absent: nowhere. */
  readonly checkpoint?: string | undefined;
  /**
   * Where files start that are there already, when nothing is known of any: "start", "end", or so many lines before the end.
   * Default "start". Those that come later start at their start.
   */
  readonly from?: "start" | "end" | number;
  /** The option that says so and is to be refused where the checkpoint knows better. */
  readonly fromOption?: string | undefined;
  /** How long a renamed or deleted file is still read after it was last written to. Default 10 s. */
  readonly graceMs?: number;
  /** How often files are looked at where the system does not tell of changes. Default 200 ms. */
  readonly pollMs?: number;
  /** Default 256, or what the process may still open less a reserve. */
  readonly mostOpenFiles?: number;
  /** Stands in for open(2). */
  readonly openCall?: OpenCall;
}

const DEFAULT_POLL_MS = 200;
const DEFAULT_GRACE_MS = 10_000;
const DEFAULT_OPEN_FILES = 256;
const GROWING_MS = 1000;

/**
 * Follows files and patterns through rotation by rename, by copy and truncate, and by switched symbolic links. An
 * unfinished last line is held until its newline comes, or the file is done with; at a stop it is handed over only
 * without a checkpoint (with one, the next run reads it whole).
 *
 * Lines that a writer adds between the copy and the truncation of copytruncate are lost by the rotation itself; nobody
 * can read them. What was written before is read from the copy when it lies in the same directory.
 *
 * Throws checkpoint.locked, checkpoint.unusable, checkpoint.known, output.unwritable.
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
  if (options.fromOption !== undefined) await refused(checkpoint, options.fromOption);
  return new FollowSource(patterns, options, terminal, checkpoint);
}

/** Gives the checkpoint back where it is refused. */
async function refused(checkpoint: Checkpoint | undefined, option: string): Promise<void> {
  try {
    checkpoint?.refuse(option);
  } catch (error) {
    await checkpoint?.close();
    throw error;
  }
}

class FollowSource implements Source {
  readonly id: string | undefined;
  onOversized?: Oversized;
  private readonly options: FollowOptions;
  private readonly terminal: Terminal;
  private readonly checkpoint: Checkpoint | undefined;
  private acknowledgements: Acknowledgements | undefined;
  private readonly handles: Handles;
  private tracking: Tracker | undefined;
  private readonly watches: Watches;
  private readonly limits: LineLimits;
  private readonly patterns: readonly string[];
  private readonly archives = new Map<TrackedFile, ArchiveReader>();
  /** Archives that are not complete, and when to try again. */
  private readonly growing = new Map<TrackedFile, number>();
  private ready: TrackedFile[] = [];
  /** What is known when reading begins: by the checkpoint, and by a sink that may be ahead of it. */
  private known: readonly Track[];
  /** Files of which lines were held back by a stage when the last run ended. */
  private held: Track[] = [];
  private readonly poll: NodeJS.Timeout;
  private isLookDue = true;
  private isReading = false;
  private looking: Promise<void> = Promise.resolve();
  private wakeUp: (() => void) | undefined;
  private isStopped = false;

  constructor(
    patterns: readonly string[],
    options: FollowOptions,
    terminal: Terminal,
    checkpoint: Checkpoint | undefined,
  ) {
    this.patterns = patterns;
    this.options = options;
    this.terminal = terminal;
    this.checkpoint = checkpoint;
    this.id = checkpoint?.id;
    this.known = checkpoint?.files ?? [];
    if (options.onOversized !== undefined) this.onOversized = options.onOversized;
    this.handles = new Handles(options.mostOpenFiles ?? mostHandles(DEFAULT_OPEN_FILES), options.openCall);
    if (checkpoint !== undefined) checkpoint.withRoom = (action) => this.handles.withRoom(action);
    this.limits = {
      ...(options.blockBytes === undefined ? {} : { blockBytes: options.blockBytes }),
      ...(options.maxLineBytes === undefined ? {} : { maxLineBytes: options.maxLineBytes }),
      onOversized: (piece, isLast) => this.oversized(piece, isLast),
    };
    this.watches = new Watches(() => {
      this.tracking?.expireGlobs();
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

  /** What the sink has is what was read: a file, its copy or its archive is recognised by that, and read behind it. */
  resume(positions: readonly Position[]): void {
    const stored = new Map(positions.map((position) => [position.source, position]));
    this.known = this.known.map((track) => {
      const position = stored.get(this.nameOf(track.id));
      if (position === undefined || position.offset < track.offset) return track;
      const { offset, held } = position;
      const tail = parsePrint(position.print) ?? (offset === track.offset ? track.tail : EMPTY_PRINT);
      const ahead = { ...track, offset, tail, held };
      this.checkpoint?.set(ahead);
      return ahead;
    });
  }

  /** Positions are durable in the order in which blocks were handed over: everything before this one is as well. */
  acknowledge(position: Position): void {
    const source = position.source.slice(this.nameOf("").length);
    this.acknowledgements?.acknowledge({ ...position, source });
  }

  private at({ id, offset, tail }: Track): Position {
    const position = { source: this.nameOf(id), offset };
    return tail.length === 0 ? position : { ...position, print: printText(tail) };
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
  }

  private get tracker(): Tracker {
    return this.tracking!;
  }

  /** Once it is known what the sink has, and not before. */
  private track(): Tracker {
    const { terminal, checkpoint, options, known } = this;
    this.held = known.filter((track) => track.held !== undefined);
    this.acknowledgements =
      checkpoint &&
      new Acknowledgements(known, (track) =>
        checkpoint.set({ ...track, path: resolve(terminal.cwd, track.path) }),
      );
    const tracker = new Tracker({
      patterns: this.patterns,
      options,
      terminal,
      limits: this.limits,
      handles: this.handles,
      isFollowing: this.isFollowing,
      from: options.from === "end" ? 0 : (options.from ?? "start"),
      graceMs: this.isFollowing ? (options.graceMs ?? DEFAULT_GRACE_MS) : 0,
      known,
    });
    if (checkpoint !== undefined) checkpoint.isNeeded = (track) => tracker.isThere(track);
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
    const found = await this.tracker.scan();
    const again = [...this.growing].filter(([, atMs]) => atMs <= this.terminal.nowMs()).map(([file]) => file);
    for (const file of again) this.growing.delete(file);
    this.ready = [...new Set([...this.ready, ...found, ...again])];
    await this.introduce(found);
    this.watches.watch(this.isFollowing ? this.tracker.directories : []);
  }

  /**
   * New files are in the checkpoint, with what they can be recognised by, before anything of them is handed over: after a kill
   * they are found again. One without a whole line waits until it has one.
   */
  private async introduce(found: readonly TrackedFile[]): Promise<void> {
    if (this.checkpoint === undefined) return;
    for (const file of found.filter(({ id, isFinished }) => id === "" && !isFinished)) {
      const opened = file.isArchive ? undefined : await this.opened(file);
      if (file.isArchive || (opened !== undefined && hasFirstLine(opened.fd)))
        this.introduceOne(file, opened?.fd);
    }
    await this.checkpoint.known();
  }

  /** Undefined when it cannot be opened: then it is said when it is read. */
  private async opened(file: TrackedFile): Promise<OpenFile | undefined> {
    const opened =
      this.handles.get(file) ?? (await this.handles.openFor(file, file.place).catch(() => undefined));
    return opened?.key === file.key ? opened : undefined;
  }

  private introduceOne(file: TrackedFile, fd: number | undefined): void {
    if (fd !== undefined && this.tracker.forgetIfPacked(file, fd)) return;
    if (fd !== undefined) file.introduce(fd);
    this.tracker.identify(file, fd);
    this.checkpoint?.introduce(trackOf(file, resolve(this.terminal.cwd, file.path)));
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
      const isGrowing = error instanceof DecodeError && (await this.isGrowing(file));
      if (isGrowing && this.isFollowing) return undefined;
      file.seen = "";
      if (file.state === "detached" && !file.isArchive) file.state = "lost";
      else if (!isMissing) complainOf(this.terminal, file.place, error);
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
    await this.introduceLate(file, opened.fd);
    return this.handOver(file, new Block(outcome.bytes, file.labels, this.at(file)));
  }

  /** Only an unfinished line was there, and it is the last. */
  private async introduceLate(file: TrackedFile, fd: number): Promise<void> {
    if (file.id !== "") return;
    this.tracker.identify(file, fd);
    this.checkpoint?.introduce({
      ...trackOf(file, resolve(this.terminal.cwd, file.path)),
      offset: 0,
      tail: EMPTY_PRINT,
    });
    await this.checkpoint?.known();
  }

  private async readArchive(file: TrackedFile): Promise<Block | undefined> {
    if (file.isFinished) return undefined;
    this.tracker.identify(file, undefined);
    const reader = this.archives.get(file) ?? (await this.openArchive(file));
    this.archives.set(file, reader);
    const block = await reader.next();
    if (block === undefined) {
      this.finish(file);
      return undefined;
    }
    this.again(file);
    file.activeMs = this.terminal.nowMs();
    file.continueAfter(reader.evidenceAt(block.position!.offset));
    return this.handOver(file, new Block(block.bytes, block.labels, this.at(file)));
  }

  private openArchive(file: TrackedFile): Promise<ArchiveReader> {
    return this.handles.withRoom(() => ArchiveReader.open(file.place, file, this.limits));
  }

  /** An archive that ends too early and was written to just now may still be: it is read on later, in this run or the next. */
  private async isGrowing(file: TrackedFile): Promise<boolean> {
    const stats = await stat(file.place).catch(() => undefined);
    if (stats === undefined || this.terminal.nowMs() - stats.mtimeMs >= DEFAULT_GRACE_MS) return false;
    await this.archives.get(file)?.close();
    this.archives.delete(file);
    this.growing.set(file, this.terminal.nowMs() + GROWING_MS);
    return true;
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
    return this.handOver(track, new Block(bytes, track.labels, this.at(track)));
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
      return this.handOver(file, new Block(outcome.bytes, file.labels, this.at(file)));
    }
    return undefined;
  }

  private oversized(piece: Buffer, isLast: boolean): void {
    if (this.onOversized !== undefined) this.onOversized(piece, isLast);
    else if (isLast) this.terminal.complain("a line is longer than --max-line-size and was left out");
  }
}
