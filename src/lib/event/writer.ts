import { JsonFault } from "../json/members.js";
import { quote } from "../json/quote.js";
import { Event } from "./event.js";

export { quote } from "../json/quote.js";

/**
 * Builds NDJSON event by event. Formats write into it; nobody builds an object in between.
 *
 * ```ts
 * event.text("message", "hello"); event.number("status", "200"); event.json("tags", "[1,2]");
 * ```
 * Fields come out in the order they were written. A value that is undefined or empty is not written by `textIf`.
 */
export class EventWriter {
  private lines = "";
  private current = "";
  /** Where the closing quote of the last `message` stands in `current`; -1 when there is none. */
  private messageEnd = -1;
  private readonly keys = new Map<string, Key>();

  /** A string value. Any JavaScript string: lone surrogates come out as \\uXXXX escapes. */
  text(name: string, value: string): void {
    this.current += this.key(name) + quote(value);
    if (name === "message") this.messageEnd = this.current.length - 1;
  }

  /** Adds to the end of the `message` written for this event; false when there is none. */
  extendMessage(more: string): boolean {
    const end = this.messageEnd;
    if (end === -1) return false;
    const inner = quote(more).slice(1, -1);
    this.current = this.current.slice(0, end) + inner + this.current.slice(end);
    this.messageEnd = end + inner.length;
    return true;
  }

  /** A string value, left out when undefined, empty or "-" (the web servers' "nothing here"). */
  textIf(name: string, value: string | undefined): void {
    if (value !== undefined && value !== "" && value !== "-") this.text(name, value);
  }

  /** A number, given as its text so that no digit is lost. The caller vouches that it is a JSON number. */
  number(name: string, text: string | number): void {
    this.current += this.key(name) + text;
  }

  boolean(name: string, value: boolean): void {
    this.current += this.key(name) + (value ? "true" : "false");
  }

  /** Raw JSON text of any value. The caller vouches that it is valid and on one line. */
  json(name: string, raw: string): void {
    this.current += this.key(name) + raw;
  }

  /**
   * JSON text of whole members, `"a":1,"b":2`, as it stands in an object. The caller vouches that it is valid and on
   * one line.
   */
  members(raw: string): void {
    this.current += this.current === "" ? `{${raw}` : `,${raw}`;
  }

  /** Takes back what was written for this event: the text of its members, "" when there is none, for `members`. */
  takeMembers(): string {
    const members = this.current.slice(1);
    this.reset();
    return members;
  }

  /** Whether nothing has been written since the last event was ended. */
  get isEmpty(): boolean {
    return this.current === "";
  }

  /** Gives a field that was written for this event another name; slow, for the rare case. */
  rename(from: string, to: string): void {
    if (!this.current.includes(quote(from))) return;
    const event = Event.parse(`${this.current}}`);
    if (event instanceof JsonFault || !event.rename(from, to)) return;
    this.current = event.toString().slice(0, -1);
    this.messageEnd = -1;
  }

  /** What was written for this event so far; undefined when it is no JSON. Slow. */
  written(): Event | undefined {
    const event = Event.parse(`${this.current}}`);
    return event instanceof JsonFault ? undefined : event;
  }

  /** Whether a field of that name may have been written for this event: never false when it has. */
  mayHave(name: string): boolean {
    return this.current.includes(this.keyOf(name).bare);
  }

  /**
   * Gives the fields written for this event that `others` have, too, the name `event.NAME`, and says which of them have
   * the same value there and stay as they are; slow, for the rare case.
   */
  makeRoomFor(others: ReadonlyMap<string, string>): ReadonlySet<string> {
    const same = new Set<string>();
    if (this.isEmpty) return same;
    const event = Event.parse(`${this.current}}`);
    if (event instanceof JsonFault) return same;
    for (const [name, raw] of others) {
      if (!event.has(name)) continue;
      if (event.raw(name) === raw) same.add(name);
      else event.rename(name, `event.${name}`);
    }
    this.current = event.toString().slice(0, -1);
    this.messageEnd = -1;
    return same;
  }

  /** Characters of the lines ended so far. */
  get length(): number {
    return this.lines.length;
  }

  /** Ends the event: its line is complete. */
  end(): void {
    this.lines += this.current === "" ? "{}\n" : `${this.current}}\n`;
    this.reset();
  }

  /** Forgets what was written of the event that is not ended yet: the line was not of this format after all. */
  reset(): void {
    this.current = "";
    this.messageEnd = -1;
  }

  /** The lines ended so far, which the writer then forgets. */
  take(): string {
    const lines = this.lines;
    this.lines = "";
    return lines;
  }

  private key(name: string): string {
    const key = this.keyOf(name);
    return this.current === "" ? key.first : key.next;
  }

  private keyOf(name: string): Key {
    let key = this.keys.get(name);
    if (key === undefined) {
      const bare = `${quote(name)}:`;
      key = { bare, first: `{${bare}`, next: `,${bare}` };
      if (this.keys.size < 4096) this.keys.set(name, key);
    }
    return key;
  }
}

/** The name of a field as it stands in the text of an event. */
interface Key {
  readonly bare: string;
  /** As the first of its event. */
  readonly first: string;
  readonly next: string;
}
