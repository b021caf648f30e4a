/**
 * A line that goes several ways, and is no event, is set aside on each of them: it is counted and kept once. Copies of
 * it that came on one way are lines of their own.
 */
import type { DeadLetter } from "../../../event/dead-letter.js";
import type { NetworkPlan } from "../../chain/network/plan-network.js";

/** Of a block whose lines are all faulty no more are told apart. */
const LINES_MAX = 100_000;

export class OnceAside {
  private readonly places: NetworkPlan["places"];
  /** By line, how often it was set aside at each place. */
  private seen = new Map<string, Map<number, number>>();

  constructor(places: NetworkPlan["places"]) {
    this.places = places;
  }

  /** Another block of a source comes. */
  begin(): void {
    if (this.seen.size > 0) this.seen = new Map();
  }

  firstOnly(letters: DeadLetter[]): DeadLetter[] {
    return letters.length === 0 ? letters : letters.filter((letter) => this.isFirst(letter));
  }

  private isFirst({ raw, stageIndex = 0 }: DeadLetter): boolean {
    const key = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).latin1Slice();
    let counts = this.seen.get(key);
    if (counts === undefined) {
      if (this.seen.size >= LINES_MAX) return true;
      this.seen.set(key, (counts = new Map()));
    }
    const count = (counts.get(stageIndex) ?? 0) + 1;
    counts.set(stageIndex, count);
    for (const [place, others] of counts)
      if (others >= count && this.isOtherWay(place, stageIndex)) return false;
    return true;
  }

  private isOtherWay(a: number, b: number): boolean {
    return a !== b && !this.places[a]!.behind.has(b) && !this.places[b]!.behind.has(a);
  }
}
