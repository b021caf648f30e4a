/** How many records each format has read, and what the others look like. */
import type { StageContext } from "../../pipeline/contract/stage.js";
import { UnreadLines } from "./unparsed/unread.js";

export class FormatTally {
  private readonly records = new Map<string, number>();
  /** Of the format that came last, not in `records` yet: most lines are of the same. */
  private last = "";
  private lastRecords = 0;
  private unread: UnreadLines | undefined;

  read(format: string, records: number): void {
    if (format !== this.last) {
      this.settle();
      this.last = format;
    }
    this.lastRecords += records;
  }

  readonly onRead = (format: string): void => this.read(format, 1);

  readonly onUnread = (text: string): void => {
    this.unread ??= new UnreadLines();
    this.unread.add(text);
  };

  /** Counts what came since the last time, as `format.NAME`. */
  count(context: StageContext): void {
    this.settle();
    for (const [name, records] of this.records) context.count(`format.${name}`, records);
    this.records.clear();
    this.unread?.count(context.count);
  }

  private settle(): void {
    if (this.lastRecords > 0)
      this.records.set(this.last, (this.records.get(this.last) ?? 0) + this.lastRecords);
    this.lastRecords = 0;
  }
}
