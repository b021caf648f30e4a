/** `--on-limit block` in a running pipeline: who waits, and who does not. */
import { expect, it } from "vitest";
import { finished, logpipe, printed, shell, start } from "../../../support/logpipe.js";

const lines = (count: number) => Array.from({ length: count }, (_, n) => `{"n":${n}}\n`).join("");
const BIN = ["throttle", "1/h", "--burst", "3"];

it("lets all through in order, and no sooner than the rate says, through any number of limits", async () => {
  const begun = performance.now();
  const ran = await shell("logpipe run 'throttle 40/s --burst 1 | throttle 30/s --burst 2'", {
    stdin: lines(20),
  });
  expect(ran).toMatchObject({ code: 0, stdout: lines(20), stderr: "" });
  expect(performance.now() - begun).toBeGreaterThan((18 / 30) * 1000);
});

it("waits for what stages before it give at the end", async () => {
  const begun = performance.now();
  const ran = await shell("logpipe run 'sort --by n | throttle 30/s --burst 2'", { stdin: lines(10) });
  expect(ran).toMatchObject({ code: 0, stdout: lines(10), stderr: "" });
  expect(performance.now() - begun).toBeGreaterThan((8 / 30) * 1000);
});

it("lets go of what waits while nothing more comes, and nothing is closed", async () => {
  const child = start(["logpipe", "throttle", "20/s", "--burst", "1"]);
  const last = printed(child, "stdout", /"n":4/);
  child.stdin?.write(lines(5));
  await last;
  child.kill("SIGTERM");
  await finished(child, "");
});

it.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const)(
  "does not wait any more when it is stopped by %s: what it has read is let out",
  async (signal, code) => {
    const child = start(["logpipe", ...BIN]);
    const first = printed(child, "stdout", /"n":2/);
    const all = printed(child, "stdout", /"n":9/);
    child.stdin?.write(lines(10));
    await first;
    child.kill(signal);
    await all;
    expect((await finished(child, undefined)).code).toBe(code);
  },
);

it("says so where it had to let events out at once", async () => {
  const ran = await logpipe([...BIN, "--on-limit", "drop"], { stdin: lines(5) });
  expect(ran).toMatchObject({
    code: 0,
    stdout: lines(3),
    stderr: "logpipe: throttle: 2 events over 1/h dropped\n",
  });
});

it("holds no more than a block or two of a source that has much", async () => {
  const much = lines(2_000_000);
  const child = start(["logpipe", ...BIN]);
  const first = printed(child, "stdout", /"n":2/);
  const end = finished(child, much);
  await first;
  child.kill("SIGTERM");
  const { stdout } = await end;
  expect(stdout.length).toBeLessThan(8 << 20);
  // The last line may have been read in part.
  const whole = stdout.slice(0, stdout.lastIndexOf("\n", stdout.length - 2) + 1);
  expect(whole).toBe(much.slice(0, whole.length));
});
