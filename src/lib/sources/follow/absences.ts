/** Names that are waited for: what bears one first may be rotated away before the next look. */
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { systemPath } from "../../base/local/byte-name.js";
import { type Directories, rotationOf } from "../identity/siblings.js";
import { TrackedFile } from "../identity/tracked-file.js";
import type { LineLimits } from "../lines/line-splitter.js";

/** Times of files are those of the last tick of the system's clock. */
const CLOCK_MS = 20;

/** At the last look at which the name was nowhere. */
interface Beside {
  /** When its directory changed; undefined when there is none. */
  readonly changedNs: bigint | undefined;
  /** When the newest rotated file beside the name was written to; 0 when there is none. */
  readonly newestMs: number;
}

export class Absences {
  private readonly listings: Directories;
  private readonly limits: LineLimits;
  private readonly absent = new Map<string, Beside>();

  constructor(listings: Directories, limits: LineLimits) {
    this.listings = listings;
    this.limits = limits;
  }

  /**
   * Stand-ins for the files that the names had before they were there, by which what came since can be found. `lookMs`:
   * when they were looked at. Rejects where no more files can be opened.
   */
  async ended(missing: readonly string[], lookMs: number): Promise<TrackedFile[]> {
    const appeared = [...this.absent].filter(([path]) => !missing.includes(path));
    const files = appeared.map(([path, { newestMs }]) => {
      const file = new TrackedFile(path, "", undefined, this.limits);
      file.unreadMs = newestMs;
      return file;
    });
    for (const [path] of appeared) this.absent.delete(path);
    for (const path of missing) this.absent.set(path, await this.beside(path, lookMs));
    return files;
  }

  /** Costs one call while nothing comes or goes in the directory. */
  private async beside(path: string, lookMs: number): Promise<Beside> {
    const changedNs = (await stat(systemPath(dirname(path)), { bigint: true }).catch(() => undefined))
      ?.mtimeNs;
    const known = this.absent.get(path);
    if (known !== undefined && known.changedNs === changedNs) return known;
    const { name, siblings } = await this.listings.around(path);
    // What has come since the name was looked at is no measure of what was there.
    const before = siblings.filter(
      ({ path: other, modifiedMs }) =>
        rotationOf(name, other) !== undefined && modifiedMs < lookMs - CLOCK_MS,
    );
    return { changedNs, newestMs: Math.max(0, ...before.map(({ modifiedMs }) => modifiedMs)) };
  }
}
