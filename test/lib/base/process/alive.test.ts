import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { isOwnerGone, ownerMark } from "../../../../src/lib/base/private-files/owner-mark.js";
import { isAlive, processStart } from "../../../../src/lib/base/process/alive.js";
import { hold, letGo, newOwner, stateOf } from "../../../../src/lib/base/process/owner.js";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** A process that has ended, and whose parent never asks how. */
async function zombie(): Promise<{ readonly pid: number; readonly started: string }> {
  const script = 'sh -c "read line" <&3 & echo $!; exec sleep 600';
  const parent = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "inherit", "pipe"] });
  children.push(parent);
  const [line] = (await once(parent.stdout!, "data")) as [Buffer];
  const pid = Number(line.toString());
  const started = processStart(pid);
  process.kill(pid, "SIGKILL");
  await vi.waitUntil(() => / Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1")), { timeout: 300_000 });
  return { pid, started };
}

test("a process that has ended is not alive, asked after by its parent or not", async () => {
  const { pid, started } = await zombie();
  expect(isAlive(pid)).toBe(false);
  expect(isAlive(pid, started)).toBe(false);
  const own = newOwner();
  expect(stateOf({ ...own, pid, started })).toBe("gone");
  const [place, boot] = ownerMark().split("-");
  expect(isOwnerGone(`${place}-${boot}-${pid}-${started}`)).toBe(true);
});

test("a process is alive under its own start only; numbers that are none of a process are not", () => {
  expect(isAlive(process.pid, processStart(process.pid))).toBe(true);
  expect(isAlive(process.pid)).toBe(true);
  expect(isAlive(process.pid, "1")).toBe(false);
  for (const pid of [0, -1, 2 ** 22 - 3, 1.5, Number.NaN]) expect(isAlive(pid)).toBe(false);
});

test("a process that is stopped is alive", async () => {
  const child = spawn("sleep", ["600"], { stdio: "ignore" });
  children.push(child);
  await once(child, "spawn");
  const started = processStart(child.pid!);
  child.kill("SIGSTOP");
  expect(isAlive(child.pid!, started)).toBe(true);
});

test("an owner of this process is alive until it lets go, one elsewhere is unseen", () => {
  const owner = newOwner();
  expect(stateOf(owner)).toBe("gone");
  hold(owner);
  expect(stateOf(owner)).toBe("alive");
  letGo(owner);
  expect(stateOf(owner)).toBe("gone");
  for (const elsewhere of [{ host: "other" }, { boot: "earlier" }, { namespace: "pid:[1]" }])
    expect(stateOf({ ...owner, ...elsewhere })).toBe("unseen");
});
