import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Runs the demo with a temporary folder of its own; returns what it printed and what it left there. */
function demo(...argv: string[]) {
  const folder = mkdtempSync(join(tmpdir(), "demo-test-"));
  const env = { ...process.env, TMPDIR: folder, FORCE_COLOR: undefined };
  const { status, stdout } = spawnSync(process.execPath, [join(root, "tools/demo.mjs"), ...argv], {
    env,
    encoding: "utf8",
  });
  const left = readdirSync(folder, { recursive: true, encoding: "utf8" });
  rmSync(folder, { recursive: true });
  return {
    status,
    stdout: stdout.replaceAll(/in \d+\.\d s/g, "in N s").replaceAll(/kept: .*/g, "kept"),
    left,
  };
}

describe("npm run demo", () => {
  let first: ReturnType<typeof demo>;
  beforeAll(() => {
    first = demo();
  });

  it("stores every line of the bundled log and says so", () => {
    expect(first.status).toBe(0);
    expect(first.stdout).toContain("events in      23,012 lines");
    expect(first.stdout).toContain("rows stored    23,012 in");
    expect(first.stdout).toMatch(/Parquet +\d+ files?, .* smaller than raw, .* smaller than gzip/);
  });

  it("answers with what the log says", () => {
    expect(first.stdout).toMatch(/200 +19776\n/);
    expect(first.stdout).toMatch(/500 +34\n|404 +904\n/);
    expect(first.stdout).toMatch(/logpipe histogram fixtures\/demo\/access.log.gz\ncount, 23,012 in all\n/);
  });

  it("prints no control character when it is not on a terminal", () => {
    expect(/[\x00-\x09\x0b-\x1f]/.exec(first.stdout)).toBeNull();
  });

  it("leaves nothing behind, and --keep the store", () => {
    expect(first.left).toEqual([]);
    const kept = demo("--keep");
    expect(kept.left.some((name) => name.endsWith(".parquet"))).toBe(true);
    expect(kept.stdout.replace("\nkept\n", "")).toBe(first.stdout);
  });
});
