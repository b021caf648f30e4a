/** Keeps the table of a running sink in shape: what `logpipe compact` does, every so often, in the same process. */
import { reasonOf } from "../../base/errors/index.js";
import { TableLog } from "../../store/delta/snapshot.js";
import { TARGET_BYTES } from "../../store/maintain/compact.js";
import { maintainTable } from "../../store/maintain/maintain.js";
import type { TablePlace } from "../../store/storage/storage.js";

export interface UpkeepOptions {
  readonly table: TablePlace;
  /** From the end of one round to the beginning of the next, in milliseconds. */
  readonly everyMs: number;
  readonly nowMs: () => number;
  readonly onNotice: (text: string) => void;
}

/** A round that fails harms nobody: it is told, and the next one tries again. */
export class BackgroundMaintenance {
  readonly #options: UpkeepOptions;
  readonly #log: TableLog;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
    this.#log = new TableLog(options.table);
    this.#wait();
  }

  /** Resolves once the round that is under way has ended, early if it can. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  #wait(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#round = this.#run().finally(() => this.#wait());
    }, this.#options.everyMs).unref();
  }

  async #run(): Promise<void> {
    const { table, nowMs, onNotice } = this.#options;
    const isStopped = () => this.#isStopped;
    try {
      const report = await maintainTable({
        files: table.files,
        log: this.#log,
        nowMs,
        targetBytes: TARGET_BYTES,
        isStopped,
      });
      for (const damage of report.compaction.damaged) onNotice(`compacting: ${damage}`);
    } catch (error) {
      onNotice(`compacting ${table.storage.name} failed: ${reasonOf(error)}`);
    }
  }
}
