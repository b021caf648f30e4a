/** Wakes up when something changes in a directory. Only a hint: polling sees what the system does not tell (NFS). */
import { type FSWatcher, watch } from "node:fs";
import { systemPath } from "../../base/local/byte-name.js";

const MOST_DIRECTORIES = 64;
const GATHER_MS = 15;

export class Watches {
  private readonly watchers = new Map<string, FSWatcher>();
  private readonly onChange: () => void;
  private timer: NodeJS.Timeout | undefined;

  /** `onChange` is called at most every 15 ms. */
  constructor(onChange: () => void) {
    this.onChange = onChange;
  }

  /** Watches these directories and no others. Those that cannot be watched are left to polling. */
  watch(directories: Iterable<string>): void {
    const wanted = new Set([...directories].slice(0, MOST_DIRECTORIES));
    for (const directory of this.watchers.keys()) if (!wanted.has(directory)) this.forget(directory);
    for (const directory of wanted) if (!this.watchers.has(directory)) this.add(directory);
  }

  close(): void {
    this.watch([]);
    clearTimeout(this.timer);
  }

  private add(directory: string): void {
    try {
      const watcher = watch(systemPath(directory), { persistent: false }, () => this.changed());
      watcher.on("error", () => this.forget(directory));
      this.watchers.set(directory, watcher);
    } catch {
      // No such directory yet, or no watches left.
    }
  }

  private forget(directory: string): void {
    this.watchers.get(directory)?.close();
    this.watchers.delete(directory);
  }

  private changed(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.onChange();
    }, GATHER_MS);
  }
}
