/** The pipelines of examples/: all their tests hold, and every route and stage of them is tried. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { logpipe, ROOT } from "../support/logpipe.js";

const files = readdirSync(join(ROOT, "examples")).filter((name) => /^[^.]+\.yaml$/.test(name));

it("there are five", () => {
  expect(files.length).toBeGreaterThanOrEqual(5);
});

it("all their tests hold, and cover them", async () => {
  const paths = files.map((name) => `examples/${name}`);
  const ran = await logpipe(["test", "--fail-uncovered", ...paths], { cwd: ROOT });
  expect({ code: ran.code, stderr: ran.stderr, failed: /^ {2}failed.*/m.exec(ran.stdout) }).toEqual({
    code: 0,
    stderr: "",
    failed: null,
  });
});

it.each(files.filter((name) => !name.includes(".test.")))("%s could run", async (name) => {
  const ran = await logpipe(["run", "--dry-run", `examples/${name}`], {
    cwd: ROOT,
    env: { SHOP_ENV: "test" },
  });
  expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: "" });
});
