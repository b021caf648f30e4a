/** What was worked out for a text, kept for the next event that has it. */
export class Memo<V> {
  private recent = new Map<string, V>();
  private older = new Map<string, V>();
  private readonly entriesMax: number;

  /** Keeps at most twice `entriesMax` values: the ones used last. */
  constructor(entriesMax: number) {
    this.entriesMax = entriesMax;
  }

  get(key: string): V | undefined {
    const found = this.recent.get(key);
    if (found !== undefined) return found;
    const older = this.older.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: string, value: V): void {
    if (this.recent.size >= this.entriesMax) {
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(key, value);
  }

  clear(): void {
    this.recent = new Map();
    this.older = new Map();
  }
}
