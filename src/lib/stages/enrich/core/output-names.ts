import { quote } from "../../../json/quote.js";

/**
 * The names that may be set, searched for in a whole block at once: where none of them occurs, and that is most events,
 * new members go to the end without a look at the others. Rows are asked for in order.
 */
export class OutputNames {
  /** Text that stands in every event that has one of the names; undefined: any name may be set. */
  private readonly needles: readonly Buffer[] | undefined;
  private bytes: Buffer = Buffer.alloc(0);
  /** Of each needle the next place, or the length of the block. */
  private next: number[] = [];

  constructor(writes: readonly (readonly string[] | "any")[]) {
    const needles = new Set<string>();
    for (const names of writes) {
      if (names === "any") continue;
      for (const name of names) needles.add(needleOf(name));
    }
    this.needles = writes.includes("any") ? undefined : [...needles].map((needle) => Buffer.from(needle));
  }

  /** Begins a block. */
  search(bytes: Buffer): void {
    this.bytes = bytes;
    this.next = (this.needles ?? []).map((needle) => this.find(needle, 0));
  }

  /**
   * Whether one of the names may be in the line [start, end). False is certain, where keys are written without escapes.
   */
  mayBeIn(start: number, end: number): boolean {
    if (this.needles === undefined) return true;
    const { next } = this;
    for (let n = 0; n < next.length; n++) {
      if (next[n]! < start) next[n] = this.find(this.needles[n]!, start);
      if (next[n]! < end) return true;
    }
    return false;
  }

  private find(needle: Buffer, from: number): number {
    const at = this.bytes.indexOf(needle, from);
    return at < 0 ? this.bytes.length : at;
  }
}

/**
 * Names with dots come in families, `geo.country.iso_code`, and are searched for as one. Without the opening quote,
 * which is everywhere and would slow the search; a longer name that ends alike only costs time.
 */
function needleOf(name: string): string {
  const dot = name.indexOf(".");
  const inner = quote(dot < 0 ? name : name.slice(0, dot)).slice(1, -1);
  return dot < 0 ? `${inner}"` : `${inner}.`;
}
