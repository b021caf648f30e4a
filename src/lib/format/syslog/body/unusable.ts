/** Fields of a body that hold nothing of what their names say, where the header knows better. */

import { timeOfJson } from "../../../event/time/read.js";
import type { EventWriter } from "../../../event/writer.js";
import type { Fields } from "../../normalise/normaliser.js";

/**
 * Those of `names` whose value (`written`: JSON text of the event's field) is of no use: a `timestamp` that is no time,
 * a `level`, `host` or `service` that is empty, an object or an array.
 */
export function unusable(
  names: readonly string[],
  written: (name: string) => string | undefined,
): readonly string[] {
  return names.filter((name) => {
    const raw = written(name);
    if (raw === undefined) return false;
    return name === "timestamp" ? timeOfJson(raw, "day-or-time") === undefined : NOTHING.test(raw);
  });
}

const NOTHING = /^(?:null|"\s*"|"-"|[[{].*)$/s;

/** Fields in which those of some names are called `event.NAME`. */
export class SetAside implements Fields {
  readonly names: readonly string[];
  readonly unclaimed?: ReadonlySet<string> | undefined;
  private readonly fields: Fields;

  constructor(fields: Fields, names: readonly string[]) {
    this.fields = fields;
    this.unclaimed = fields.unclaimed;
    this.names = fields.names.map((name) => (names.includes(name) ? `event.${name}` : name));
  }

  raw(i: number): string {
    return this.fields.raw(i);
  }

  copy(first: number, last: number, event: EventWriter): void {
    for (let i = first; i <= last; i++) event.json(this.names[i]!, this.raw(i));
  }
}
