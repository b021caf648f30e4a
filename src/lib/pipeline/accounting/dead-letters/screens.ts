/**
 * What of a line goes to the dead letters of a pipeline that hides things. The rule: a line that was set aside before
 * such a stage, or by it, is kept as the stage leaves it or not at all; behind it a line is kept as it is.
 */

import type { NetworkPlan } from "../../chain/network/plan-network.js";
import type { Host } from "../../contract/host.js";
import type { Screen } from "../../contract/screen.js";

/** What is kept of a line. */
export interface KeptLine {
  /** Undefined: nothing of it. */
  readonly raw: Buffer | undefined;
  readonly hash?: string | undefined;
}

export class Screens {
  private readonly plan: Pick<NetworkPlan, "entries" | "places">;
  private readonly screens: readonly { readonly place: number; readonly screen: Screen }[];

  /** Of a plan whose stages are opened. */
  constructor(plan: Pick<NetworkPlan, "entries" | "places">) {
    this.plan = plan;
    this.screens = plan.places.flatMap(({ link: { what } }, place) => {
      if (what.kind !== "stage") return [];
      const screen = what.step.declaration.screen?.(what.step.given, what.step.opened);
      return screen === undefined ? [] : [{ place, screen }];
    });
  }

  get isNone(): boolean {
    return this.screens.length === 0;
  }

  /** Whether nothing hides what comes from the source. */
  isNoneBehind(entry: number): boolean {
    return !this.screens.some(({ place }) => this.plan.entries[entry]!.places.has(place));
  }

  /** What stages that keep state remember is saved: says so of those that see events as they came. */
  warnOfState({ log }: Pick<Host, "log">): void {
    const early = this.plan.places.filter(({ isSerial, link, behind }, place) => {
      const isScreened = this.screens.some((one) => one.place !== place && behind.has(one.place));
      return isSerial && link.what.kind === "stage" && isScreened;
    });
    if (early.length === 0) return;
    const names = early.map(({ link }) => link.name);
    const text = `what ${names.join(" and ")} remembers between runs is kept in the store as it came, for its owner alone`;
    log("info", `${text}: put redact first`);
  }

  /** Of a line that was set aside at this place: what stands behind may not see it either. */
  keptOf(raw: Buffer, at: number): KeptLine {
    const { behind } = this.plan.places[at]!;
    let kept: Buffer = raw;
    for (const { place, screen } of this.screens) {
      if (!behind.has(place)) continue;
      const screened = screen.letter(kept);
      if (screened.raw === undefined) return { raw: undefined, hash: screened.hash };
      kept = screened.raw;
    }
    return { raw: kept };
  }

  /** Lines in front of the first stages, for a restart. */
  waiting(lines: Buffer, entry: number): Buffer {
    const { places } = this.plan.entries[entry]!;
    const own = this.screens.filter(({ place }) => places.has(place));
    return own.reduce((seen, { screen }) => screen.waiting(seen), lines);
  }
}
