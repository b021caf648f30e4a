/** What had to be guessed of the times and levels of a block. */
import { Guess, takeGuesses } from "../../../base/time/assumed.js";
import type { StageContext } from "../../../pipeline/contract/stage.js";

export class Guessed {
  private zoneAssumed = 0;
  private zoneUnread = 0;
  private yearAssumed = 0;
  private orderAssumed = 0;
  private readonly levels = { syslog: 0, pino: 0, monolog: 0 };

  /** What was guessed since the last time, of one record. */
  note(): void {
    const guesses = takeGuesses();
    if (guesses === 0) return;
    if ((guesses & Guess.syslogLevel) !== 0) this.levels.syslog++;
    if ((guesses & Guess.pinoLevel) !== 0) this.levels.pino++;
    if ((guesses & Guess.monologLevel) !== 0) this.levels.monolog++;
    if ((guesses & Guess.unreadZone) !== 0) this.zoneUnread++;
    else {
      if ((guesses & Guess.zone) !== 0) this.zoneAssumed++;
      if ((guesses & Guess.year) !== 0) this.yearAssumed++;
      if ((guesses & Guess.dateOrder) !== 0) this.orderAssumed++;
    }
  }

  /** Levels that the kernel has read from numbers: 10 to 60. */
  notePinoLevels(count: number): void {
    this.levels.pino += count;
  }

  /** Counts all of it: once a record would cost. */
  count(context: StageContext): void {
    if (this.zoneAssumed > 0) context.count("zone_assumed", this.zoneAssumed);
    if (this.zoneUnread > 0) context.count("zone_unread", this.zoneUnread);
    if (this.yearAssumed > 0) context.count("year_assumed", this.yearAssumed);
    if (this.orderAssumed > 0) context.count("date_order_assumed", this.orderAssumed);
    for (const scale of SCALES) {
      if (this.levels[scale] > 0) context.count(`levels_as_${scale}`, this.levels[scale]);
      this.levels[scale] = 0;
    }
    this.zoneAssumed = this.zoneUnread = this.yearAssumed = this.orderAssumed = 0;
  }
}

const SCALES = ["syslog", "pino", "monolog"] as const;
