/**
 * Which files there are to follow: recognises them by their content, wherever they are.
 *
 *     attached --(its path shows another file, or none)--> detached --(quiet for the grace time)--> finished
 *     attached --(its content was replaced)--> lost --(found in a copy beside it)--> detached
 */
import { type BigIntStats, fstatSync } from "node:fs";
import type { Host } from "../../pipeline/contract/host.js";
import { labelsOf } from "../files/options.js";
import { weightOf } from "../identity/fingerprint.js";
import type { FileKey, Handles } from "../identity/open-handles.js";
import { Directories, isSamePath, type SiblingFile } from "../identity/siblings.js";
import { firstLineOf, plainId, type Track, TrackedFile } from "../identity/tracked-file.js";
import type { LineLimits } from "../lines/line-splitter.js";
import { Absences } from "./absences.js";
import { type AdoptedFile, FileAdoption, isPacked } from "./adoption.js";
import type { FollowOptions } from "./follow-options.js";
import { Paths, type There } from "./paths.js";
import { CopyDetection, stampOf } from "./recognise/copy-detection.js";
import { changedUnread, Lives, modifiedMsOf, possiblyRotated } from "./recognise/lives.js";
import { contains, findContinuation, findUnseen } from "./recognise/rotated-file.js";

export interface TrackerSettings {
  readonly patterns: readonly string[];
  /** Whether files that are not there may still come. */
  readonly isFollowing: boolean;
  readonly options: FollowOptions;
  readonly limits: LineLimits;
  readonly handles: Handles;
  readonly host: Host;
  /**
   * Where files start that are there at the first look, when nothing is known of any; a number: so many lines before
   * their ends.
   */
  readonly from: "start" | number;
  /** How long a renamed or deleted file is still read after it was last written to. */
  readonly graceMs: number;
  readonly known: readonly Track[];
}

const MOST_SEARCHES = 5;
const MOST_FINISHED = 1000;
export class Tracker {
  /** Every file that is read or remembered, the finished ones too. */
  readonly files = new Set<TrackedFile>();
  private readonly lives = new Lives();
  private readonly ids = new Set<string>();
  private readonly settings: TrackerSettings;
  readonly paths: Paths;
  private readonly adoption: FileAdoption;
  private readonly listings = new Directories();
  private readonly absences: Absences;
  private readonly searches = new Map<TrackedFile, number>();
  /** Files that were rotated away since the last look: others may have borne their names since, and be gone already. */
  private rotated: TrackedFile[] = [];
  /** Rotated files to read that cannot be placed yet. */
  private unseen: TrackedFile[] = [];
  /** The keys of what the paths showed at the last look. */
  private there: ReadonlyMap<FileKey, There> = new Map();
  /** Files whose content is nowhere to be found. Taken by whoever reports it. */
  givenUp: TrackedFile[] = [];
  private hasLooked = false;

  constructor(settings: TrackerSettings) {
    this.settings = settings;
    const { host, handles, known } = settings;
    this.paths = new Paths(settings);
    this.absences = new Absences(this.listings, settings.limits);
    this.adoption = new FileAdoption({
      ...settings,
      recogniser: new CopyDetection(this.files, handles, host.nowMs),
      isResumed: known.length > 0,
    });
    for (const track of known) this.remember(track);
  }

  /** Looks at every path. The files that may have something to read, those of before first. */
  async scan(): Promise<TrackedFile[]> {
    this.adoption.isUndecided = false;
    this.listings.forget();
    const there = await this.paths.look();
    if (!this.hasLooked) this.rotated = possiblyRotated(this.files);
    for (const [key, { path, stats }] of there) await this.attach(key, path, stampOf(stats));
    this.detachMissing(there);
    this.there = there;
    const found = [...(await this.findLost()), ...(await this.findUnseen())];
    for (const [key, { path, stats }] of there) {
      if (!this.lives.has(key) && !this.adoption.isLeft(path, stampOf(stats)))
        await this.adopt(new TrackedFile(path, key, this.labelsOf(path), this.settings.limits));
    }
    this.hasLooked = true;
    return [...found, ...this.changed(there)];
  }

  /** The content of `file` is gone from its inode. What replaced it starts a life of its own. */
  async replaced(file: TrackedFile): Promise<TrackedFile[]> {
    const { host, handles } = this.settings;
    host.log("info", `${file.path} was truncated or replaced: reading it from its start`);
    const wasAttached = file.state === "attached";
    const { key, path } = file;
    handles.close(file);
    this.listings.forget();
    this.rotated.push(this.lose(file));
    const found = await this.findLost();
    if (wasAttached) this.add(new TrackedFile(path, key, file.labels, this.settings.limits));
    return found;
  }

