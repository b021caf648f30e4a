/**
 * Lines like those that are given, and worse: for tests that throw anything at a reader. The same seed gives the same
 * lines.
 */

const ODD = [
  ..."\u0000\t \"'\\=[]{}<>|:;,.-+/%#@&*()",
  ..."\u001b\u007f\u0085\u2028\ufeff\ufffd\ud800é😀",
  ...["\\u0000", "\\x1b", "%00", "1e999", "-0", "9999999999999999999", "NaN", "null", "$(x)", "\u001b[31m"],
  ...[
    "2026-11-21T10:00:00Z",
    "Nov 21 10:00:00",
    "23:59:60",
    "0000-00-00",
    "level=",
    "ERROR",
    " | ",
    "}{",
    "][",
  ],
];
const LONG = 2_000;

export class Mutator {
  constructor(seeds, seed = 1) {
    this.seeds = seeds;
    this.state = seed >>> 0 || 1;
  }

  /** The next line: one of the seeds, changed in one to three ways. No line breaks. */
  next() {
    let line = this.pick(this.seeds);
    for (let n = 1 + this.below(3); n > 0; n--) line = this.change(line);
    return line.replaceAll("\n", " ").replaceAll("\r", " ");
  }

  change(line) {
    const at = this.below(line.length + 1);
    const end = Math.min(line.length, at + this.below(12));
    switch (this.below(9)) {
      case 0:
        return line.slice(0, at) + line.slice(end);
      case 1:
        return line.slice(0, at) + this.pick(ODD) + line.slice(at);
      case 2:
        return line.slice(0, at) + this.pick(ODD) + line.slice(end);
      case 3:
        return line.slice(0, at);
      case 4:
        return line.slice(at);
      case 5:
        return line.slice(0, end) + line.slice(at);
      case 6: {
        const other = this.pick(this.seeds);
        return line.slice(0, at) + other.slice(this.below(other.length + 1));
      }
      case 7:
        return line.slice(0, at) + line.slice(at, end).repeat(2 + this.below(5)) + line.slice(end);
      default:
        return this.below(40) === 0 ? line.slice(0, at) + this.pick(ODD).repeat(LONG) + line.slice(at) : line;
    }
  }

  pick(all) {
    return all[this.below(all.length)];
  }

  /** A whole number from 0 to n - 1 (xorshift32). */
  below(n) {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return this.state % Math.max(n, 1);
  }
}
