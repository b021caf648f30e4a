// Enter here: records over several lines: stack traces, container log parts, JSON objects.
/** Puts the lines of one or more streams that come mixed together into records. */
import { BETWEEN_LINES_MAX, BETWEEN_SECONDS_MAX, RecentStreams } from "../multiline/recent-streams.js";
import { type Joining, joiningBy, type RecordTrail } from "./joining.js";

/** What a line says once what was wrapped around it is taken off. */
export interface View {
  /** Lines of different streams never belong together. */
  readonly stream: string;
  readonly text: string;
  /** The line was cut behind `text`: the next one of the stream goes on with it. */
  readonly isPartial: boolean;
  /** When it was written, from any one time on; 0 where that is not known. */
  readonly seconds: number;
  /** What `hasSign` says of the text, once it was asked. */
  hasSign?: boolean;
}

/** Lines of a record: each is one view or, where it came in pieces, several. */
export interface RecordGroup<T extends View> {
  /** The place of the first line, counted from 0 over all streams. */
  readonly index: number;
  readonly views: readonly T[];
  readonly text: string;
  /** The last line has no end. */
  readonly isPartial: boolean;
}

interface Line<T> {
  readonly index: number;
  lastIndex: number;
  seconds: number;
  text: string;
  isPartial: boolean;
  readonly views: T[];
}

interface Open<T> {
  readonly lines: Line<T>[];
  /** How many of the lines belong to the record for sure. */
  used: number;
  readonly trail: RecordTrail;
}

/** Whether lines of one stream, with lines of others between them, are too far apart to belong together. */
export function isApart(lines: number, seconds: number): boolean {
  return lines > 1 && (lines > BETWEEN_LINES_MAX || seconds > BETWEEN_SECONDS_MAX);
}

/** How far apart lines of one stream are, by their times; 0 where one has none. */
function secondsBetween(before: number, seconds: number): number {
  return before === 0 || seconds === 0 ? 0 : Math.abs(seconds - before);
}

/**
 * Whether a line came so much later than the one before it that it is of another record. What is indented says nothing
 * by itself.
 */
export function isLater(text: string, seconds: number, before: number): boolean {
  const apart = secondsBetween(before, seconds);
  return apart > BETWEEN_SECONDS_MAX && (apart > PIECES_SECONDS_MAX || !isIndented(text));
}

/** Whether a line is blank or begins with a blank. */
export function isIndented(text: string): boolean {
  const first = text.charCodeAt(0);
  return Number.isNaN(first) || first === 0x20 || first === 0x09;
}

/** Pieces of one line are written at once: what comes later is another line, whose beginning was lost or had no end. */
export const PIECES_SECONDS_MAX = 5;

/**
 * However many streams come, those are few of which anything is open: what is behind `BETWEEN_LINES_MAX` lines of
 * others is ended. A line costs the same with any number of names.
 */
export class Grouper<T extends View> {
  private readonly open = new Map<string, Open<T>>();
  private readonly unfinished = new Map<string, Line<T>>();
  private groups: RecordGroup<T>[] = [];
  /** The place of the first of `groups`, which are looked through only once it can be given. */
  private firstGroup = Number.POSITIVE_INFINITY;
  private count = 0;
  private readonly joining: Joining;
  private readonly recent = new RecentStreams();

  constructor(joining = joiningBy(undefined)) {
    this.joining = joining;
  }

  push(view: T): void {
    this.add(view, this.count++);
    const { stream, seconds } = view;
    for (const other of this.recent.push(stream, this.count, seconds)) this.endStream(other);
  }

  private add(view: T, index: number): void {
    this.cutOff(view, index);
    const before = this.unfinished.get(view.stream);
    if (before !== undefined && view.seconds - before.seconds > PIECES_SECONDS_MAX)
      this.finish(view.stream, before);
    const pieces = this.unfinished.get(view.stream);
    if (pieces !== undefined) {
      pieces.text += view.text;
      pieces.views.push(view);
      pieces.lastIndex = index;
      pieces.seconds = view.seconds;
      pieces.isPartial = view.isPartial;
      if (!view.isPartial) this.finish(view.stream, pieces);
      return;
    }
    const { text, isPartial, seconds } = view;
    const line: Line<T> = { index, lastIndex: index, seconds, text, isPartial, views: [view] };
    if (isPartial) this.unfinished.set(view.stream, line);
    else this.feed(view.stream, line);
  }

