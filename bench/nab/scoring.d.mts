export interface Profile {
  readonly hit: number;
  readonly falseAlarm: number;
  readonly miss: number;
}
export interface Window {
  readonly left: number;
  readonly right: number;
}
export interface Series {
  readonly name?: string;
  readonly scores: ArrayLike<number>;
  readonly windows: readonly Window[];
}
export interface Scored {
  readonly threshold: number;
  readonly score: number;
  readonly raw: number;
}
export const PROFILES: Readonly<Record<"standard" | "low false positives" | "low false negatives", Profile>>;
export function probationRows(rows: number): number;
export function reward(place: number): number;
export function windowRows(
  times: readonly string[],
  windows: readonly (readonly [string, string])[],
): Window[];
export function bestThreshold(corpus: readonly Series[], profile: Profile): Scored;
export function scoreAt(corpus: readonly Series[], profile: Profile, threshold: number): Scored;
export function perSeries(
  corpus: readonly Series[],
  profile: Profile,
  threshold: number,
): {
  readonly name?: string;
  readonly windows: number;
  readonly found: number;
  readonly falseAlarms: number;
  readonly raw: number;
}[];
