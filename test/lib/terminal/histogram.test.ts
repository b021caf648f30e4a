import { describe, expect, it } from "vitest";
import { paletteOf } from "../../../src/lib/terminal/colours.js";
import { histogram, niceStepMs } from "../../../src/lib/terminal/histogram.js";
import { pagerFor } from "../../../src/lib/terminal/output/pager.js";
import { Progress } from "../../../src/lib/terminal/output/progress.js";
import { MemoryOutput } from "../../support/memory-terminal.js";

const palette = paletteOf({ hasColour: false });

describe("histogram", () => {
  const bars = [
    { label: "10:00", count: 1000 },
    { label: "10:05", count: 0 },
    { label: "10:10", count: 1 },
    { label: "10:15", count: 500 },
  ];

  it("draws bars in proportion, and something for one event", () => {
    expect(histogram(bars, { columns: 30, palette })).toBe(
      [
        "10:00  ████████████████  1,000",
        "10:05                        0",
        "10:10  ▏                     1",
        "10:15  ████████            500",
        "",
      ].join("\n"),
    );
  });

  it("does without Unicode", () => {
    const text = histogram(bars, { columns: 30, palette, isAscii: true });
    expect(text).toContain("10:15  ########            500\n");
    expect(text).toMatch(/^[\u0000-\u007f]*$/);
  });

  it("is nothing without bars and survives bars without events", () => {
    expect(histogram([], { columns: 30, palette })).toBe("");
    expect(histogram([{ label: "a", count: 0 }], { columns: 5, palette })).toBe("a        0\n");
  });

  it.each([
    [60_000, 20, 5000],
    [3_600_000, 12, 300_000],
    [86_400_000, 24, 3_600_000],
    [0, 10, 1],
    [400 * 86_400_000, 10, 40 * 86_400_000],
  ])("cuts %i ms into at most %i steps of %i ms", (span, most, step) => {
    expect(niceStepMs(span, most)).toBe(step);
  });
});

describe("progress", () => {
  it("shows only on a terminal, only after a while, and goes away", () => {
    let now = 0;
    const stderr = new MemoryOutput({ isTerminal: true, columns: 20 });
    const progress = new Progress({ stderr, nowMs: () => now, verbosity: "normal" });
    progress.update(() => "early");
    now = 1000;
    progress.update(() => "a long line of progress");
    now = 1050;
    progress.update(() => "too soon");
    progress.clear();
    expect(stderr.text).toBe("\r\x1b[2Ka long line of pro…\r\x1b[2K");
    for (const [isTerminal, verbosity] of [
      [false, "normal"],
      [true, "quiet"],
    ] as const) {
      const silent = new MemoryOutput({ isTerminal });
      const hidden = new Progress({ stderr: silent, nowMs: () => now, verbosity });
      now += 5000;
      hidden.update(() => "text");
      hidden.clear();
      expect(silent.text).toBe("");
    }
  });
});

describe("pager", () => {
  const at = (isTerminal: boolean, env: Record<string, string>) =>
    pagerFor({
      stdout: new MemoryOutput({ isTerminal }),
      env: { TERM: "xterm", ...env },
    });

  it("is used only on a terminal that can", () => {
    expect(at(false, {})).toBeUndefined();
    expect(at(true, { TERM: "dumb" })).toBeUndefined();
    expect(at(true, { PAGER: "cat" })).toBeUndefined();
    expect(at(true, { LOGPIPE_PAGER: "", PAGER: "more" })).toBeUndefined();
    expect(at(true, {})).toEqual({ command: "less", env: { LESS: "FRSX" } });
    expect(at(true, { PAGER: "less -X", LESS: "R" })).toEqual({ command: "less -X", env: {} });
    expect(at(true, { LOGPIPE_PAGER: "most", PAGER: "less" })?.command).toBe("most");
  });
});
