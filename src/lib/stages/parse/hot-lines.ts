/**
 * The hot paths of `parse`: the kernel reads plain access log lines and plain JSON events, many at a time; the caller
 * reads the lines where it stops. What it reads, it reads as the format's own parser would; tests hold the two
 * together.
 */
import { takeBuffer } from "../../base/buffers.js";
import { kernel } from "../../kernel/kernel.js";
import { prepareNormalising } from "./normalise-tables.js";

/**
 * Events are at most this many times as long as their lines; see `assembly/combined.ts` and `assembly/normalise.ts`.
 */
const GROWTH = 4;
const SLACK_BYTES = 4096;
const SUFFIX_BYTES_MAX = 1000;
/** The kernel counts so many at a time. */
const VECTOR_BYTES = 16;
const NOTHING = Buffer.alloc(0);

export interface HotEvents {
  readonly events: Buffer;
  /** How many. */
  readonly count: number;
  /** Where the first line stands that was not read. */
  readonly stopped: number;
}

export class HotLines {
  private readonly suffix: Buffer;
  private at = 0;
  private length = 0;
  private out = 0;

  /** `members`: JSON members to add to every event, beginning with a comma; or nothing. */
  constructor(members: string) {
    this.suffix = Buffer.from(`${members}}\n`);
  }

  /** Whether labels of this length can be handled. */
  get isUsable(): boolean {
    return this.suffix.length <= SUFFIX_BYTES_MAX;
  }

  /** Takes a block in. Nothing else may use the kernel until the block is done. */
  load(bytes: Buffer): void {
    const k = kernel();
    const { exports } = k;
    prepareNormalising(k);
    exports.takeLevelNumbers();
    this.length = bytes.length;
    // No line that is read is shorter than `{"":0}`; the suffix comes once a line.
    const outputBytes =
      bytes.length * GROWTH + SLACK_BYTES + Math.ceil(bytes.length / 7) * (this.suffix.length - 2);
    this.at = k.load(bytes, outputBytes);
    this.out = exports.outputAt(bytes.length);
    k.bytes.set(this.suffix, exports.combinedSuffixAt());
    exports.setCombinedSuffix(this.suffix.length);
    k.bytes.set(this.suffix, exports.normaliseSuffixAt());
    exports.setNormaliseSuffix(this.suffix.length);
  }

  /** Access log lines from `start` on. */
  readAccess(start: number, isUtf8: boolean, isCommon: boolean): HotEvents {
    const { exports } = kernel();
    const end = exports.combined(this.at + start, this.at + this.length, this.out, isUtf8, isCommon);
    return this.take(end, exports.combinedStopped());
  }

  /** JSON events from `start` on. The block must be UTF-8. */
  readJson(start: number): HotEvents {
    const { exports } = kernel();
    const end = exports.normalise(this.at + start, this.at + this.length, this.out);
    return this.take(end, exports.normaliseStopped());
  }

  /** Levels that were numbers, since the block was loaded. */
  takePinoLevels(): number {
    return kernel().exports.takeLevelNumbers();
  }

  private take(end: number, stopped: number): HotEvents {
    if (end === this.out) return { events: NOTHING, count: 0, stopped: stopped - this.at };
    const { bytes, exports } = kernel();
    const events = takeBuffer(end - this.out);
    bytes.copy(events, 0, this.out, end);
    // Counted where they are: the kernel has no room for them a second time.
    const whole = events.length - (events.length % VECTOR_BYTES);
    let count = exports.countLines(this.out, this.out + whole);
    for (let at = whole; at < events.length; at++) if (events[at] === 0x0a) count++;
    return { events, count, stopped: stopped - this.at };
  }
}
