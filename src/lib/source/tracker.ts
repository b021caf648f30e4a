/**
 * Which files there are to follow: looks at the paths, recognises files by their content, and notices those that were
 * renamed, truncated, copied, deleted or new.
 *
 *     attached --(its path shows another file, or none)--> detached --(quiet for the grace time)--> finished
 *     attached --(its content was replaced)--> lost --(found in a copy beside it)--> detached
 */
import type { BigIntStats } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { failure, reasonOf } from "../base/errors/index.js";
import type { Terminal } from "../stage/terminal.js";
import { findContinuation, findUnseen } from "./continuation.js";
import { expandGlob, isGlob } from "./glob.js";
import { type FileKey, type Handles, keyOf } from "./handles.js";
import { identityOf } from "./identity.js";
import type { LineLimits } from "./line-blocks.js";
import { labelsOf, type SourceOptions } from "./options.js";
import { isCompressed, startOfLastLine } from "./prints.js";
import { Recogniser } from "./recognise.js";
import { firstLineOf, type Track, TrackedFile } from "./tracked-file.js";

export interface TrackerSettings {
  readonly patterns: readonly string[];
  /** Whether files that are not there may still come. */
  readonly isFollowing: boolean;
  readonly options: SourceOptions;
  readonly limits: LineLimits;
  readonly handles: Handles;
  readonly terminal: Terminal;
  /** What files that are there at the first look are read from, when nothing is known of them. */
  readonly from: "start" | "end";
  /** How long a renamed or deleted file is still read after it was last written to. */
  readonly graceMs: number;
  readonly known: readonly Track[];
}

/** An archive or a copy may still be being written: it is looked at once it has been left alone this long. */
const SETTLED_MS = 1000;
const GLOB_INTERVAL_MS = 1000;
/** How often a lost file is looked for. */
const MOST_SEARCHES = 5;
/** Finished files are remembered to recognise their copies. */
const MOST_FINISHED = 1000;

export class Tracker {
  /** Every file that is read or remembered, the finished ones too. */
  readonly files = new Set<TrackedFile>();
  private readonly byKey = new Map<FileKey, TrackedFile>();
  private readonly ids = new Set<string>();
  private readonly settings: TrackerSettings;
  private readonly searches = new Map<TrackedFile, number>();
  private readonly complained = new Set<string>();
  private globbed: { atMs: number; paths: string[] } | undefined;
  private readonly recogniser: Recogniser;
  private hasLooked = false;

  constructor(settings: TrackerSettings) {
    this.settings = settings;
    this.recogniser = new Recogniser(this.files, settings.terminal.nowMs);
    for (const track of settings.known) this.remember(track);
  }

  /** Directories to watch. */
  get directories(): Set<string> {
    const paths = this.settings.patterns.filter((pattern) => !isGlob(pattern));
    return new Set([...paths, ...(this.globbed?.paths ?? [])].map(dirname));
  }

  /** Looks at every path. The files that may have something to read, those of before first. */
  async scan(): Promise<TrackedFile[]> {
    const there = await this.look();
    for (const [key, { path }] of there) await this.attach(key, path);
    this.detachMissing(there);
    const found = [...(await this.findLost()), ...(await this.findUnseen())];
    for (const [key, { path, stats }] of there) {
      if (!this.byKey.has(key)) await this.adopt(path, key, stats);
    }
    this.hasLooked = true;
    return [...found, ...this.changed(there)];
  }

  /** The content of `file` is gone from its inode. What replaced it starts a life of its own. */
  async replaced(file: TrackedFile): Promise<TrackedFile[]> {
    this.settings.terminal.notice(`${file.path} was truncated or replaced: reading it from its start`);
    const wasAttached = file.state === "attached";
    const { key, path } = file;
    this.settings.handles.close(file);
    this.lose(file);
    const found = await this.findLost();
    if (wasAttached) this.add(new TrackedFile(path, key, file.labels, this.settings.limits));
    return found;
  }

  /** The file has been read to its end and will not be again. */
  finish(file: TrackedFile): void {
    file.state = "finished";
    this.settings.handles.close(file);
    const finished = [...this.files].filter((other) => other.isFinished);
    for (const oldest of finished.slice(0, -MOST_FINISHED)) this.files.delete(oldest);
  }

  /** What was empty when it was found is compressed: it is forgotten, and the next look takes it up as what it is. */
  turnsOutPacked(file: TrackedFile, fd: number): boolean {
    if (file.offset > 0 || file.state !== "attached" || !isCompressed(fd)) return false;
    this.settings.handles.close(file);
    return this.byKey.delete(file.key) && this.files.delete(file);
  }

