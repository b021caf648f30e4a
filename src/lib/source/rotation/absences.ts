/** Names that are waited for: what bears one first may be rotated away before the next look. */
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { LineLimits } from "../line-blocks.js";
import { TrackedFile } from "../tracked-file.js";
import { type Directories, rotationOf } from "./siblings.js";

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
   * Stand-ins for the files that the names had before they were there, by which what came since can be found. Rejects where no
   * more files can be opened.
   */
  async ended(missing: readonly string[]): Promise<TrackedFile[]> {
    const appeared = [...this.absent].filter(([path]) => !missing.includes(path));
    const files = appeared.map(([path, { newestMs }]) => {
      const file = new TrackedFile(path, "", undefined, this.limits);
      file.unreadMs = newestMs;
      return file;
    });
    for (const [path] of appeared) this.absent.delete(path);
    for (const path of missing) this.absent.set(path, await this.beside(path));
    return files;
  }

  /** Costs one call while nothing comes or goes in the directory. */
  private async beside(path: string): Promise<Beside> {
    const changedNs = (await stat(dirname(path), { bigint: true }).catch(() => undefined))?.mtimeNs;
    const before = this.absent.get(path);
    if (before !== undefined && before.changedNs === changedNs) return before;
    const { name, siblings } = await this.listings.around(path);
    const rotated = siblings.filter((sibling) => rotationOf(name, sibling.path) !== undefined);
    return { changedNs, newestMs: Math.max(0, ...rotated.map(({ modifiedMs }) => modifiedMs)) };
  }
}
