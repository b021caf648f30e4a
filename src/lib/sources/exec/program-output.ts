import type { ByteReader } from "../bytes/bytes.js";

/**
 * The output of a program. It ends with the program: what that has left running and holds the pipe open is asked to end
 * once nothing has come for `lingerMs`, and not read any longer when it does not.
 */
export class ProgramOutput implements ByteReader {
  private readonly pipe: ByteReader;
  private readonly lingerMs: number;
  private readonly onLingering: () => void;
  private hasExited = false;
  private timer: NodeJS.Timeout | undefined;
  private isWaiting = false;
  private rounds = 0;

  constructor(pipe: ByteReader, exited: Promise<unknown>, lingerMs: number, onLingering: () => void) {
    this.pipe = pipe;
    this.lingerMs = lingerMs;
    this.onLingering = onLingering;
    void exited.then(() => {
      this.hasExited = true;
      if (this.isWaiting) this.begin();
    });
  }

  wait(): Promise<void> | undefined {
    const waiting = this.pipe.wait?.();
    if (waiting === undefined || this.isWaiting) return waiting;
    this.isWaiting = true;
    if (this.hasExited) this.begin();
    // Not reading is no sign of an end: only who waits is kept waiting.
    void waiting.then(() => {
      this.isWaiting = false;
      clearTimeout(this.timer);
    });
    return waiting;
  }

  read(into: Buffer): number | Promise<number> {
    const waiting = this.wait();
    return waiting === undefined ? this.pipe.read(into) : waiting.then(() => this.pipe.read(into));
  }

  stop(): void {
    this.pipe.stop();
  }

  close(): Promise<void> {
    clearTimeout(this.timer);
    return this.pipe.close();
  }

  private begin(): void {
    this.timer = setTimeout(() => {
      if (this.rounds++ > 0) return this.pipe.stop();
      this.onLingering();
      this.begin();
    }, this.lingerMs);
  }
}
