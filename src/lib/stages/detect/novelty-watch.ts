/** Watches for values of a field that a group has never had before. */
import type { FieldSet } from "../../event/rows/rows.js";
import { scoreOf } from "./method.js";
import { type SavedSeries, SeriesTable } from "./series-table.js";
import { type Alarm, keyJson, type Moment, type Watch, type WatchSettings } from "./watch.js";

/** Numbers of a group: events seen; how often a value has been new of late, 0 to 1. */
const SEEN = 0;
const RATE = 1;
/** Events that "of late" means. */
const MEMORY = 10_000;
/** One new value in 256 events makes a surprise of 1; one in 65,536 a surprise of 2. */
const STANDARD_BITS = 8;

/**
 * A value is the more surprising the rarer new values have been: where every tenth event has a new one (ids), the next
 * is none. How likely the next is new is estimated by how many were new of late (after Good 1953).
 */
export class NoveltyWatch implements Watch {
  private readonly field: number;
  private readonly name: string;
  private readonly settings: WatchSettings;
  private readonly groups: SeriesTable;
  private readonly known: SeriesTable;

  constructor(name: string, fields: FieldSet, settings: WatchSettings) {
    this.field = fields.add(name);
    this.name = name;
    this.settings = settings;
    const { count, maxGroups } = settings;
    this.groups = new SeriesTable(2, maxGroups, () => count("forgotten_groups"));
    this.known = new SeriesTable(0, maxGroups, () => count("forgotten_values"));
  }

  look({ rows, row, group }: Moment): Alarm | undefined {
    const { settings } = this;
    const raw = rows.raw(this.field, row);
    if (raw === undefined) {
      settings.count("without_value");
      return undefined;
    }
    const key = `${group}\n${keyJson(raw)}`;
    const isNew = !this.known.has(key);
    this.known.use(key);
    const at = this.groups.use(group);
    const { memory } = this.groups;
    const seen = memory[at + SEEN]!++;
    const counted = Math.min(seen, MEMORY);
    const chance = (memory[at + RATE]! * counted + 1) / (counted + 2);
    memory[at + RATE]! += ((isNew ? 1 : 0) - memory[at + RATE]!) / Math.min(seen + 1, MEMORY);
    if (!isNew) return undefined;
    settings.count("new_values");
    const surprise = -Math.log2(chance) / STANDARD_BITS;
    if (surprise < settings.surprise) return undefined;
    if (seen < settings.warmup) {
      settings.count("in_warmup");
      return undefined;
    }
    return {
      score: scoreOf(surprise),
      expected: undefined,
      observed: raw,
      reason: `${this.name} is ${keyJson(raw)}, never seen in the ${seen} events before, where one event in ${Math.round(1 / chance)} has a new one`,
    };
  }

  save(): unknown {
    return { groups: this.groups.save(), known: this.known.save() };
  }

  load(saved: unknown): void {
    const { groups, known } = saved as { groups: SavedSeries; known: SavedSeries };
    this.groups.load(groups);
    this.known.load(known);
  }
}
