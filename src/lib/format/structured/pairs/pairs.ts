// Enter here: fields that are pairs of a name and a value, whichever way a line writes them.
import { type EventWriter, quote } from "../../../event/writer.js";
import type { Fields } from "../../normalise/normaliser.js";
import { TEXT_KEYS } from "../../normalise/well-known.js";
import { bareJson } from "../scalar.js";

/** Names are looked for one by one up to this many: most records have fewer. */
const FEW = 24;

/** The pairs of one record. Of a name that comes twice the last value counts, at the place of the first. */
export class PairFields implements Fields {
  names: string[] = [];
  unclaimed: ReadonlySet<string> | undefined;
  private values: string[] = [];
  private places: Map<string, number> | undefined;

  clear(): void {
    this.names = [];
    this.values = [];
    this.places = undefined;
  }

  /** A value as JSON text. */
  put(name: string, raw: string): void {
    const known = this.placeOf(name);
    if (known >= 0) this.values[known] = raw;
    else {
      this.places?.set(name, this.names.length);
      this.names.push(name);
      this.values.push(raw);
    }
  }

  /** A text, unless empty. */
  text(name: string, value: string): void {
    if (value !== "") this.put(name, quote(value));
  }

  /**
   * A value of a format without types: a number where it is one, unless the name is that of a text. Left out when
   * empty.
   */
  bare(name: string, value: string): void {
    if (value !== "") this.put(name, TEXT_KEYS.has(name) ? quote(value) : bareJson(value));
  }

  has(name: string): boolean {
    return this.placeOf(name) >= 0;
  }

  /** JSON text, undefined when there is no such field. */
  get(name: string): string | undefined {
    const at = this.placeOf(name);
    return at < 0 ? undefined : this.values[at];
  }

  /** Takes a field out and gives its JSON text. */
  take(name: string): string | undefined {
    const at = this.placeOf(name);
    if (at < 0) return undefined;
    this.places = undefined;
    this.names.splice(at, 1);
    return this.values.splice(at, 1)[0];
  }

  /** Puts a field before all others. */
  first(name: string, raw: string): void {
    this.places = undefined;
    this.names.unshift(name);
    this.values.unshift(raw);
  }

  raw(i: number): string {
    return this.values[i]!;
  }

  copy(first: number, last: number, event: EventWriter): void {
    for (let i = first; i <= last; i++) event.json(this.names[i]!, this.values[i]!);
  }

  private placeOf(name: string): number {
    const { names } = this;
    if (names.length <= FEW) return names.indexOf(name);
    this.places ??= new Map(names.map((known, at) => [known, at]));
    return this.places.get(name) ?? -1;
  }
}
