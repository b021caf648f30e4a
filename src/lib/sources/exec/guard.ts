/**
 * Ends a group of processes when this process is gone, however that came: a shell that waits for the end of a pipe
 * which only we hold. Without it a program that says nothing, and so never meets its closed pipe, would live on after a
 * kill -9. (Linux has PR_SET_PDEATHSIG for that; node cannot set it, and it reaches no grandchildren.)
 */
import { type ChildProcess, spawn } from "node:child_process";

const WAITS = 'read -r _; kill -s TERM -- "-$1"; sleep 2; kill -s KILL -- "-$1"';

export class Guard {
  private readonly shell: ChildProcess;

  constructor(group: number) {
    this.shell = spawn("/bin/sh", ["-c", WAITS, "sh", `${group}`], {
      cwd: "/",
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    // Where there is no shell there is no guard.
    this.shell.on("error", () => {});
    this.shell.stdin?.on("error", () => {});
    this.shell.unref();
    (this.shell.stdin as { unref?(): void } | null)?.unref?.();
  }

  /** The group is gone, and its number may soon be another's. */
  release(): void {
    this.shell.kill("SIGKILL");
    this.shell.stdin?.destroy();
  }
}
