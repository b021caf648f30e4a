/** Deeper ones are not followed over lines. */
const DEPTH_MAX = 64;

/** How deep the brackets of JSON text are open, a line at a time. A string never goes on in the next line. */
export class JsonDepth {
  private depth = 0;
  /** A string has no end: no later line makes JSON of it. */
  isBroken = false;

  constructor(head: string) {
    this.add(head);
  }

  /** How many brackets are open. */
  get open(): number {
    return this.depth;
  }

  /** Whether all brackets are closed, or can never be. */
  get isClosed(): boolean {
    return this.isBroken || this.depth <= 0;
  }

  add(line: string): void {
    for (let at = 0; at < line.length; at++) {
      const code = line.charCodeAt(at);
      if (code === 0x22) {
        at = endOfString(line, at);
        if (at < 0) {
          this.isBroken = true;
          return;
        }
      } else if (code === 0x7b || code === 0x5b) {
        if (++this.depth > DEPTH_MAX) this.isBroken = true;
      } else if (code === 0x7d || code === 0x5d) this.depth--;
    }
  }
}

/** Where the string that opens at `open` has its closing quote; -1 when it has none. */
function endOfString(line: string, open: number): number {
  for (let end = line.indexOf('"', open + 1); end >= 0; end = line.indexOf('"', end + 1)) {
    let before = end - 1;
    while (line.charCodeAt(before) === 0x5c) before--;
    if ((end - before) % 2 === 1) return end;
  }
  return -1;
}
