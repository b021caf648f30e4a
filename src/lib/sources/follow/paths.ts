/** What the paths and patterns that are followed show at the moment. */
import type { BigIntStats } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { failure, reasonOf } from "../../base/errors/index.js";
import { systemPath } from "../../base/local/byte-name.js";
import type { Host } from "../../pipeline/contract/host.js";
import { expandGlob, isGlob } from "../files/glob.js";
import { type FileKey, fileKeyText, type Handles } from "../identity/open-handles.js";
import { OriginalNames } from "./recognise/originals.js";

export interface There {
  readonly path: string;
  readonly stats: BigIntStats;
}

export interface PathSettings {
  readonly patterns: readonly string[];
  /** Whether files that are not there may still come. */
  readonly isFollowing: boolean;
  readonly handles: Handles;
  readonly host: Host;
}

const GLOB_INTERVAL_MS = 1000;

export class Paths {
  private readonly settings: PathSettings;
  private readonly complained = new Set<string>();
  /** Names that were nowhere at the last look. */
  missing: readonly string[] = [];
  /** When that look began. */
  lookMs = 0;
  /** The paths of the files at the last look. */
  shown = new OriginalNames([]);
  private globbed: { atMs: number; paths: string[] } | undefined;
  private hasLooked = false;

  constructor(settings: PathSettings) {
    this.settings = settings;
  }

  /** Directories to watch. */
  get directories(): Set<string> {
    const paths = this.settings.patterns.filter((pattern) => !isGlob(pattern));
    return new Set([...paths, ...(this.globbed?.paths ?? [])].map(dirname));
  }

  /** The regular files, by inode. What is none, or cannot be read, is named. */
  async look(): Promise<Map<FileKey, There>> {
    this.lookMs = this.settings.host.nowMs();
    const there = new Map<FileKey, There>();
    const paths = await this.expanded();
    const all = await Promise.all(
      paths.map((path) => stat(systemPath(path), { bigint: true }).catch((error) => error as Error)),
    );
    const { patterns } = this.settings;
    this.missing = paths.filter((path, i) => isMissing(all[i]) && patterns.includes(path));
    all.forEach((stats, i) => {
      const path = paths[i]!;
      if (stats instanceof Error) this.explain(path, stats);
      else if (!stats.isFile())
        this.complain(path, stats.isDirectory() ? "it is a directory" : "it is no regular file");
      else if (!there.has(fileKeyText(stats))) there.set(fileKeyText(stats), { path, stats });
    });
    this.shown = new OriginalNames([...there.values()].map(({ path }) => path));
    this.hasLooked = true;
    return there;
  }

  /** Something changed in a directory: patterns are expanded again at the next look. */
  expireGlobs(): void {
    this.globbed = undefined;
  }

  explain(path: string, error: Error): void {
    if (!isMissing(error) || !this.settings.isFollowing) this.complain(path, reasonOf(error));
    else if (!this.hasLooked && !isGlob(path))
      this.settings.host.log("info", `${path} is not there yet: waiting for it`);
  }

  private async expanded(): Promise<string[]> {
    const nowMs = this.settings.host.nowMs();
    const { patterns, handles } = this.settings;
    if (this.globbed === undefined || nowMs - this.globbed.atMs >= GLOB_INTERVAL_MS) {
      const paths: string[] = [];
      for (const pattern of patterns.filter(isGlob))
        paths.push(...(await handles.withRoom(() => expandGlob(pattern))));
      this.globbed = { atMs: nowMs, paths };
    }
    return [...new Set([...patterns.filter((pattern) => !isGlob(pattern)), ...this.globbed.paths])];
  }

  private complain(path: string, reason: string): void {
    if (this.complained.has(path)) return;
    this.complained.add(path);
    const failed = failure("input.unreadable", { path, reason });
    const { host, isFollowing } = this.settings;
    // A file that is followed is looked at again.
    if (isFollowing) host.log("error", failed.message, failed.help);
    else host.fail(failed.message, failed.help);
  }
}

function isMissing(found: unknown): boolean {
  return (found as NodeJS.ErrnoException | undefined)?.code === "ENOENT";
}