  /** The file has been read to its end and will not be again. */
  finish(file: TrackedFile): void {
    file.state = "finished";
    this.settings.handles.close(file);
    const gone = [...this.files].filter((other) => other.isFinished && !this.isThere(other));
    for (const oldest of gone.slice(0, -MOST_FINISHED)) this.forget(oldest);
  }

  /** What was taken for a plain file when it was empty is none: the next look decides again. */
  forgetIfPacked(file: TrackedFile, fd: number): boolean {
    if (file.id !== "" || file.isArchive || !isPacked(fd)) return false;
    this.settings.handles.close(file);
    this.forget(file);
    return true;
  }

  /** Whether a detached file has been quiet for so long that nobody writes to it any more. */
  isOver(file: TrackedFile): boolean {
    return file.state === "detached" && this.settings.host.nowMs() - file.activeMs >= this.settings.graceMs;
  }

  /** Whether a path shows the file: it is then not to be forgotten, or it would be new. */
  isThere({ key }: { readonly key: FileKey }): boolean {
    return this.there.has(key);
  }

  /** Whether a lost file may still be found, or a new one is about to be told from a copy. */
  get isSearching(): boolean {
    return this.adoption.isUndecided || [...this.files].some((file) => file.state === "lost");
  }

  /** Gives a file its identity, unlike any other that is known. `fd`: where it is open, unless it is an archive. */
  identify(file: TrackedFile, fd: number | undefined): void {
    if (file.id === "") file.id = this.unique(plainId(file.key, file.firstLine ?? firstLineOf(fd!)));
  }

  private unique(plain: string): string {
    let id = plain;
    for (let life = 2; this.ids.has(id); life++) id = `${plain}:${life}`;
    this.ids.add(id);
    return id;
  }

  private remember(track: Track): void {
    const { options, limits } = this.settings;
    const known = options.label === "path" ? track.labels : undefined;
    const labels = known ?? labelsOf(track.path, options);
    const file = new TrackedFile(track.path, track.key, labels, limits);
    file.restore(track);
    file.state = track.isFinished ? "finished" : "lost";
    this.ids.add(track.id);
    this.add(file);
  }

  private add(file: TrackedFile): void {
    this.files.add(file);
    this.lives.add(file);
    file.activeMs = this.settings.host.nowMs();
  }

  private forget(file: TrackedFile): void {
    this.files.delete(file);
    this.lives.remove(file);
  }

  private lose(file: TrackedFile): TrackedFile {
    this.lives.remove(file);
    file.state = "lost";
    file.key = "";
    file.bornMs = undefined;
    file.hasEnded = false;
    return file;
  }

  private labelsOf(path: string): TrackedFile["labels"] {
    return labelsOf(path, this.settings.options);
  }

  /** A file known by its inode: where it is now, unless the inode has become another file's. */
  private async attach(key: FileKey, path: string, stamp: string): Promise<void> {
    const active = this.lives.active(key);
    if (active !== undefined) return this.attachTo(active, path);
    for (const file of this.lives.remembered(key)) {
      if (file.isFinished && file.isArchive && file.seen === stamp) return;
      const isSame = await this.holds(file, path);
      if (isSame === undefined) return;
      if (isSame) return file.isArchive && file.isFinished ? undefined : this.attachTo(file, path);
      if (file.isFinished) this.lives.remove(file);
      else this.lose(file);
    }
  }

  private attachTo(file: TrackedFile, path: string): void {
    if (file.state !== "attached") file.seen = "";
    file.state = "attached";
    file.place = path;
  }

  /** Opens `path` for `file`: whether it has its content; undefined when it cannot be opened now. */
  private async holds(file: TrackedFile, path: string): Promise<boolean | undefined> {
    const { handles } = this.settings;
    try {
      const { fd, key } = await handles.openFor(file, path);
      const stats = fstatSync(fd);
      const stamp = stampOf(stats);
      const isSame = key === file.key && !file.isReborn(stats) && (await contains(file, fd, path));
      if (isSame && file.isArchive) file.seen = stamp;
      if (!isSame || file.isFinished || file.isArchive) handles.close(file);
      return isSame;
    } catch (error) {
      this.paths.explain(path, error as Error);
      return undefined;
    }
  }

  private detachMissing(there: ReadonlyMap<FileKey, unknown>): void {
    for (const file of this.files) {
      if (file.state !== "attached" || there.has(file.key)) continue;
      this.rotated.push(file);
      const isOpen = this.settings.handles.get(file) !== undefined;
      if (file.isArchive) this.finish(file);
      else file.state = isOpen ? "detached" : "lost";
      file.activeMs = this.settings.host.nowMs();
      file.seen = "";
    }
  }

