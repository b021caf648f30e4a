/** What had to be guessed of the times of a block. */
import { Guess, takeGuesses } from "../../base/times/assumed.js";
import type { StageContext } from "../../stage/stage.js";

export class Guessed {
  private zoneAssumed = 0;
  private zoneUnread = 0;
  private yearAssumed = 0;

  /** What was guessed since the last time, of one record. */
  note(): void {
    const guesses = takeGuesses();
    if (guesses === 0) return;
    if ((guesses & Guess.unreadZone) !== 0) this.zoneUnread++;
    else {
      if ((guesses & Guess.zone) !== 0) this.zoneAssumed++;
      if ((guesses & Guess.year) !== 0) this.yearAssumed++;
    }
  }

  /** Counts all of it: once a record would cost. */
  count(context: StageContext): void {
    if (this.zoneAssumed > 0) context.count("zone_assumed", this.zoneAssumed);
    if (this.zoneUnread > 0) context.count("zone_unread", this.zoneUnread);
    if (this.yearAssumed > 0) context.count("year_assumed", this.yearAssumed);
    this.zoneAssumed = this.zoneUnread = this.yearAssumed = 0;
  }
}
