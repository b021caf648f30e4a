import type { Chain } from "./chain.js";

/** Minimum interval between checks for changed files. */
const REFRESH_MS = 1000;

/** Lets the stages of chains take up what has changed outside, between blocks. */
export class Refreshing {
  private readonly chains: readonly Chain[];
  private dueMs = performance.now() + REFRESH_MS;

  constructor(...chains: readonly Chain[]) {
    this.chains = chains.filter(({ isRefreshable }) => isRefreshable);
  }

  get isPossible(): boolean {
    return this.chains.length > 0;
  }

  /** Undefined when there is nothing to wait for. */
  whenDue(): Promise<void> | undefined {
    if (this.chains.length === 0 || performance.now() < this.dueMs) return undefined;
    return this.refresh();
  }

  private async refresh(): Promise<void> {
    for (const chain of this.chains) await chain.refresh();
    this.dueMs = performance.now() + REFRESH_MS;
  }
}
