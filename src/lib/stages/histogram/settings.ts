/** What `histogram` is told to count. */
export interface HistogramSettings {
  /** Milliseconds; undefined: by the range of the events. */
  readonly intervalMs: number | undefined;
  readonly by: readonly string[];
  /** The field whose values are counted; undefined: events over time. */
  readonly field: string | undefined;
  /** Values over time. */
  readonly isHeatMap: boolean;
  readonly isLog: boolean;
  readonly where: string | undefined;
  readonly timeField: string;
  /** Milliseconds since the epoch. */
  readonly sinceMs: number | undefined;
  readonly untilMs: number | undefined;
  readonly zone: string;
}
