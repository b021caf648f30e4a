/** The hot path of `combined` and `common` lines: the kernel reads what is plain, the caller reads the other lines. */
import { kernel } from "../kernel/kernel.js";

/** Events are at most this many times as long as their lines; see `assembly/combined.ts`. */
const GROWTH = 4;
const SLACK_BYTES = 4096;

export class CombinedLines {
  private readonly suffix: Buffer;
  private at = 0;
  private length = 0;

  /** `suffix`: JSON members to add to every event, beginning with a comma, or nothing. */
  constructor(suffix: string) {
    this.suffix = Buffer.from(`${suffix}}\n`);
  }

  /** Whether labels of this length can be handled. */
  get isUsable(): boolean {
    return this.suffix.length <= 1000;
  }

  /** Takes a block in. Nothing else may use the kernel until the block is done. */
  load(bytes: Buffer): void {
    const k = kernel();
    this.length = bytes.length;
    this.at = k.load(bytes, bytes.length * GROWTH + SLACK_BYTES + (bytes.length / 32) * this.suffix.length);
    const suffixAt = k.exports.combinedSuffixAt();
    k.bytes.set(this.suffix, suffixAt);
    k.exports.setCombinedSuffix(this.suffix.length);
  }

  /** Reads lines from `start` on; returns the events and where the first line stands that it did not read. */
  read(start: number, isUtf8: boolean, isCommon: boolean): { readonly events: Buffer; readonly stopped: number } {
    const k = kernel();
    const { exports } = k;
    const out = exports.outputAt(this.length);
    const end = exports.combined(this.at + start, this.at + this.length, out, isUtf8, isCommon);
    const stopped = exports.combinedStopped() - this.at;
    if (stopped === start) return { events: NOTHING, stopped };
    const events = Buffer.allocUnsafeSlow(end - out);
    k.bytes.copy(events, 0, out, end);
    return { events, stopped };
  }
}

const NOTHING = Buffer.alloc(0);
