/** What was worked out for a key, kept for the next one that asks. */
export class Memo<K, V> {
  private recent = new Map<K, V>();
  private older = new Map<K, V>();
  private readonly entriesMax: number;

  /** Keeps at most twice `entriesMax` values: the ones used last. */
  constructor(entriesMax: number) {
    this.entriesMax = entriesMax;
  }

  get(key: K): V | undefined {
    const found = this.recent.get(key);
    if (found !== undefined) return found;
    const older = this.older.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: K, value: V): void {
    if (this.recent.size >= this.entriesMax) {
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(key, value);
  }
}
