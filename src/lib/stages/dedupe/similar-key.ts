/** What makes events alike when their messages are of one pattern: `dedupe --similar`. */
import type { FieldSet, Rows } from "../../event/rows/rows.js";
import type { SavedMiner } from "../../sketch/templates/saved.js";
import { TemplateMiner } from "../../sketch/templates/templates.js";
import { EventKey } from "../common/event-key.js";

/** The pattern of `message`, or of `raw`, and the values of some fields. Shaped as `EventKey`. */
export class SimilarKey {
  bytes: Uint8Array = Buffer.alloc(0);
  readonly start = 0;
  end = 0;
  private readonly message: number;
  private readonly raw: number;
  private readonly others: EventKey | undefined;
  private miner = new TemplateMiner();

  constructor(by: readonly string[], fields: FieldSet) {
    this.message = fields.add("message");
    this.raw = fields.add("raw");
    this.others = by.length === 0 ? undefined : new EventKey(by, fields);
  }

  /** Finds the key of an event. False when it has no text. Cost: about a microsecond. */
  locate(rows: Rows, row: number): boolean {
    const text = rows.text(this.message, row) ?? rows.text(this.raw, row);
    if (text === undefined) return false;
    const bytes = Buffer.from(text);
    const template = this.miner.add(bytes, 0, bytes.length);
    template.observe(Number.NaN, undefined);
    const others = this.others?.of(rows, row) ?? "";
    this.bytes = Buffer.from(`${template.id}\n${others}`, "latin1");
    this.end = this.bytes.length;
    return true;
  }

  save(): SavedMiner {
    return this.miner.save();
  }

  load(saved: SavedMiner): void {
    this.miner = new TemplateMiner();
    this.miner.load(saved);
  }
}
