/** A rotated log in a compression that is not read: what the message says to do stores the rest of it, once. */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { logpipe, shell, temporaryDirectory } from "../../support/logpipe.js";

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `level=info k=${from + n} message="a line of a log"\n`).join(
    "",
  );
const PIPELINE = "ingest --checkpoint check.json app.log | parse | sink store";

function has(command: string): boolean {
  return process.env["PATH"]!.split(":").some((directory) => existsSync(join(directory, command)));
}

/** 100 lines were read of 150 when the log was rotated and packed; 50 more are in its successor. */
async function packed(pack: string): Promise<{ cwd: string; advice: string }> {
  const cwd = temporaryDirectory();
  const log = join(cwd, "app.log");
  writeFileSync(log, lines(0, 100));
  await logpipe(["run", "--quiet", PIPELINE], { cwd });
  appendFileSync(log, lines(100, 150));
  // Not all packers keep parts of a second.
  const later = Math.ceil(Date.now() / 1000) + 5;
  utimesSync(log, later, later);
  renameSync(log, join(cwd, "app.log.1"));
  execFileSync("bash", ["-c", pack], { cwd });
  writeFileSync(log, lines(150, 200));
  const { code, stderr } = await logpipe(["run", "--quiet", PIPELINE], { cwd });
  expect(code).toBe(1);
  const advice = /known by what was read of it: (.*)$/m.exec(stderr)?.[1];
  return { cwd, advice: advice ?? stderr };
}

async function stored(cwd: string): Promise<unknown> {
  const sql = "SELECT count(*)::INT AS n, count(DISTINCT k)::INT AS d FROM logs";
  return JSON.parse((await logpipe(["query", "--store", "store", sql], { cwd })).stdout);
}

describe("a rotated log that is packed otherwise", () => {
  test.each([
    ["xz", "xz app.log.1", /^xz -d \S+\/app\.log\.1\.xz$/],
    ["xz", "xz --format=lzma app.log.1", /^xz -d \S+\/app\.log\.1\.lzma$/],
    ["bzip2", "bzip2 app.log.1", /^bzip2 -d \S+\/app\.log\.1\.bz2$/],
    ["lz4", "lz4 -q --rm app.log.1 app.log.1.lz4", /^lz4 -dc \S+\.1\.lz4 > \S+\/app\.log\.1$/],
    ["zip", "zip -q -m app.log.1.zip app.log.1", /^unzip -p \S+\/app\.log\.1\.zip > \S+\/app\.log\.1$/],
    [
      "tar",
      "tar -cf app.log.1.tar app.log.1; rm app.log.1",
      /^tar -xOf \S+\.1\.tar > \S+\.1\.tar\.unpacked$/,
    ],
    [
      "xz",
      "xz app.log.1; mv app.log.1.xz app.log.1",
      /^xz -dc \S+\/app\.log\.1 > \S+\/app\.log\.1\.unpacked$/,
    ],
  ])("with %s: %s", async (command, pack, wanted) => {
    if (!has(command)) return;
    const { cwd, advice } = await packed(pack);
    expect(advice).toMatch(wanted);
    if (advice.startsWith("unzip") && !has("unzip")) return;
    expect((await shell(advice, { cwd })).code).toBe(0);
    await logpipe(["run", "--quiet", PIPELINE], { cwd });
    expect(await stored(cwd)).toEqual({ n: 200, d: 200 });
    await logpipe(["run", "--quiet", PIPELINE], { cwd });
    expect(await stored(cwd)).toEqual({ n: 200, d: 200 });
  });

  test("and would be written over a log: no command", async () => {
    const cwd = temporaryDirectory();
    mkdirSync(join(cwd, "logs"));
    writeFileSync(join(cwd, "logs/a.log"), lines(0, 3));
    execFileSync("xz", ["-k", "a.log"], { cwd: join(cwd, "logs") });
    writeFileSync(join(cwd, "logs/a.log"), lines(5, 9));
    const { stderr } = await logpipe(
      ["run", "--quiet", "ingest --checkpoint check.json logs/a.log.xz | parse | sink store"],
      { cwd },
    );
    expect(stderr).toMatch(/unpack it beside the log under the name of a rotated one/);
    expect(readFileSync(join(cwd, "logs/a.log"), "utf8")).toBe(lines(5, 9));
  });

  test("without a checkpoint a pipe is right", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "a.log"), lines(0, 3));
    execFileSync("xz", ["a.log"], { cwd });
    const { stderr } = await logpipe(["ingest", "a.log.xz"], { cwd });
    expect(stderr).toMatch(/xz -dc a\.log\.xz \| logpipe/);
  });
});
