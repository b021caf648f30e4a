/** Tumbling and sliding windows at work. */
import type { State } from "../../../pipeline/contract/stage.js";
import type { Accumulator } from "../accumulators/accumulator.js";
import type { WindowSpan } from "../aggregates/aggregate.js";
import type { Panes } from "../definition/panes.js";
import { groupsInOrder, type Marks, type Printer } from "../printer.js";
import type { Results } from "../results.js";
import { Groups } from "./groups.js";
import type { Store, Timed } from "./store.js";

/** Stretches of time that are open at once, at most. */
const PANES_MAX = 10_000;

export interface PaneSettings {
  readonly panes: Panes;
  readonly makeAccumulators: () => Accumulator[];
  readonly groupsMax: number;
  readonly printer: Printer;
  readonly results: Results;
  /**
   * Late events make results of their own, which come out once the watermark has moved on by this; undefined: they do
   * not.
   */
  readonly lateAfterMs: number | undefined;
  readonly count: (name: string, by?: number) => void;
}

interface Pane extends WindowSpan {
  readonly groups: Groups;
  /** By rising end. */
  readonly windows: readonly WindowSpan[];
  /** Events at the last early result. */
  printed: number;
}

interface LatePane {
  readonly pane: Pane;
  readonly dueMs: number;
}

const NEVER = Number.POSITIVE_INFINITY;

export class PaneStore implements Store {
  private readonly settings: PaneSettings;
  private readonly open = new Map<number, Pane>();
  private readonly late = new Map<number, LatePane>();
  private current: Pane | undefined;
  private closedMs = Number.NEGATIVE_INFINITY;
  /** The next watermark at which something is due. */
  private nextMs = NEVER;

  constructor(settings: PaneSettings) {
    this.settings = settings;
  }

  add(timed: Timed, from: number, to: number): void {
    const { columns, watermarks, isTick } = timed;
    const { times } = columns;
    for (let row = from; row < to; row++) {
      const timeMs = times[row]!;
      if (Number.isNaN(timeMs)) continue;
      if (watermarks[row]! >= this.nextMs) this.closeAt(row, watermarks[row]!);
      if (isTick[row] === 1) this.earlyAt(row);
      let pane = this.current;
      if (pane === undefined || timeMs < pane.startMs || timeMs >= pane.endMs)
        pane = this.paneFor(timed, row);
      if (pane === undefined) continue;
      pane.groups.add(columns, row, pane.groups.groupOf(columns, row));
    }
    this.flush();
  }

  close(watermarkMs: number): void {
    if (watermarkMs < this.nextMs) return;
    this.flush();
    this.printLate(watermarkMs);
    for (const window of this.dueWindows(watermarkMs)) this.printWindow(window, {});
    this.closedMs = watermarkMs;
    for (const [start, pane] of this.open)
      if (pane.windows.at(-1)!.endMs <= watermarkMs) this.open.delete(start);
    this.current = undefined;
    this.findNext();
  }

  printEarly(): void {
    this.flush();
    const windows = new Map<number, WindowSpan>();
    for (const pane of this.open.values()) {
      const events = pane.groups.total;
      if (events === pane.printed) continue;
      pane.printed = events;
      for (const window of pane.windows)
        if (window.endMs > this.closedMs) windows.set(window.startMs, window);
    }
    for (const window of sorted(windows)) this.printWindow(window, { isPartial: true });
  }

  get lastEndMs(): number {
    return [...this.open.values()].reduce(
      (last, { windows }) => Math.max(last, windows.at(-1)!.endMs),
      Number.NEGATIVE_INFINITY,
    );
  }

  end(): void {
    this.printLate(NEVER);
    this.close(this.lastEndMs);
  }

  get memoryBytes(): number {
    return this.panes.reduce((sum, { groups }) => sum + 2048 + groups.memoryBytes, 0);
  }

  get groupCount(): number {
    return this.panes.reduce((sum, { groups }) => sum + groups.count, 0);
  }

  shrink(share: number): void {
    for (const { groups } of this.panes) groups.prune(Math.max(16, Math.floor(groups.count * share)));
  }

  save(): State {
    const saved = ({ startMs, endMs, groups, printed }: Pane) => ({
      startMs,
      endMs,
      printed,
      groups: groups.save(),
    });
    return {
      closedMs: this.closedMs,
      open: [...this.open.values()].map(saved),
      late: [...this.late.values()].map(({ pane, dueMs }) => ({ dueMs, ...saved(pane) })),
    };
  }

  load(state: State): void {
    const { closedMs, open, late } = state as Saved;
    this.closedMs = closedMs;
    for (const saved of open) this.open.set(saved.startMs, this.loaded(saved));
    for (const saved of late) this.late.set(saved.startMs, { pane: this.loaded(saved), dueMs: saved.dueMs! });
    this.findNext();
  }

  private get panes(): readonly Pane[] {
    return [...this.open.values(), ...[...this.late.values()].map(({ pane }) => pane)];
  }

  private closeAt(row: number, watermarkMs: number): void {
    this.settings.results.row = row;
    this.close(watermarkMs);
  }

  private earlyAt(row: number): void {
    this.settings.results.row = row;
    this.printEarly();
  }

  private flush(): void {
    for (const { groups } of this.open.values()) groups.flush();
    for (const { pane } of this.late.values()) pane.groups.flush();
  }

