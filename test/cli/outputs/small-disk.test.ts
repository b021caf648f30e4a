/** A real device that is full: a tmpfs, which takes root and the right to mount. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { shell, temporaryDirectory } from "../../support/logpipe.js";

const canMount = (() => {
  if (process.geteuid?.() !== 0) return false;
  const made = spawnSync("sh", [
    "-c",
    'd=$(mktemp -d) && mount -t tmpfs -o size=1m tmpfs "$d" && umount "$d" && rmdir "$d"',
  ]);
  return made.status === 0;
})();

/** A directory with so many MB of its own, and `lines` random events of two days in s/logs. */
async function device(megabytes: number, lines: number): Promise<string> {
  const top = temporaryDirectory();
  const cwd = join(top, "m");
  mkdirSync(cwd);
  expect(spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", cwd]).status).toBe(0);
  onTestFinished(() => void spawnSync("umount", ["-l", cwd]));
  for (const day of ["05", "06"]) {
    const script = `const {randomBytes} = require("crypto"); for (let i = 0; i < ${lines}; i++) console.log(JSON.stringify({timestamp: "2023-05-${day}T10:00:00Z", n: i, session_id: randomBytes(8).toString("hex"), pad: randomBytes(100).toString("base64")}))`;
    const stored = await shell(`node -e '${script}' | logpipe sink s -q --segment-size 1M`, {
      cwd,
      env: { XDG_STATE_HOME: top },
    });
    expect(stored).toMatchObject({ code: 0, stderr: "" });
  }
  return cwd;
}

const fill = "dd if=/dev/zero of=filler bs=4k 2> /dev/null; df --output=avail . | tail -1";

describe.runIf(canMount)("a device that is full to the last block", () => {
  it.each(["", "logpipe compact --store s || true;"])(
    "rules are set and applied, old files vacuumed, and the sink goes on (%s)",
    async (first) => {
      const cwd = await device(16, 12_000);
      expect((await shell(fill, { cwd })).stdout.trim()).toBe("0");
      const line = `${first} logpipe store retention set logs --older-than 30d --store s && logpipe store retention apply --store s && logpipe store vacuum --grace 0s --store s && echo '{"n":1}' | logpipe sink s -q && logpipe query 'SELECT count(*) AS n FROM logs' --store s`;
      const ran = await shell(line, { cwd, env: { XDG_STATE_HOME: join(cwd, "..") } });
      expect(ran.code).toBe(0);
      expect(ran.stdout).toMatch(/removed 24\D000 events/);
      expect(ran.stdout).toMatch(/\{"n":1\}\n$/);
    },
  );

  it("compact fits into the room that it says it needs, and says so when it is not there", async () => {
    const cwd = await device(24, 20_000);
    const { stdout } = await shell("logpipe compact --dry-run --json --store s", { cwd });
    const { needBytes, bytes } = JSON.parse(stdout) as { needBytes: number; bytes: number };
    expect(needBytes).toBeLessThan(1.3 * bytes);
    const leave = (size: number) =>
      shell(
        `rm -f filler; free=$(df --output=avail -B1 . | tail -1); head -c $((free - ${size})) /dev/zero > filler`,
        { cwd },
      );
    await leave(needBytes - 500_000);
    const refused = await shell("logpipe compact --store s", { cwd });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/there is no room to compact in .*: that needs up to .* are free/);
    await leave(needBytes + 16_384);
    const ran = await shell(
      "logpipe compact --store s && logpipe query 'SELECT count(*) AS n FROM logs' --store s",
      { cwd },
    );
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain('{"n":40000}');
  });
});
