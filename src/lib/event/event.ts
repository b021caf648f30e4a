import { JsonFault, type Members, scanMembers } from "../json/members.js";
import { quote } from "../json/quote.js";
import { decodeJson, encodeJson, type JsonValue, plainJson } from "../json/value.js";

/**
 * A lossless view of one event: one JSON object, as one line of NDJSON. What is not written to keeps its exact text:
 * key order, escapes, lone surrogates, every digit of every number.
 *
 * Duplicate keys are passed through as they came. `get` and `raw` see the last one. Writing to a name (`set`, `setRaw`,
 * `rename`) leaves one member of that name, at the place of the last; `delete` removes them all.
 *
 * ```ts
 * const event = Event.parse('{"id":9223372036854775807,"f":1.0}');
 * if (event instanceof JsonFault) return reject(event.reason, event.offset);
 * event.set("level", "info");
 * event.toString();   // {"id":9223372036854775807,"f":1.0,"level":"info"}
 * ```
 */
export class Event {
  private readonly text: string;
  private readonly members: Members;
  /** Members that are no longer as in the text, by index; null: deleted; beyond the text's own: added. */
  private changes: (Change | null | undefined)[] | undefined;

  private constructor(text: string, members: Members) {
    this.text = text;
    this.members = members;
  }

  /** The event that `line` is, or why it is none. White space between tokens is allowed, line breaks become blanks. */
  static parse(line: string): Event | JsonFault {
    const members = scanMembers(line);
    if (members instanceof JsonFault) return members;
    // Valid JSON has raw line breaks only between tokens, where a blank does as well.
    return hasLineBreak(line) ? Event.parse(line.replace(/[\r\n]/g, " ")) : new Event(line, members);
  }

  /** The decoded value of a top-level field. */
  get(name: string): JsonValue | undefined {
    const raw = this.raw(name);
    return raw === undefined ? undefined : decodeJson(raw);
  }

  /** The JSON text of a top-level field. */
  raw(name: string): string | undefined {
    const i = this.find(name);
    return i < 0 ? undefined : this.rawAt(i);
  }

  has(name: string): boolean {
    return this.find(name) >= 0;
  }

  set(name: string, value: JsonValue): void {
    this.setRaw(name, encodeJson(value));
  }

  /** Sets a field to JSON text. The caller vouches that it is valid and on one line. */
  setRaw(name: string, json: string): void {
    const last = this.find(name);
    if (last < 0) this.change(this.size, { name, raw: json });
    else this.replace(last, name, json);
  }

  /** Whether there was such a field. */
  delete(name: string): boolean {
    const last = this.find(name);
    for (let i = last; i >= 0; i--) if (this.nameAt(i) === name) this.change(i, null);
    return last >= 0;
  }

  /** Gives a field another name at the same place; a field that had that name already is gone. False: no such field. */
  rename(from: string, to: string): boolean {
    const i = this.find(from);
    if (i < 0 || from === to) return i >= 0;
    const raw = this.rawAt(i);
    this.delete(to);
    this.replace(i, from, raw);
    this.change(i, { name: to, raw });
    return true;
  }

  /** Names in order; a duplicate key is named as often as it occurs. */
  keys(): string[] {
    if (this.changes === undefined) return [...this.members.names];
    const names: string[] = [];
    for (let i = 0; i < this.size; i++) {
      const name = this.nameAt(i);
      if (name !== undefined) names.push(name);
    }
    return names;
  }

  /** The event on one line, without a line end. */
  toString(): string {
    const { text, members, changes } = this;
    if (changes === undefined) return text.slice(members.open, members.close + 1);
    const own = members.names.length;
    let out = "";
    for (let i = 0; i < this.size; i++) {
      const change = changes[i];
      if (change === undefined) {
        const first = i;
        while (i + 1 < own && changes[i + 1] === undefined) i++;
        out += (out === "" ? "{" : ",") + text.slice(members.keyStarts[first], members.valueEnds[i]);
      } else if (change !== null) out += `${out === "" ? "{" : ","}${quote(change.name)}:${change.raw}`;
    }
    return out === "" ? "{}" : `${out}}`;
  }

  /** A plain object of the decoded values, as `get` gives them: whole numbers that are too long are bigints. */
  toObject(): { [name: string]: JsonValue } {
    return decodeJson(this.toString()) as { [name: string]: JsonValue };
  }

  /**
   * What `JSON.stringify(event)` writes. Numbers keep their digits from Node 22 on; before, those that JavaScript has
   * not are rounded. `toString()` is exact everywhere, and cheaper.
   */
  toJSON(): unknown {
    return plainJson(this.toObject());
  }

  /** Indexes run over the members of the text, then over those added. */
  private get size(): number {
    return Math.max(this.members.names.length, this.changes?.length ?? 0);
  }

  private find(name: string): number {
    if (this.changes === undefined) return this.members.names.lastIndexOf(name);
    let i = this.size - 1;
    while (i >= 0 && this.nameAt(i) !== name) i--;
    return i;
  }

  private nameAt(i: number): string | undefined {
    const change = this.changes?.[i];
    if (change === null) return undefined;
    return change === undefined ? this.members.names[i] : change.name;
  }

  private rawAt(i: number): string {
    const change = this.changes?.[i];
    return change?.raw ?? this.text.slice(this.members.valueStarts[i], this.members.valueEnds[i]);
  }

  /** Makes member `at` the only one of `name`. */
  private replace(at: number, name: string, raw: string): void {
    this.delete(name);
    this.change(at, { name, raw });
  }

  private change(i: number, change: Change | null): void {
    this.changes ??= [];
    while (this.changes.length < i) this.changes.push(undefined);
    this.changes[i] = change;
  }
}

interface Change {
  readonly name: string;
  readonly raw: string;
}

function hasLineBreak(text: string): boolean {
  return text.includes("\n") || text.includes("\r");
}
