/**
 * A store that is behind the checkpoint of what feeds it, since it was restored from an older copy. The table decides
 * where reading goes on; what the disk still has is stored once, and what it has no more is named once.
 */
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  readFileSync,
  renameSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { logpipe } from "../../support/logpipe.js";
import { AGAIN, behind, GONE, Place } from "./restored.js";

describe("a store that was restored from an older copy", () => {
  test("gets what came since, said once", async () => {
    const place = await behind();
    place.restore();
    const { code, stderr } = await place.run();
    expect([code, stderr]).toEqual([0, expect.stringMatching(AGAIN)]);
    expect(await place.stored()).toBe("0-149");
    expect((await place.run()).stderr).not.toMatch(AGAIN);
    expect(await place.stored()).toBe("0-149");
  });

  test("and what was written after that", async () => {
    const place = await behind();
    place.restore();
    place.write(10);
    await place.run();
    expect(await place.stored()).toBe("0-159");
  });

  test.each([
    ["renamed", (log: string) => renameSync(log, `${log}.1`)],
    [
      "copied and truncated",
      (log: string) => {
        copyFileSync(log, `${log}.1`);
        truncateSync(log, 0);
      },
    ],
    [
      "compressed",
      (log: string) => {
        writeFileSync(`${log}.1.gz`, gzipSync(readFileSync(log)));
        unlinkSync(log);
      },
    ],
  ])("from a file that was %s since", async (_, rotate) => {
    for (const files of ["app.log", "'app.log*'"]) {
      const place = new Place();
      place.write(100);
      await place.run("", files);
      place.backUp();
      place.write(50);
      await place.run("", files);
      rotate(place.log);
      place.write(30);
      await place.run("", files);
      await place.run("", files);
      place.restore();
      const { code } = await place.run("", files);
      expect([code, await place.stored()]).toEqual([0, "0-179"]);
      expect((await place.run("", files)).stderr).not.toMatch(AGAIN);
      expect(await place.stored()).toBe("0-179");
    }
  });

  test("from a copy that was read on where the log ended", async () => {
    const place = new Place();
    place.write(50);
    await place.run("", "'app.log*'");
    place.backUp();
    place.write(50);
    await place.run("", "'app.log*'");
    place.write(20);
    writeFileSync(place.at("app.log.1.gz"), gzipSync(readFileSync(place.log)));
    unlinkSync(place.log);
    place.write(10);
    await place.run("", "'app.log*'");
    expect(await place.stored()).toBe("0-129");
    place.restore();
    await place.run("", "'app.log*'");
    expect(await place.stored()).toBe("0-129");
    await place.run("", "'app.log*'");
    expect(await place.stored()).toBe("0-129");
  });

  test("is told what is no longer there, once, and gets the rest", async () => {
    const place = await behind();
    renameSync(place.log, `${place.log}.1`);
    place.write(30);
    await place.run();
    unlinkSync(`${place.log}.1`);
    place.restore();
    const { code, stderr } = await place.run();
    expect([code, stderr]).toEqual([1, expect.stringMatching(GONE)]);
    expect(await place.stored()).toBe("0-99 150-179");
    const again = await place.run();
    expect([again.code, again.stderr]).toEqual([0, expect.not.stringMatching(GONE)]);
  });

  test("gets the rotated file from a backup, named with the same checkpoint", async () => {
    const place = await behind();
    cpSync(place.log, place.at("old/kept"), { preserveTimestamps: true });
    unlinkSync(place.log);
    place.write(30);
    await place.run();
    place.restore();
    expect((await place.run()).code).toBe(1);
    cpSync(place.at("old/kept"), place.at("app.log.7"), { preserveTimestamps: true });
    await place.run("", "app.log.7 app.log");
    expect(await place.stored()).toBe("0-179");
  });

  test("older than its first run: all is read, also of several files", async () => {
    const place = new Place();
    await logpipe(["sink", "store"], { cwd: place.directory, stdin: '{"n":1}\n' });
    place.backUp();
    place.write(40, place.at("a.log"));
    place.write(40, place.at("b.log"));
    await place.run("", "a.log b.log");
    place.restore();
    expect((await place.run("", "a.log b.log")).stderr).toMatch(/of 2 files/);
    expect(await place.stored()).toBe("0-79");
  });

  test("of two files only what is behind is read again", async () => {
    const place = new Place();
    place.write(40, place.at("a.log"));
    place.write(40, place.at("b.log"));
    await place.run("", "a.log b.log");
    place.backUp();
    place.write(20, place.at("b.log"));
    await place.run("", "a.log b.log");
    place.restore();
    expect((await place.run("", "a.log b.log")).stderr).toMatch(/of 1 file$/m);
    expect(await place.stored()).toBe("0-99");
  });

  test("with --follow, and with records that wait for what follows", async () => {
    const place = new Place();
    const trace = (n: number) =>
      `2026-11-28T10:00:00Z ERROR it broke ${n}\nTraceback (most recent call last):\nValueError: ${n}\n`;
    const text = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, n) => trace(from + n)).join("");
    writeFileSync(place.log, text(0, 60));
    await place.run();
    place.backUp();
    appendFileSync(place.log, text(60, 90));
    await place.run();
    place.restore();
    appendFileSync(place.log, text(90, 100));
    await place.run();
    const sql = "SELECT count(*) AS n, count(DISTINCT message) AS d FROM logs";
    const { stdout } = await logpipe(["query", "--store", "store", sql], { cwd: place.directory });
    expect(JSON.parse(stdout)).toEqual({ n: 100, d: 100 });
  });
});
