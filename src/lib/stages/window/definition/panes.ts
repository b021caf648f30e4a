/** How windows on the clock are made of panes: stretches of time that no window cuts. */
import type { WindowSpan } from "../aggregates/aggregate.js";
import type { Length } from "./lengths.js";

export interface Panes {
  paneOf(timeMs: number): WindowSpan;
  /** The windows that a pane is a part of, by rising end; none when windows leave gaps. */
  windowsOf(pane: WindowSpan): readonly WindowSpan[];
  /** A window that has only one pane is that pane. */
  readonly isSingle: boolean;
}

/** Windows that touch: each is one pane. */
export function tumbling(length: Length): Panes {
  return { paneOf: (timeMs) => length.spanOf(timeMs), windowsOf: (pane) => [pane], isSingle: true };
}

/** Windows of `sizeMs`, one beginning at every multiple of `slideMs`. */
export function sliding(sizeMs: number, slideMs: number): Panes {
  const paneMs = greatestCommonDivisor(sizeMs, slideMs);
  return {
    paneOf: (timeMs) => {
      const startMs = Math.floor(timeMs / paneMs) * paneMs;
      return { startMs, endMs: startMs + paneMs };
    },
    windowsOf: (pane) => {
      const windows: WindowSpan[] = [];
      const last = Math.floor(pane.startMs / slideMs) * slideMs;
      for (
        let startMs = Math.ceil((pane.endMs - sizeMs) / slideMs) * slideMs;
        startMs <= last;
        startMs += slideMs
      )
        windows.push({ startMs, endMs: startMs + sizeMs });
      return windows;
    },
    isSingle: false,
  };
}

/** How many panes one window has. */
export function panesAWindow(sizeMs: number, slideMs: number): number {
  return sizeMs / greatestCommonDivisor(sizeMs, slideMs);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
