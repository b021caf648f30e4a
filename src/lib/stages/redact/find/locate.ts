/** Where in an event findings are: the path of their field, and what to take away to drop it. One walk an event. */

import { stringEnd } from "../../../json/byte-steps.js";
import { escapeBytes } from "../../../json/escapes.js";

/** Places are offsets of the block. */
export interface Located {
  /** `user.mail`, `to[]`; names in which something was found have its label instead. */
  readonly path: string;
  readonly isKey: boolean;
}

export interface FieldPlace {
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly isDropped: boolean;
}

interface Container {
  readonly isObject: boolean;
  path: string;
  /** Where the member or element at hand begins, and the comma before it. */
  memberAt: number;
  commaAt: number;
  /** Members that stay, so far. */
  kept: number;
  isDropped: boolean;
  /** A dropped member with none kept before it: what follows up to the next member goes, too. */
  openCutAt: number;
}

/** [from, to) to be taken away, in order. */
export interface FieldCut {
  readonly from: number;
  readonly to: number;
}

/** Walks the event that begins at `at`. `places` are in order and without overlaps. */
export class Walk {
  readonly located: Located[] = [];
  readonly cuts: FieldCut[] = [];
  private readonly bytes: Buffer;
  private readonly places: readonly FieldPlace[];
  private readonly stack: Container[] = [];
  private next = 0;

  constructor(bytes: Buffer, at: number, places: readonly FieldPlace[]) {
    this.bytes = bytes;
    this.places = places;
    this.run(at);
  }

  private run(start: number): void {
    const { bytes } = this;
    for (let at = start; at < bytes.length; ) {
      const c = bytes[at]!;
      if (c === 0x0a) return;
      if (c === 0x7b || c === 0x5b) at = this.open(at, c === 0x7b);
      else if (c === 0x7d || c === 0x5d) {
        at = this.close(at);
        if (this.stack.length === 0) return;
      } else if (c === 0x2c) {
        this.endMember(at);
        const top = this.stack.at(-1)!;
        top.commaAt = at++;
      } else if (c === 0x22) at = this.string(at);
      else if (c === 0x20 || c === 0x09 || c === 0x0d || c === 0x3a) at++;
      else at = this.word(at);
    }
  }

  private open(at: number, isObject: boolean): number {
    this.beginMember(at);
    const up = this.stack.at(-1);
    const isToken = this.places[this.next]?.start === at;
    const path = up === undefined ? "" : up.isObject ? up.path : `${up.path}[]`;
    if (isToken) {
      // The whole container was found: nothing inside is looked at on its own.
      const { end } = this.places[this.next]!;
      this.note(path, false);
      return end;
    }
    this.stack.push({ isObject, path, memberAt: -1, commaAt: -1, kept: 0, isDropped: false, openCutAt: -1 });
    return at + 1;
  }

  private close(at: number): number {
    const top = this.stack.at(-1)!;
    if (top.memberAt >= 0) this.endMember(at);
    if (top.openCutAt >= 0) this.cuts.push({ from: top.openCutAt, to: at });
    this.stack.pop();
    return at + 1;
  }

  private string(at: number): number {
    const { bytes } = this;
    const end = stringEnd(bytes, at + 1) + 1;
    const top = this.stack.at(-1)!;
    if (top.isObject && top.memberAt < 0) {
      this.beginMember(at);
      const own = this.labels(at, end);
      const name = own ?? escapeBytes(bytes.latin1Slice(at + 1, end - 1));
      const base = this.basePath();
      top.path = base === "" ? name : `${base}.${name}`;
      while ((this.places[this.next]?.start ?? end) < end) this.note(top.path, true);
    } else {
      this.beginMember(at);
      while ((this.places[this.next]?.start ?? end) < end)
        this.note(top.isObject ? top.path : `${top.path}[]`, false);
    }
    return end;
  }

  /** The path that the container at hand has itself. */
  private basePath(): string {
    const up = this.stack.at(-2);
    if (up === undefined) return "";
    return up.isObject ? up.path : `${up.path}[]`;
  }

  private word(at: number): number {
    const { bytes } = this;
    this.beginMember(at);
    let end = at;
    while (end < bytes.length && !ENDS.includes(bytes[end]!)) end++;
    const top = this.stack.at(-1)!;
    while ((this.places[this.next]?.start ?? end) < end)
      this.note(top.isObject ? top.path : `${top.path}[]`, false);
    return Math.max(end, at + 1);
  }

  private note(path: string, isKey: boolean): void {
    const place = this.places[this.next++]!;
    this.located.push({ path, isKey });
    const top = this.stack.at(-1);
    if (place.isDropped && top !== undefined) top.isDropped = true;
  }

  private labels(from: number, to: number): string | undefined {
    let labels = "";
    for (let n = this.next; n < this.places.length && this.places[n]!.start < to; n++) {
      if (this.places[n]!.start >= from) labels += `[${this.places[n]!.label}]`;
    }
    return labels === "" ? undefined : labels;
  }

  private beginMember(at: number): void {
    const top = this.stack.at(-1);
    if (top === undefined || top.memberAt >= 0) return;
    top.memberAt = at;
    if (top.openCutAt >= 0) {
      this.cuts.push({ from: top.openCutAt, to: at });
      top.openCutAt = -1;
    }
  }

  /** `at` is the comma or bracket behind the member. */
  private endMember(at: number): void {
    const top = this.stack.at(-1)!;
    if (!top.isDropped) top.kept++;
    else if (top.kept === 0) top.openCutAt = top.memberAt;
    else this.cuts.push({ from: top.commaAt, to: at });
    top.isDropped = false;
    top.memberAt = -1;
  }
}

const ENDS = [0x2c, 0x7d, 0x5d, 0x20, 0x09, 0x0d, 0x0a, 0x3a];