  private async findLost(): Promise<TrackedFile[]> {
    const found: TrackedFile[] = [];
    for (const file of this.files) {
      if (file.state !== "lost") continue;
      if (await this.find(file)) found.push(file);
      else {
        const searches = (this.searches.get(file) ?? 0) + 1;
        this.searches.set(file, searches);
        // Its inode may be another's by now: it says nothing any more.
        if (searches < MOST_SEARCHES) continue;
        this.finish(this.lose(file));
        this.givenUp.push(file);
      }
    }
    return found;
  }

  private async find(file: TrackedFile): Promise<boolean> {
    const { handles } = this.settings;
    const place = await handles.withRoom(async () => {
      const around = await this.listings.around(file.path);
      return findContinuation(file, around, (sibling) => this.isOther(sibling, file));
    });
    if (place === undefined) return false;
    this.lives.remove(file);
    Object.assign(file, {
      key: place.key,
      bornMs: place.bornMs,
      place: place.path,
      isArchive: place.isArchive,
    });
    file.state = "detached";
    this.searches.delete(file);
    this.add(file);
    if (!file.isArchive) await handles.openFor(file, place.path).catch(() => undefined);
    return true;
  }

  /** Whether the content of a sibling is that of a file we know, and not of `file`. */
  private async isOther({ key, path }: SiblingFile, file?: TrackedFile): Promise<boolean> {
    if (this.lives.active(key) !== undefined) return true;
    for (const other of this.lives.remembered(key))
      if (other !== file && other.offset > 0 && (await this.holds(other, path))) return true;
    return false;
  }

  /**
   * Files that came and were rotated away between two looks, or while we were not there: they are read from their
   * start.
   */
  private async findUnseen(): Promise<TrackedFile[]> {
    const { handles } = this.settings;
    const isOther = async (sibling: SiblingFile) =>
      this.there.has(sibling.key) || (await this.isOther(sibling));
    const rotated = [
      ...this.rotated.filter(({ state }) => state !== "attached"),
      ...changedUnread(this.files, this.there),
      ...(await handles.withRoom(() => this.absences.ended(this.paths.missing, this.paths.lookMs))),
    ];
    this.rotated = rotated.filter(({ state }) => state === "lost");
    for (const file of rotated.filter(({ state }) => state !== "lost")) {
      const around = await handles.withRoom(() => this.listings.around(file.path));
      for (const { path: place, key } of await handles.withRoom(() => findUnseen(file, around, isOther))) {
        const labels = file.labels ?? this.labelsOf(file.path);
        const unseen = new TrackedFile(file.path, key, labels, this.settings.limits);
        this.unseen.push(Object.assign(unseen, { place, state: "detached" as const }));
      }
    }
    const files: TrackedFile[] = [];
    for (const file of this.unseen.splice(0)) {
      const { siblings } = await handles.withRoom(() => this.listings.around(file.path));
      file.place = siblings.find(({ key }) => key === file.key)?.path ?? file.place; // Rotated once more.
      const adopted = this.lives.active(file.key) === undefined ? await this.adopt(file) : "left";
      if (adopted === "later") this.unseen.push(file);
      if (adopted === "read") files.push(file);
    }
    return files;
  }

  /** A file never seen before: new, or a copy or an archive of one that was. */
  private async adopt(file: TrackedFile): Promise<AdoptedFile> {
    const { handles } = this.settings;
    try {
      const opened = await handles.openFor(file, file.place);
      const around = {
        isFirstLook: !this.hasLooked,
        originals: this.paths.shown.originalsOf(file.place),
        wasRead: (path: string | undefined) =>
          path !== undefined &&
          [...this.files].some((other) => isSamePath(other.place, path) || isSamePath(other.path, path)),
      };
      const isStill = opened.key === file.key;
      const adopted = isStill ? await this.adoption.place(file, opened.fd, around) : "later";
      if (adopted === "read") this.add(file);
      if (adopted !== "read" || file.isArchive) handles.close(file);
      return adopted;
    } catch (error) {
      handles.close(file);
      this.paths.explain(file.place, error as Error);
      return "left";
    }
  }

  private changed(there: ReadonlyMap<FileKey, { stats: BigIntStats }>): TrackedFile[] {
    const changed: TrackedFile[] = [];
    for (const file of this.files) {
      if (file.state === "detached") changed.push(file);
      if (file.state !== "attached") continue;
      const stats = there.get(file.key)?.stats;
      const stamp = stats === undefined ? "" : `${stats.size}:${stats.mtimeNs}`;
      const unreadMs = file.unreadMs ?? (stats && modifiedMsOf(stats));
      file.unreadMs = weightOf(file) > 0 ? undefined : unreadMs;
      if (stamp === file.seen) continue;
      file.seen = stamp;
      changed.push(file);
    }
    return changed;
  }
}
