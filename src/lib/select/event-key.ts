import type { FieldSet, Rows } from "../event/rows.js";
import { TextPool } from "../event/texts.js";

/** The values of some fields as one text: the same for events whose values are the same, however they are escaped. */
export class EventKey {
  readonly names: readonly string[];
  private readonly fields: readonly number[];
  private readonly pool = new TextPool();

  constructor(names: readonly string[], fields: FieldSet) {
    this.names = names;
    this.fields = names.map((name) => fields.add(name));
  }

  /** JSON texts with "\n" between, empty for a missing field; undefined when the event has none of the fields. */
  of(rows: Rows, row: number): string | undefined {
    const { fields, pool } = this;
    let key = pool.raw(pool.of(rows, fields[0]!, row));
    let isThere = key !== "";
    for (let n = 1; n < fields.length; n++) {
      const raw = pool.raw(pool.of(rows, fields[n]!, row));
      if (raw !== "") isThere = true;
      key += `\n${raw}`;
    }
    return isThere ? key : undefined;
  }

  /** The fields of a key that are there, as members of an event: `"service":"shop","user.id":7`. */
  members(key: string): string {
    const raws = key.split("\n");
    const found = this.names.map((name, n) => (raws[n] === "" ? "" : `${JSON.stringify(name)}:${raws[n]}`));
    return found.filter((member) => member !== "").join(",");
  }
}