  /** Whether a detached file has been quiet for so long that nobody writes to it any more. */
  isOver(file: TrackedFile): boolean {
    return (
      file.state === "detached" && this.settings.terminal.nowMs() - file.activeMs >= this.settings.graceMs
    );
  }

  /** Whether a lost file may still be found. */
  get isSearching(): boolean {
    return [...this.files].some((file) => file.state === "lost");
  }

  /** Gives a file that is read for the first time its identity, unlike any other that is known. */
  identify(file: TrackedFile, fd: number): void {
    if (file.id !== "") return;
    const [dev = "", ino = ""] = file.key.split(":");
    const plain = identityOf({ dev: BigInt(dev), ino: BigInt(ino) }, firstLineOf(fd));
    file.id = this.unique(plain);
  }

  unique(id: string): string {
    let unique = id;
    for (let life = 2; this.ids.has(unique); life++) unique = `${id}:${life}`;
    this.ids.add(unique);
    return unique;
  }

  private remember(track: Track): void {
    const { options, limits } = this.settings;
    const labels =
      options.label === "path" ? (track.labels ?? { source: track.path }) : labelsOf(track.path, options);
    const file = new TrackedFile(track.path, track.key, labels, limits);
    file.restore(track);
    file.state = track.isFinished ? "finished" : "lost";
    this.ids.add(track.id);
    this.add(file);
  }

  private add(file: TrackedFile): void {
    this.files.add(file);
    this.byKey.set(file.key, file);
    file.activeMs = this.settings.terminal.nowMs();
  }

  private lose(file: TrackedFile): void {
    if (this.byKey.get(file.key) === file) this.byKey.delete(file.key);
    file.state = "lost";
    file.key = "";
    file.hasEnded = false;
  }

  private async look(): Promise<Map<FileKey, { path: string; stats: BigIntStats }>> {
    const there = new Map<FileKey, { path: string; stats: BigIntStats }>();
    const paths = await this.paths();
    const all = await Promise.all(
      paths.map((path) => stat(path, { bigint: true }).catch((error) => error as Error)),
    );
    all.forEach((stats, i) => {
      const path = paths[i]!;
      if (stats instanceof Error) this.explain(path, stats);
      else if (!stats.isFile())
        this.complain(path, stats.isDirectory() ? "it is a directory" : "it is no regular file");
      else if (!there.has(keyOf(stats))) there.set(keyOf(stats), { path, stats });
    });
    return there;
  }

  private async paths(): Promise<string[]> {
    const nowMs = this.settings.terminal.nowMs();
    const { patterns } = this.settings;
    if (this.globbed === undefined || nowMs - this.globbed.atMs >= GLOB_INTERVAL_MS) {
      const found = await Promise.all(patterns.filter(isGlob).map(expandGlob));
      this.globbed = { atMs: nowMs, paths: found.flat() };
    }
    return [...new Set([...patterns.filter((pattern) => !isGlob(pattern)), ...this.globbed.paths])];
  }

  /** Something changed in a directory: patterns are expanded again at the next look. */
  expireGlobs(): void {
    this.globbed = undefined;
  }

  /** A file known by its inode: where it is now, unless the inode has become another file's. */
  private async attach(key: FileKey, path: string): Promise<void> {
    const file = this.byKey.get(key);
    if (file === undefined) return;
    if (file.state === "lost" || file.state === "finished") {
      if (file.isArchive && file.state === "finished") return;
      const isSame = await this.holds(file, path);
      if (isSame === undefined) return;
      if (!isSame) {
        if (file.state === "lost") this.lose(file);
        this.byKey.delete(key);
        return;
      }
    }
    if (file.state !== "attached") file.seen = "";
    file.state = "attached";
    file.place = path;
  }

  /** Opens `path` for `file`: whether it has its content; undefined when it cannot be opened now. */
  private async holds(file: TrackedFile, path: string): Promise<boolean | undefined> {
    try {
      const { fd, key } = await this.settings.handles.openFor(file, path);
      const isSame = key === file.key && (file.isArchive || file.isIn(fd));
      if (!isSame || file.state === "finished") this.settings.handles.close(file);
      return isSame;
    } catch (error) {
      this.explain(path, error as Error);
      return undefined;
    }
  }

  private detachMissing(there: ReadonlyMap<FileKey, unknown>): void {
    for (const file of this.files) {
      if (file.state !== "attached" || there.has(file.key)) continue;
      if (file.isArchive) this.finish(file);
      else if (this.settings.handles.get(file) === undefined) file.state = "lost";
      else file.state = "detached";
      file.activeMs = this.settings.terminal.nowMs();
      file.seen = "";
    }
  }