  /** The pane of a row's time; undefined when the row cannot be taken. */
  private paneFor({ columns, watermarks, refused }: Timed, row: number): Pane | undefined {
    const span = this.settings.panes.paneOf(columns.times[row]!);
    // Windows that end by now are closed, also those that never had an event.
    this.closedMs = Math.max(this.closedMs, watermarks[row]!);
    const known = this.open.get(span.startMs);
    if (known !== undefined) {
      if (known.windows[0]!.endMs <= this.closedMs) this.settings.count("late_partly");
      else this.current = known;
      return known;
    }
    const windows = this.settings.panes.windowsOf(span);
    if (windows.length === 0) {
      this.settings.count("between_windows");
      return undefined;
    }
    // The end of an input closes windows that event time has not passed; there may be more input in another run.
    if (windows.at(-1)!.endMs <= this.closedMs)
      return this.latePane(span, windows, this.closedMs, refused, row);
    if (this.open.size >= PANES_MAX) {
      refused[row] = 2;
      return undefined;
    }
    const pane = this.made(span, windows);
    this.open.set(span.startMs, pane);
    const next = windows.find(({ endMs }) => endMs > this.closedMs)!;
    this.nextMs = Math.min(this.nextMs, next.endMs);
    if (next !== windows[0]) this.settings.count("late_partly");
    return pane;
  }

  private latePane(
    span: WindowSpan,
    windows: readonly WindowSpan[],
    watermarkMs: number,
    refused: Uint8Array,
    row: number,
  ): Pane | undefined {
    const { lateAfterMs } = this.settings;
    refused[row] = 1;
    if (lateAfterMs === undefined) return undefined;
    const known = this.late.get(span.startMs);
    if (known !== undefined) return known.pane;
    if (this.late.size >= PANES_MAX) {
      refused[row] = 2;
      return undefined;
    }
    const pane = this.made(span, windows);
    this.late.set(span.startMs, { pane, dueMs: watermarkMs + lateAfterMs });
    this.nextMs = Math.min(this.nextMs, watermarkMs + lateAfterMs);
    return pane;
  }

  private made(span: WindowSpan, windows: readonly WindowSpan[]): Pane {
    const { makeAccumulators, groupsMax } = this.settings;
    return { ...span, windows, printed: 0, groups: new Groups(makeAccumulators, groupsMax) };
  }

  private loaded(saved: SavedPane): Pane {
    const span = { startMs: saved.startMs, endMs: saved.endMs };
    const pane = this.made(span, this.settings.panes.windowsOf(span));
    pane.printed = saved.printed;
    pane.groups.load(saved.groups);
    return pane;
  }

  private dueWindows(watermarkMs: number): readonly WindowSpan[] {
    const due = new Map<number, WindowSpan>();
    for (const { windows } of this.open.values())
      for (const window of windows)
        if (window.endMs > this.closedMs && window.endMs <= watermarkMs) due.set(window.startMs, window);
    return sorted(due);
  }

  private printWindow(window: WindowSpan, marks: Marks): void {
    const groups = this.settings.panes.isSingle ? this.open.get(window.startMs)!.groups : this.merged(window);
    this.printGroups(groups, window, marks);
  }

  private printGroups(groups: Groups, window: WindowSpan, marks: Marks): void {
    const { printer, results, groupsMax, count } = this.settings;
    if (marks.isPartial !== true) groups.prune(groupsMax);
    if (marks.isPartial === true) {
      printer.printWindow(groups, groups.takeChanged(groupsInOrder(groups)), window, marks, results.write);
      return;
    }
    printer.printWindow(groups, groupsInOrder(groups), window, marks, results.write);
    if (groups.other !== undefined) count("groups_dropped", groups.other.groups);
    count("windows");
  }

  private merged(window: WindowSpan): Groups {
    const { makeAccumulators, groupsMax } = this.settings;
    const parts = [...this.open.values()]
      .filter(({ startMs, endMs }) => startMs >= window.startMs && endMs <= window.endMs)
      .sort((a, b) => a.startMs - b.startMs);
    const all = new Groups(makeAccumulators, groupsMax);
    all.mergeAll(parts.map(({ groups }) => groups));
    return all;
  }

  /** Results of late events that have waited long enough, pane by pane: parts of the windows they belong to. */
  private printLate(watermarkMs: number): void {
    const due = [...this.late.values()].filter(({ dueMs }) => dueMs <= watermarkMs);
    for (const { pane } of due.sort((a, b) => a.pane.startMs - b.pane.startMs)) {
      for (const window of pane.windows) this.printGroups(pane.groups, window, { isLate: true });
      this.late.delete(pane.startMs);
    }
  }

  private findNext(): void {
    this.nextMs = NEVER;
    for (const { windows } of this.open.values()) {
      const next = windows.find(({ endMs }) => endMs > this.closedMs);
      this.nextMs = Math.min(this.nextMs, next?.endMs ?? NEVER);
    }
    for (const { dueMs } of this.late.values()) this.nextMs = Math.min(this.nextMs, dueMs);
  }
}

interface SavedPane extends WindowSpan {
  readonly printed: number;
  readonly dueMs?: number;
  readonly groups: State;
}

interface Saved {
  readonly closedMs: number;
  readonly open: readonly SavedPane[];
  readonly late: readonly SavedPane[];
}

function sorted(windows: ReadonlyMap<number, WindowSpan>): readonly WindowSpan[] {
  return [...windows.values()].sort((a, b) => a.endMs - b.endMs || a.startMs - b.startMs);
}
