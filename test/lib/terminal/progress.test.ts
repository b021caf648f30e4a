import { describe, expect, it } from "vitest";
import { pagerFor } from "../../../src/lib/terminal/output/pager.js";
import { Progress } from "../../../src/lib/terminal/output/progress.js";
import { MemoryOutput } from "../../support/memory-terminal.js";

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
    expect(at(true, { PAGER: "less -X", LESS: "R" })).toEqual({ command: "less -X", env: { LESS: "-R -R" } });
    expect(at(true, { LESS: "-X -j5" })).toEqual({ command: "less", env: { LESS: "-R -X -j5" } });
    expect(at(true, { LESS: "iMS" })).toEqual({ command: "less", env: { LESS: "-R -iMS" } });
    expect(at(true, { LESS: "" })).toEqual({ command: "less", env: { LESS: "-R" } });
    expect(at(true, { LOGPIPE_PAGER: "most", PAGER: "less" })?.command).toBe("most");
  });
});
