// Enter here: the time of an event: which field has it and how it is read.
import { Guess, hasGuesses, takeGuesses } from "../../base/time/assumed.js";
import { FieldSet, Projector, type Rows } from "../rows/rows.js";
import { msOf, readInstant, setInstant, timeMs } from "./instant.js";
import { TIME_NAMES, TIMESTAMP, type TimeReading, WINDOW_START } from "./names.js";
import { timeOfJson } from "./read.js";

/**
 * The time of events: that of the given field; where it is `timestamp` and holds none, that of the first of TIME_NAMES
 * that holds one, and last `window_start`. Every stage and the store ask here, so that they all mean the same.
 */
export class EventTime {
  private readonly field: number;
  /**
   * Gets "zone_assumed" for each time without a zone, which is taken as UTC, "zone_unread" where a zone is not known.
   */
  count: ((name: string) => void) | undefined;
  private readonly others: OtherTimes | undefined;

  constructor(fields: FieldSet, name: string, count?: (name: string) => void) {
    this.field = fields.add(name);
    this.count = count;
    this.others = name === TIMESTAMP ? new OtherTimes() : undefined;
  }

  /** Milliseconds since the epoch, as `timeMs`; NaN when there is no time. */
  ms(rows: Rows, row: number): number {
    dropGuesses();
    let ms = timeMs(rows, this.field, row, "day-or-time");
    if (Number.isNaN(ms) && this.others !== undefined) ms = msOf(this.others.of(rows, row));
    if (hasGuesses()) this.countGuesses(!Number.isNaN(ms));
    return ms;
  }

  /** Into `instant`, as `readInstant`. False when there is no time. */
  read(rows: Rows, row: number): boolean {
    dropGuesses();
    const isRead =
      readInstant(rows, this.field, row, "day-or-time") ||
      (this.others !== undefined && setInstant(this.others.of(rows, row)));
    if (hasGuesses()) this.countGuesses(isRead);
    return isRead;
  }

  private countGuesses(isRead: boolean): void {
    const guesses = takeGuesses();
    if (isRead && (guesses & Guess.zone) !== 0) this.count?.("zone_assumed");
    if (!isRead && (guesses & Guess.unreadZone) !== 0) this.count?.("zone_unread");
  }

  /** The JSON text of the field, or of the time that another one holds; undefined when there is neither. */
  raw(rows: Rows, row: number): string | undefined {
    const own = rows.raw(this.field, row);
    if (own !== undefined || this.others === undefined) return own;
    const other = this.others.of(rows, row);
    return other === undefined ? undefined : `"${other}"`;
  }
}

/** What others have guessed before, who looked at lines without wanting to know. */
function dropGuesses(): void {
  if (hasGuesses()) takeGuesses();
}

/** The other names of the time, looked for only in blocks with an event that has none under its own. */
export class OtherTimes {
  private readonly readings: readonly TimeReading[];
  private readonly fields: readonly number[];
  private readonly projector: Projector;
  /** The block that `found` is of. */
  private lookedIn: Rows | undefined;
  private found: Rows | undefined;

  constructor() {
    const set = new FieldSet();
    this.fields = [...TIME_NAMES.map(({ from }) => set.add(from)), set.add(WINDOW_START)];
    this.readings = [...TIME_NAMES.map(({ reading }) => reading), "time"];
    this.projector = new Projector(set);
  }

  /** RFC 3339 in UTC. */
  of(rows: Rows, row: number): string | undefined {
    if (this.lookedIn !== rows) {
      // Its lines that are no events are left out here, too: the rows are the same.
      this.found = this.projector.apply(rows.bytes).rows;
      this.lookedIn = rows;
    }
    const found = this.found!;
    for (let n = 0; n < this.fields.length; n++) {
      const raw = found.raw(this.fields[n]!, row);
      const time = raw === undefined ? undefined : timeOfJson(raw, this.readings[n]!);
      if (time !== undefined) return time;
    }
    return undefined;
  }
}
