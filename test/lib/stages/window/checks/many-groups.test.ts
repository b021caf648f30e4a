import { describe, expect, it } from "vitest";
import windowStage from "../../../../../src/commands/stages/window.js";
import { Block } from "../../../../../src/lib/event/block.js";
import { defaultsOf } from "../../../../../src/lib/options/options.js";
import { readCheck } from "../../../../../src/lib/stages/window/checks/check-plan.js";
import { type CheckSettings, Checks } from "../../../../../src/lib/stages/window/checks/checks.js";

const context = { nowMs: () => 0, reject: () => {}, count: () => {} };

function verdictOf(condition: string, maxGroups: number, users: readonly number[]) {
  const settings = { ...(defaultsOf(windowStage.options) as unknown as CheckSettings), maxGroups };
  const checks = new Checks([readCheck(condition, "--fail-if")], settings, context as never);
  const event = (u: number) => `{"timestamp":"2026-11-21T10:00:00Z","u":${u}}\n`;
  checks.push(new Block(Buffer.from(users.map(event).join(""))), () => true);
  checks.end(() => true);
  return checks.verdicts[0]!;
}

describe("a condition of more groups than are kept", () => {
  const once = Array.from({ length: 20 }, (_, n) => n);

  it.each(["x: count > 2 by u", "x: count > 2 by u every 1h"])(
    "%s is not asked of their row",
    (condition) => {
      const verdict = verdictOf(condition, 4, once);
      expect(verdict).toMatchObject({ state: "ok", held: 0 });
      expect(verdict.groupsDropped).toBeGreaterThanOrEqual(16);
    },
  );

  it("holds for one that is kept", () => {
    const verdict = verdictOf("x: count > 2 by u", 4, [7, 7, 7, ...once]);
    expect(verdict).toMatchObject({ state: "failed", held: 1 });
    expect(verdict.row).toContain('"u":7');
  });

  it("drops none of as many as are kept", () => {
    expect(verdictOf("x: count > 2 by u", 20, once)).toMatchObject({ state: "ok", groupsDropped: 0 });
  });
});
