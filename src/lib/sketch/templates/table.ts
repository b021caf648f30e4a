/**
 * Remembers the templates of shapes. It forgets at will, and must be cleared when shapes could have other templates.
 */
import type { Template } from "./template.js";

const SLOTS = 1 << 16;
const PROBES = 4;

export class ShapeTable {
  private readonly low = new Int32Array(SLOTS);
  private readonly high = new Int32Array(SLOTS);
  private readonly templates: (Template | undefined)[] = new Array(SLOTS).fill(undefined);
  private next = 0;
  private used = 0;

  get(low: number, high: number): Template | undefined {
    for (let n = 0; n < PROBES; n++) {
      const slot = (low + n) & (SLOTS - 1);
      if (this.low[slot] === low && this.high[slot] === high) return this.templates[slot];
    }
    return undefined;
  }

  set(low: number, high: number, template: Template): void {
    let slot = -1;
    for (let n = 0; n < PROBES && slot < 0; n++) {
      const candidate = (low + n) & (SLOTS - 1);
      if (this.templates[candidate] === undefined) slot = candidate;
    }
    if (slot < 0) slot = (low + (this.next++ & (PROBES - 1))) & (SLOTS - 1);
    this.low[slot] = low;
    this.high[slot] = high;
    this.templates[slot] = template;
    this.used++;
  }

  clear(): void {
    if (this.used > 0) this.templates.fill(undefined);
    this.used = 0;
  }
}
