/**
 * Groups by when they are due, the earliest first: a binary heap. A time may be too early: whoever takes one asks
 * again.
 */
export class Deadlines {
  private readonly times: number[] = [];
  private readonly groups: number[] = [];

  get count(): number {
    return this.times.length;
  }

  /** Infinity when there is none. */
  get nextMs(): number {
    return this.times[0] ?? Number.POSITIVE_INFINITY;
  }

  add(timeMs: number, group: number): void {
    let at = this.times.push(timeMs) - 1;
    this.groups.push(group);
    while (at > 0 && this.times[(at - 1) >> 1]! > this.times[at]!) {
      this.swap(at, (at - 1) >> 1);
      at = (at - 1) >> 1;
    }
  }

  /** The group with the earliest time. */
  take(): number {
    const group = this.groups[0]!;
    const last = this.times.length - 1;
    this.swap(0, last);
    this.times.pop();
    this.groups.pop();
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < last && this.times[child]! < this.times[least]!) least = child;
      if (least === at) return group;
      this.swap(at, least);
      at = least;
    }
  }

  clear(): void {
    this.times.length = 0;
    this.groups.length = 0;
  }

  private swap(a: number, b: number): void {
    [this.times[a], this.times[b]] = [this.times[b]!, this.times[a]!];
    [this.groups[a], this.groups[b]] = [this.groups[b]!, this.groups[a]!];
  }
}
