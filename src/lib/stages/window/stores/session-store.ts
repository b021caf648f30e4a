/**
 * Session windows at work: a group's events that follow each other within a gap. Each open session is an entry of one
 * table.
 */
import type { State } from "../../../pipeline/contract/stage.js";
import type { Accumulator } from "../accumulators/accumulator.js";
import type { WindowSpan } from "../aggregates/aggregate.js";
import type { Printer } from "../printer.js";
import type { Results } from "../results.js";
import { GroupBounds } from "./bounds.js";
import { Deadlines } from "./deadlines.js";
import { Groups } from "./groups.js";
import type { Store, Timed } from "./store.js";

export interface SessionWindowSettings {
  readonly gapMs: number;
  /** No session gets longer than this. */
  readonly longestMs: number;
  readonly makeAccumulators: () => Accumulator[];
  readonly groupsMax: number;
  readonly printer: Printer;
  readonly results: Results;
  readonly lateAfterMs: number | undefined;
  readonly count: (name: string, by?: number) => void;
}

export class SessionStore implements Store {
  private readonly settings: SessionWindowSettings;
  private readonly groups: Groups;
  private readonly deadlines = new Deadlines();
  private nextMs = Number.POSITIVE_INFINITY;

  constructor(settings: SessionWindowSettings) {
    this.settings = settings;
    this.groups = new Groups(() => [...settings.makeAccumulators(), new GroupBounds()], settings.groupsMax);
    this.groups.onMoved = (order) => this.move(order);
  }

  add(timed: Timed, from: number, to: number): void {
    const { columns, watermarks, isTick, refused } = timed;
    for (let row = from; row < to; row++) {
      const timeMs = columns.times[row]!;
      if (Number.isNaN(timeMs)) continue;
      this.settings.results.row = row;
      if (watermarks[row]! >= this.nextMs) this.close(watermarks[row]!);
      if (isTick[row] === 1) this.printEarly();
      const session = this.sessionOf(timed, row);
      if (session < 0) refused[row] = 1;
      else this.groups.add(columns, row, session);
    }
    this.groups.flush();
  }

  close(watermarkMs: number): void {
    if (watermarkMs < this.nextMs) return;
    this.groups.flush();
    const due: number[] = [];
    while (this.deadlines.count > 0 && this.deadlines.nextMs <= watermarkMs) {
      const session = this.deadlines.take();
      if (!this.groups.keys.isAlive(session)) continue;
      const endMs = this.spanOf(session).endMs;
      if (endMs <= watermarkMs) due.push(session);
      else this.deadlines.add(endMs, session);
    }
    this.print(due, {});
    for (const session of due) this.groups.remove(session);
    this.settings.count("windows", due.length);
    this.closeOther(watermarkMs);
    this.groups.compact();
    this.findNext();
  }

  printEarly(): void {
    this.groups.flush();
    this.print([...this.groups.takeChanged(this.groups.keys.alive())], { isPartial: true });
  }

  get lastEndMs(): number {
    return this.groups.keys
      .alive()
      .reduce((last, session) => Math.max(last, this.spanOf(session).endMs), Number.NEGATIVE_INFINITY);
  }

  end(): void {
    this.close(Number.POSITIVE_INFINITY);
  }

  get memoryBytes(): number {
    return this.groups.memoryBytes;
  }

  get groupCount(): number {
    return this.groups.count;
  }

  shrink(share: number): void {
    this.groups.prune(Math.max(16, Math.floor(this.groups.count * share)));
    this.findNext();
  }

  save(): State {
    return this.groups.save();
  }

  load(state: State): void {
    this.groups.load(state);
    for (const session of this.groups.keys.alive()) this.deadlines.add(this.spanOf(session).endMs, session);
    this.findNext();
  }

  /** The session that takes a row, two that it joins made one; -1 when it came too late. */
  private sessionOf({ columns, watermarks }: Timed, row: number): number {
    const { groups } = this;
    const timeMs = columns.times[row]!;
    const first = groups.groupOf(columns, row, (session) => this.canTake(session, timeMs));
    if (first < 0) return this.newSession(columns, row, watermarks[row]!);
    this.boundsOf.take(first, timeMs);
    const second = groups.groupOf(
      columns,
      row,
      (session) => session !== first && this.canJoin(first, session),
    );
    if (second < 0) return first;
    const [into, from] = first < second ? [first, second] : [second, first];
    groups.join(into, from);
    return into;
  }

  private newSession(columns: Timed["columns"], row: number, watermarkMs: number): number {
    const timeMs = columns.times[row]!;
    const endMs = timeMs + this.settings.gapMs;
    if (endMs <= watermarkMs) return -1;
    const session = this.groups.insert(columns, row);
    this.boundsOf.take(session, timeMs);
    this.deadlines.add(endMs, session);
    this.nextMs = Math.min(this.nextMs, endMs);
    return session;
  }

  private canTake(session: number, timeMs: number): boolean {
    const { gapMs, longestMs } = this.settings;
    const first = this.boundsOf.first.data[session]!;
    const last = this.boundsOf.last.data[session]!;
    const isNear = timeMs - last < gapMs && first - timeMs < gapMs;
    return isNear && Math.max(last, timeMs) - Math.min(first, timeMs) < longestMs;
  }

  private canJoin(one: number, two: number): boolean {
    const { first, last } = this.boundsOf;
    const [from, to] = [first.data[two]!, last.data[two]!];
    const { gapMs, longestMs } = this.settings;
    const isNear = from - last.data[one]! < gapMs && first.data[one]! - to < gapMs;
    return isNear && Math.max(to, last.data[one]!) - Math.min(from, first.data[one]!) < longestMs;
  }

  private print(sessions: number[], marks: { isPartial?: boolean }): void {
    const { printer, results } = this.settings;
    const spans = new Map(sessions.map((session) => [session, this.spanOf(session)]));
    sessions.sort((a, b) => {
      const [one, two] = [spans.get(a)!, spans.get(b)!];
      return one.endMs - two.endMs || one.startMs - two.startMs || this.groups.keys.compare(a, b);
    });
    for (const session of sessions)
      results.write(printer.printGroup(this.groups, session, spans.get(session)!, marks));
  }

  /** Sessions that were given up are one session, from the first event to the last. */
  private closeOther(watermarkMs: number): void {
    const { printer, results, count } = this.settings;
    const span = this.otherSpan();
    if (span === undefined || span.endMs > watermarkMs) return;
    count("groups_dropped", this.groups.other!.groups);
    results.write(printer.otherRow(this.groups, span, {}));
    this.groups.other = undefined;
  }

  private otherSpan(): WindowSpan | undefined {
    const bounds = this.groups.other?.accumulators.at(-1) as GroupBounds | undefined;
    return bounds && { startMs: bounds.first.data[0]!, endMs: bounds.last.data[0]! + this.settings.gapMs };
  }

  private spanOf(session: number): WindowSpan {
    const { first, last } = this.boundsOf;
    return { startMs: first.data[session]!, endMs: last.data[session]! + this.settings.gapMs };
  }

  private get boundsOf(): GroupBounds {
    return this.groups.accumulators.at(-1) as GroupBounds;
  }

  private findNext(): void {
    this.nextMs = Math.min(this.deadlines.nextMs, this.otherSpan()?.endMs ?? Number.POSITIVE_INFINITY);
  }

  private move(order: Uint32Array): void {
    this.deadlines.clear();
    order.forEach((session, n) => {
      this.deadlines.add(this.spanOf(session).endMs, n);
    });
    this.findNext();
  }
}
