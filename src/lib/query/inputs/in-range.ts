/**
 * `--since` and `--until` for events that are piped in or stand in files: by their time, whatever it is called and how
 * it is written.
 */

import { FieldSet, Projector } from "../../event/rows/rows.js";
import { EventTime } from "../../event/time/event-time.js";
import { instant } from "../../event/time/instant.js";
import { TIMESTAMP } from "../../event/time/names.js";
import { type TimeCounts, TimeTally } from "../../event/time/remarks.js";
import type { TimeRange } from "../sql/time-range.js";

export class InRange {
  /** An event with a time has come: those without one that were let through before are to be forgotten. */
  hasTimes = false;
  withoutTime = 0;
  private readonly sinceNs: bigint | undefined;
  private readonly untilNs: bigint | undefined;
  private readonly fields = new FieldSet();
  private readonly tally = new TimeTally();
  private readonly time: EventTime;
  private readonly projector: Projector;

  constructor({ sinceNs, untilNs, timeField = TIMESTAMP }: TimeRange) {
    this.time = new EventTime(this.fields, timeField, this.tally.count);
    this.projector = new Projector(this.fields);
    this.sinceNs = sinceNs;
    this.untilNs = untilNs;
  }

  /** What was guessed of times. */
  get timeCounts(): TimeCounts {
    return this.tally.counts;
  }

  /** Of valid events those in the range. As long as none has a time: all of them, since it may be a look-up table. */
  take(bytes: Buffer): Buffer {
    const { rows } = this.projector.apply(bytes);
    const kept: Buffer[] = [];
    for (let row = 0; row < rows.count; row++) {
      if (!this.time.read(rows, row)) {
        this.withoutTime++;
        if (this.hasTimes) continue;
      } else {
        if (!this.hasTimes) kept.length = 0;
        this.hasTimes = true;
        if (!this.hasInstant()) continue;
      }
      kept.push(rows.bytes.subarray(rows.lineStart(row), rows.lineEnd(row)));
    }
    return kept.length === rows.count ? rows.bytes : Buffer.concat(kept);
  }

  private hasInstant(): boolean {
    const ns = BigInt(instant.ms) * 1_000_000n + BigInt(instant.ns);
    return (
      (this.sinceNs === undefined || ns >= this.sinceNs) && (this.untilNs === undefined || ns < this.untilNs)
    );
  }
}
