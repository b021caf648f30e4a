export function summary(numbers: readonly number[]): { median: number; least: number; most: number };
