// Enter here: what several stages share.
/**
 * Collects the lines that leave a stage. Lines that stand side by side in a block are copied as one run, and a block
 * that is kept whole is not copied at all.
 */
export class LineCollector {
  private buffer: Buffer = EMPTY;
  private used = 0;
  private source: Buffer = EMPTY;
  private from = 0;
  private to = 0;

  /** Keeps the lines of [start, end). `bytes` must stay as it is until `take`. */
  keep(bytes: Buffer, start: number, end: number): void {
    if (bytes === this.source && start === this.to) {
      this.to = end;
      return;
    }
    this.flush();
    this.source = bytes;
    this.from = start;
    this.to = end;
  }

  /** Adds text, line ends included. */
  add(text: string): void {
    this.flush();
    // A UTF-16 unit is at most three bytes.
    this.reserve(text.length * 3);
    this.used += this.buffer.write(text, this.used, "utf8");
  }

  /** All that was kept and added since the last call. */
  take(): Buffer {
    if (this.used === 0 && this.from === 0 && this.to === this.source.length) {
      const whole = this.source;
      this.source = EMPTY;
      this.to = 0;
      return whole;
    }
    this.flush();
    const taken = this.buffer.subarray(0, this.used);
    this.buffer = EMPTY;
    this.used = 0;
    this.source = EMPTY;
    return taken;
  }

  private flush(): void {
    const length = this.to - this.from;
    if (length > 0) {
      this.reserve(length);
      this.used += this.source.copy(this.buffer, this.used, this.from, this.to);
    }
    this.from = 0;
    this.to = 0;
    this.source = EMPTY;
  }

  private reserve(length: number): void {
    if (this.used + length <= this.buffer.length) return;
    const bigger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.used + length, 16 * 1024));
    this.buffer.copy(bigger, 0, 0, this.used);
    this.buffer = bigger;
  }
}

const EMPTY: Buffer = Buffer.alloc(0);
