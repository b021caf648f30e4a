export interface Contender {
  readonly name: string;
  readonly command: string;
  readonly needs?: string;
  readonly skip?: string;
  readonly before?: () => void;
  readonly prints?: boolean;
  readonly answer?: () => unknown;
  readonly size?: () => number;
}
export interface Contest {
  readonly title: string;
  readonly bytes?: number;
  readonly events?: number;
  readonly isWarm?: boolean;
  readonly contenders: readonly Contender[];
}
export interface Row {
  readonly name: string;
  readonly wallSeconds: number;
  readonly leastSeconds: number;
  readonly mostSeconds: number;
  readonly rssMb: number | undefined;
  readonly mbPerSecond: number | undefined;
}
export interface Result {
  readonly title: string;
  readonly rounds: number;
  readonly rows: readonly Row[];
  readonly skipped: readonly string[];
}
export function contest(
  contest: Contest,
  run: { readonly rounds: number; readonly log: (line: string) => void },
): Promise<Result>;
