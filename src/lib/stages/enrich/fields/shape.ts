/** `enrich --rename`, `--keep` and `--drop`: which members an event has and what they are called. */

import { Event } from "../../../event/event.js";
import type { Fault } from "../../../event/faults.js";
import { deletePath, rawPath } from "../../../event/rows/field-path.js";
import { FieldSet, Projector } from "../../../event/rows/rows.js";
import { StringInterner } from "../../../event/rows/string-interner.js";
import { afterSpace, keyAt, MARKS, membersAt } from "../../../json/member-offsets.js";
import { quote } from "../../../json/quote.js";
import { BlockOutput } from "../core/block-output.js";
import type { Pass } from "../core/projection-pass.js";
import type { NameList } from "./names.js";

export interface EventShape {
  /** Old name to new one, in order; a path may lead into an object. */
  readonly renames: readonly (readonly [string, string])[];
  /** Only these are kept; undefined: all. Asked by new names. */
  readonly keep: NameList | undefined;
  /** These are taken out. Asked by new names. */
  readonly drop: NameList | undefined;
}

/** What is done with a member of some name; from RENAMED on: it gets the name of that number. */
const KEPT = 0;
const DROPPED = 1;
/** The event takes the careful way: names meet, or a list says something of the inside of an object. */
const CAREFUL = 2;
const RENAMED = 3;

/**
 * Renames first, then `keep`, then `drop`. A renamed member stays in its place; one that had the new name is gone. What
 * is left is copied as it is.
 */
export class ShapePass implements Pass {
  private readonly shape: EventShape;
  private readonly newKeys: readonly Buffer[];
  private readonly projector = new Projector(new FieldSet());
  private readonly keys = new StringInterner(8192);
  /** By twice the number of a key, and one more for a value that is an object. */
  private known: (number | undefined)[] = [];
  private generation = 0;
  private readonly marks: number[] = [];
  /** Of each member of the event at hand. */
  private readonly fates: number[] = [];

  constructor(shape: EventShape) {
    this.shape = shape;
    this.newKeys = shape.renames.map(([, to]) => Buffer.from(quote(to)));
  }

  apply(input: Buffer): { bytes: Buffer; faults: readonly Fault[] } {
    const { rows, faults } = this.projector.apply(input);
    const { bytes } = rows;
    const output = new BlockOutput(bytes.length + 1024);
    let copied = 0;
    let end = 0;
    for (let row = 0; row < rows.count; row++) {
      const start = rows.lineStart(row);
      if (start !== end) {
        output.copy(bytes, copied, end);
        copied = start;
      }
      end = rows.lineEnd(row);
      const gravest = this.look(bytes, start);
      if (gravest === KEPT) continue;
      output.copy(bytes, copied, start);
      if (gravest === CAREFUL) output.text(`${reshaped(bytes.utf8Slice(start, end - 1), this.shape)}\n`);
      else this.write(bytes, start, end, output);
      copied = end;
    }
    output.copy(bytes, copied, end);
    return { bytes: output.take(), faults };
  }

  /** Fills `marks` and `fates`. KEPT: the event stays as it is. */
  private look(bytes: Buffer, start: number): number {
    const { marks, fates } = this;
    membersAt(bytes, afterSpace(bytes, start), marks);
    fates.length = 0;
    let gravest = KEPT;
    for (let n = 0; n < marks.length; n += MARKS) {
      const fate = this.fateOf(bytes, marks[n]!, marks[n + 1]!, bytes[marks[n + 2]!] === 0x7b);
      const isAgain = fate >= RENAMED && fates.includes(fate);
      if (fate === CAREFUL || isAgain) return CAREFUL;
      if (fate !== KEPT) gravest = DROPPED;
      fates.push(fate);
    }
    return gravest;
  }

  private fateOf(bytes: Buffer, start: number, end: number, isObject: boolean): number {
    const id = this.keys.id(bytes, start, end) * 2 + (isObject ? 1 : 0);
    if (this.keys.generation !== this.generation) {
      this.known = [];
      this.generation = this.keys.generation;
    }
    return (this.known[id] ??= fateOfName(keyAt(bytes, start, end), isObject, this.shape));
  }

  private write(bytes: Buffer, start: number, end: number, output: BlockOutput): void {
    const { marks, fates } = this;
    const open = afterSpace(bytes, start);
    output.copy(bytes, start, marks[0] ?? open + 1);
    let isEmpty = true;
    for (let n = 0; n < marks.length; n += MARKS) {
      const fate = fates[n / MARKS]!;
      if (fate === DROPPED) continue;
      const from = isEmpty ? marks[n]! : marks[n - 1]!;
      isEmpty = false;
      if (fate === KEPT) {
        output.copy(bytes, from, marks[n + 3]!);
        continue;
      }
      const key = this.newKeys[fate - RENAMED]!;
      output.copy(bytes, from, marks[n]!);
      output.copy(key, 0, key.length);
      output.copy(bytes, marks[n + 1]!, marks[n + 3]!);
    }
    output.copy(bytes, marks.at(-1) ?? open + 1, end);
  }
}

function fateOfName(name: string, isObject: boolean, { renames, keep, drop }: EventShape): number {
  const from = renames.findIndex(([old]) => old === name);
  for (const [old, to] of renames) {
    if (to === name || (isObject && old.startsWith(`${name}.`))) return CAREFUL;
  }
  const newName = renames[from]?.[1] ?? name;
  // Renames that lead into one another.
  if (from >= 0 && renames.some(([old, to], n) => n !== from && (old === newName || to === newName)))
    return CAREFUL;
  if (drop?.has(newName) === true) return DROPPED;
  const isKept = keep === undefined || keep.has(newName);
  if (!isKept && !(isObject && keep.inside(newName) !== undefined)) return DROPPED;
  if (isObject && (!isKept || drop?.inside(newName) !== undefined)) return CAREFUL;
  return from < 0 ? KEPT : RENAMED + from;
}

/** The careful way, on the text of one event. */
function reshaped(line: string, { renames, keep, drop }: EventShape): string {
  const event = Event.parse(line);
  if (!(event instanceof Event)) return line;
  for (const [from, to] of renames) rename(event, from, to);
  const kept = keep === undefined ? event.toString() : pruned(event.toString(), keep, true);
  return drop === undefined ? kept : pruned(kept, drop, false);
}

function rename(event: Event, from: string, to: string): void {
  if (event.rename(from, to)) return;
  const raw = rawPath(event, from);
  if (raw === undefined) return;
  deletePath(event, from);
  event.setRaw(to, raw);
}

/**
 * The object without the members that the list names, or with only those. A name that is there wins over a path into an
 * object.
 */
function pruned(raw: string, list: NameList, isKeeping: boolean): string {
  const event = Event.parse(raw);
  if (!(event instanceof Event)) return raw;
  const parts: string[] = [];
  for (const name of new Set(event.keys())) {
    const value = event.raw(name)!;
    if (list.has(name)) {
      if (isKeeping) parts.push(`${quote(name)}:${value}`);
      continue;
    }
    const inside = value.startsWith("{") ? list.inside(name) : undefined;
    if (inside !== undefined) parts.push(`${quote(name)}:${pruned(value, inside, isKeeping)}`);
    else if (!isKeeping) parts.push(`${quote(name)}:${value}`);
  }
  return `{${parts.join(",")}}`;
}
