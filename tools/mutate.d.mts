export declare class Mutator {
  constructor(seeds: readonly string[], seed?: number);
  next(): string;
  below(n: number): number;
}