  /**
   * The records that nothing more belongs to and that come before all others, by their first lines; each is given once.
   */
  take(): RecordGroup<T>[] {
    if (this.groups.length === 0) return NO_GROUPS;
    let first = Number.POSITIVE_INFINITY;
    for (const { lines } of this.open.values()) first = Math.min(first, lines[0]!.index);
    for (const { index } of this.unfinished.values()) first = Math.min(first, index);
    if (this.firstGroup >= first) return NO_GROUPS;
    const ready: RecordGroup<T>[] = [];
    const left: RecordGroup<T>[] = [];
    this.firstGroup = Number.POSITIVE_INFINITY;
    for (const group of this.groups) {
      (group.index < first ? ready : left).push(group);
      if (group.index >= first) this.firstGroup = Math.min(this.firstGroup, group.index);
    }
    this.groups = left;
    return ready.sort((a, b) => a.index - b.index);
  }

  /** Whether nothing is left of what was pushed. */
  get isEmpty(): boolean {
    return this.open.size === 0 && this.unfinished.size === 0 && this.groups.length === 0;
  }

  /** The one line there is, of which nothing is known but itself. */
  get single(): T | undefined {
    if (this.open.size !== 1 || this.unfinished.size > 0 || this.groups.length > 0) return undefined;
    const [{ lines }] = [...this.open.values()] as [Open<T>];
    return lines.length === 1 && lines[0]!.views.length === 1 ? lines[0]!.views[0] : undefined;
  }

  /** All records that are left, by their first lines. */
  end(): RecordGroup<T>[] {
    for (const [stream, line] of this.unfinished) this.finish(stream, line);
    for (const stream of [...this.open.keys()]) this.closeAll(stream);
    return this.groups.sort((a, b) => a.index - b.index);
  }

  /** Ends what the stream's line at `index` is too far away from; lines between them have done so when they came. */
  private cutOff({ stream, seconds, text }: T, index: number): void {
    const last = this.lastOf(stream);
    if (last === undefined) return;
    const isWhole = this.joining.rules === undefined && !this.unfinished.has(stream);
    if (isApart(index - last.lastIndex, seconds - last.seconds)) this.endStream(stream);
    else if (isWhole && isLater(text, seconds, last.seconds)) this.endStream(stream);
  }

  private lastOf(stream: string): Line<T> | undefined {
    return this.unfinished.get(stream) ?? this.open.get(stream)?.lines.at(-1);
  }

  private endStream(stream: string): void {
    const pieces = this.unfinished.get(stream);
    if (pieces !== undefined) this.finish(stream, pieces);
    this.closeAll(stream);
  }

  private finish(stream: string, line: Line<T>): void {
    this.unfinished.delete(stream);
    this.feed(stream, line);
  }

  private feed(stream: string, line: Line<T>): void {
    for (;;) {
      const open = this.open.get(stream);
      if (open === undefined) {
        const trail = this.joining.trail(line.text, true);
        if (trail.isSingle) this.give([line]);
        else this.open.set(stream, { lines: [line], used: 1, trail });
        return;
      }
      if (this.joins(open, line)) return;
      this.close(stream);
    }
  }

  private joins(open: Open<T>, line: Line<T>): boolean {
    const last = open.lines.at(-1)!;
    if (last.isPartial) return false;
    if (this.joining.isApart(line.text)) return false;
    const verdict = open.trail.accept(line.text);
    if (verdict === "ends") return false;
    open.lines.push(line);
    if (verdict === "joins") open.used = open.lines.length;
    return true;
  }

  private closeAll(stream: string): void {
    while (this.open.has(stream)) this.close(stream);
  }

  /** Ends the stream's record; the lines that have not found to it begin others. */
  private close(stream: string): void {
    const { lines, used } = this.open.get(stream)!;
    this.open.delete(stream);
    this.give(lines.slice(0, used));
    for (const line of lines.slice(used)) this.feed(stream, line);
  }

  private give(lines: readonly Line<T>[]): void {
    this.groups.push(groupOf(lines));
    this.firstGroup = Math.min(this.firstGroup, lines[0]!.index);
  }
}

const NO_GROUPS: never[] = [];

function groupOf<T extends View>(lines: readonly Line<T>[]): RecordGroup<T> {
  const texts = lines.map(({ text }) => text);
  return {
    index: lines[0]!.index,
    views: lines.flatMap(({ views }) => views),
    text: texts.join("\n"),
    isPartial: lines.at(-1)!.isPartial,
  };
}
