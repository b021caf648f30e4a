import type { Rows } from "../../../event/rows/rows.js";
import { afterSpace, isSameKey, keyAt, MARKS, membersAt } from "../../../json/member-offsets.js";
import { BlockOutput } from "./block-output.js";
import type { Additions } from "./enricher.js";
import type { OutputNames } from "./output-names.js";

/** Writes the events of one block in order, each with its additions; everything else is copied in long runs. */
export class EventsWriter implements Additions {
  private readonly rows: Rows;
  private readonly input: Buffer;
  private readonly outputs: OutputNames;
  private readonly output: BlockOutput;
  /** Up to here the input has been copied, or left out. */
  private copied = 0;
  /** Behind the last line that is to be copied. */
  private lineEnd = 0;
  /** The additions to the event at hand, from 1 on: the first byte is kept for an opening brace. */
  private members = Buffer.allocUnsafe(4096);
  private length = 1;
  private readonly removed = new Set<string>();
  private readonly marks: number[] = [];
  private readonly newMarks: number[] = [];

  constructor(rows: Rows, outputs: OutputNames) {
    this.rows = rows;
    this.input = rows.bytes;
    this.outputs = outputs;
    outputs.search(this.input);
    this.output = new BlockOutput(this.input.length + (this.input.length >> 2) + 64 * rows.count);
  }

  add(bytes: Buffer, start: number, end: number): void {
    const length = end - start;
    if (length === 0) return;
    this.reserve(length);
    const { members } = this;
    let to = this.length;
    if (to > 1) members[to++] = 0x2c;
    if (length < 32) for (let from = start; from < end; from++) members[to++] = bytes[from]!;
    else to += bytes.copy(members, to, start, end);
    this.length = to;
  }

  addText(text: string): void {
    if (text === "") return;
    this.reserve(text.length * 3);
    if (this.length > 1) this.members[this.length++] = 0x2c;
    this.length += this.members.write(text, this.length);
  }

  remove(name: string): void {
    this.removed.add(name);
  }

  /** The additions to this event are complete. */
  end(row: number): void {
    const start = this.rows.lineStart(row);
    // What lies between two events is none: blank lines and lines set aside.
    if (start !== this.lineEnd) this.leaveOut(start);
    this.lineEnd = this.rows.lineEnd(row);
    if (this.length === 1 && this.removed.size === 0) return;
    if (this.outputs.mayBeIn(start, this.lineEnd) || this.rows.hasEscapedKey(row)) this.merge(row);
    else this.append();
    this.length = 1;
    if (this.removed.size > 0) this.removed.clear();
  }

  take(): Buffer {
    this.output.copy(this.input, this.copied, this.lineEnd);
    return this.output.take();
  }

  private reserve(length: number): void {
    const needed = this.length + length + 2;
    if (needed <= this.members.length) return;
    const larger = Buffer.allocUnsafe(needed * 2);
    this.members.copy(larger, 0, 0, this.length);
    this.members = larger;
  }

  private leaveOut(to: number): void {
    this.output.copy(this.input, this.copied, this.lineEnd);
    this.copied = to;
  }

  /** Adds the members in front of the closing brace. */
  private append(): void {
    const { input, output } = this;
    let brace = this.lineEnd - 2;
    while (input[brace] !== 0x7d) brace--;
    let last = brace - 1;
    while (input[last]! <= 0x20) last--;
    output.copy(input, this.copied, brace);
    if (input[last] !== 0x7b) output.byte(0x2c);
    output.copy(this.members, 1, this.length);
    this.copied = brace;
  }

  /** Sets the members where some are there already. */
  private merge(row: number): void {
    const { input, output, members, marks, newMarks } = this;
    const open = afterSpace(input, this.rows.lineStart(row));
    const close = membersAt(input, open, marks);
    members[0] = 0x7b;
    members[this.length] = 0x7d;
    membersAt(members, 0, newMarks);
    const { sources, isPlaced } = this.sources();
    output.copy(input, this.copied, marks[0] ?? open + 1);
    let isEmpty = true;
    for (let n = 0; n < marks.length; n += MARKS) {
      const source = sources[n / MARKS]!;
      if (source === LEFT_OUT) continue;
      output.copy(
        input,
        isEmpty ? marks[n]! : marks[n - 1]!,
        source === AS_IT_IS ? marks[n + 3]! : marks[n + 2]!,
      );
      if (source !== AS_IT_IS) output.copy(members, newMarks[source + 2]!, newMarks[source + 3]!);
      isEmpty = false;
    }
    output.copy(input, marks.at(-1) ?? open + 1, close);
    for (let m = 0; m < newMarks.length; m += MARKS) {
      if (isPlaced[m / MARKS] === 1) continue;
      if (!isEmpty) output.byte(0x2c);
      output.copy(members, newMarks[m]!, newMarks[m + 3]!);
      isEmpty = false;
    }
    this.copied = close;
  }

  /**
   * For each member of the event the place in `newMarks` of its new value, or one of the two constants below; and for
   * each new member whether it has a place. Of new members of one name the last counts.
   */
  private sources(): { sources: Int32Array; isPlaced: Uint8Array } {
    const { input, members, marks, newMarks } = this;
    const sources = new Int32Array(marks.length / MARKS).fill(AS_IT_IS);
    const isPlaced = new Uint8Array(newMarks.length / MARKS);
    const find = finderOf(members, newMarks, isPlaced);
    // Backwards, because of duplicate keys the last one stays.
    for (let n = marks.length - MARKS; n >= 0; n -= MARKS) {
      const m = find(input, marks[n]!, marks[n + 1]!);
      if (m < 0 && this.removed.size > 0 && this.removed.has(keyAt(input, marks[n]!, marks[n + 1]!)))
        sources[n / MARKS] = LEFT_OUT;
      if (m < 0) continue;
      sources[n / MARKS] = isPlaced[m / MARKS] === 1 ? LEFT_OUT : m;
      isPlaced[m / MARKS] = 1;
    }
    return { sources, isPlaced };
  }
}

const AS_IT_IS = -1;
const LEFT_OUT = -2;
/** From so many new members on their names are put into a map: what an event holds must not cost its square. */
const MANY = 24 * MARKS;

type Find = (bytes: Buffer, start: number, end: number) => number;

/**
 * Finds the new member of the name that a key stands for: -1 when there is none. Marks the earlier of two of a name as
 * placed.
 */
function finderOf(members: Buffer, marks: readonly number[], isPlaced: Uint8Array): Find {
  const byName = new Map<string, number>();
  if (marks.length > MANY) {
    for (let m = 0; m < marks.length; m += MARKS) {
      const name = keyAt(members, marks[m]!, marks[m + 1]!);
      const earlier = byName.get(name);
      if (earlier !== undefined) isPlaced[earlier / MARKS] = 1;
      byName.set(name, m);
    }
    return (bytes, start, end) => byName.get(keyAt(bytes, start, end)) ?? -1;
  }
  const find: Find = (bytes, start, end) => {
    for (let m = marks.length - MARKS; m >= 0; m -= MARKS)
      if (isSameKey(bytes, start, end, members, marks[m]!, marks[m + 1]!)) return m;
    return -1;
  };
  for (let m = 0; m < marks.length; m += MARKS)
    if (find(members, marks[m]!, marks[m + 1]!) !== m) isPlaced[m / MARKS] = 1;
  return find;
}
