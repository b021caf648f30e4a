export interface Sample {
  readonly lines: number;
  readonly events: readonly Readonly<Record<string, unknown>>[];
}
export function sample(path: string): Promise<Sample>;
export function difference(ours: Sample, peer: Sample): string | undefined;