  private async findLost(): Promise<TrackedFile[]> {
    const found: TrackedFile[] = [];
    for (const file of this.files) {
      if (file.state !== "lost") continue;
      if (await this.find(file)) {
        found.push(file);
      } else {
        const searches = (this.searches.get(file) ?? 0) + 1;
        this.searches.set(file, searches);
        if (searches >= MOST_SEARCHES) this.finish(file);
      }
    }
    return found;
  }

  private async find(file: TrackedFile): Promise<boolean> {
    const place = await findContinuation(file, (key) => this.isRead(key));
    if (place === undefined) return false;
    if (this.byKey.get(file.key) === file) this.byKey.delete(file.key);
    file.key = place.key;
    file.place = place.path;
    file.isArchive = place.isArchive;
    file.state = "detached";
    this.searches.delete(file);
    this.add(file);
    if (!file.isArchive) await this.settings.handles.openFor(file, place.path).catch(() => undefined);
    return true;
  }

  /** Files that came and were rotated away while we were not there: behind the newest that is known of each name. */
  private async findUnseen(): Promise<TrackedFile[]> {
    if (this.hasLooked) return [];
    const newest = new Map(this.settings.known.map((track) => [track.path, track]));
    const files: TrackedFile[] = [];
    for (const { id, path, labels } of newest.values()) {
      const key = [...this.files].find((file) => file.id === id)?.key ?? "";
      for (const place of await findUnseen(path, key, (other) => this.byKey.has(other))) {
        const file = new TrackedFile(path, place.key, labels, this.settings.limits);
        file.place = place.path;
        file.isArchive = place.isArchive;
        file.state = "detached";
        this.add(file);
        files.push(file);
      }
    }
    return files;
  }

  private isRead(key: FileKey): boolean {
    const file = this.byKey.get(key);
    return file !== undefined && (file.state === "attached" || file.state === "detached");
  }

  /** A file never seen before: new, or a copy or an archive of one that was. */
  private async adopt(path: string, key: FileKey, stats: BigIntStats): Promise<void> {
    const { handles, options, limits } = this.settings;
    const file = new TrackedFile(path, key, labelsOf(path, options), limits);
    try {
      const opened = await handles.openFor(file, path);
      const isSettled = opened.key === key && (await this.place(file, opened.fd, stats));
      if (isSettled) this.add(file);
      if (!isSettled || file.isArchive) handles.close(file);
    } catch (error) {
      handles.close(file);
      this.explain(path, error as Error);
    }
  }

  /** Decides where a new file is read from; false when that cannot be said yet. */
  private async place(file: TrackedFile, fd: number, stats: BigIntStats): Promise<boolean> {
    const { terminal, from } = this.settings;
    file.isArchive = isCompressed(fd);
    const isQuiet = terminal.nowMs() - Number(stats.mtimeMs) >= SETTLED_MS;
    if (file.isArchive && this.hasLooked && !isQuiet) return false;
    if (!this.hasLooked && this.settings.known.length === 0) {
      if (from === "start") return true;
      if (file.isArchive) file.state = "finished";
      else file.startAt(fd, startOfLastLine(fd, Number(stats.size)));
      return true;
    }
    const recognised = file.isArchive
      ? await this.recogniser.archive(file.key, file.place)
      : this.recogniser.plain(file.key, fd, Number(stats.size));
    if (recognised === "wait") return false;
    if (recognised !== "new") file.continueAfter(recognised);
    return true;
  }

  private changed(there: ReadonlyMap<FileKey, { stats: BigIntStats }>): TrackedFile[] {
    const changed: TrackedFile[] = [];
    for (const file of this.files) {
      if (file.state === "detached") changed.push(file);
      if (file.state !== "attached") continue;
      const stats = there.get(file.key)?.stats;
      const stamp = stats === undefined ? "" : `${stats.size}:${stats.mtimeNs}`;
      if (stamp === file.seen) continue;
      file.seen = stamp;
      changed.push(file);
    }
    return changed;
  }

  private explain(path: string, error: Error): void {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (!isMissing || !this.settings.isFollowing) this.complain(path, reasonOf(error));
    else if (!this.hasLooked && !isGlob(path))
      this.settings.terminal.notice(`${path} is not there yet: waiting for it`);
  }

  private complain(path: string, reason: string): void {
    if (this.complained.has(path)) return;
    this.complained.add(path);
    const failed = failure("input.unreadable", { path, reason });
    this.settings.terminal.complain(failed.message, failed.help);
  }
}
