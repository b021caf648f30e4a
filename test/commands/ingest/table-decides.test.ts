/** One checkpoint and several tables, or none that knows it; and tables that only seem to be behind it. */
import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { describe, expect, test } from "vitest";
import { logpipe } from "../../support/logpipe.js";
import { AGAIN, behind, Place } from "./restored.js";

describe("windows and what was seen", () => {
  test("go back with the table: what its copy has of them is of its own time", async () => {
    const place = new Place();
    const run = () => place.run("| dedupe --by k");
    place.write(100);
    await run();
    place.backUp();
    place.write(50);
    await run();
    place.restore();
    const { code } = await run();
    expect([code, await place.stored()]).toEqual([0, "0-149"]);
  });

  test("start over with a table that was recreated", async () => {
    const place = new Place();
    const run = () => place.run("| dedupe --by k");
    place.write(100);
    await run();
    rmSync(place.at("store"), { recursive: true });
    const { code } = await run();
    expect([code, await place.stored()]).toEqual([0, "0-99"]);
  });

  test("are refused where the copy was made without them", async () => {
    const place = new Place();
    const run = () => place.run("| dedupe --by k");
    place.write(100);
    await run();
    place.backUp();
    rmSync(place.at("backup/logs/_state"), { recursive: true });
    place.write(50);
    await run();
    place.restore();
    const { code, stderr } = await run();
    expect([code, stderr]).toEqual([1, expect.stringMatching(/saved state .* it is not there/)]);
  });
});

describe("the same checkpoint", () => {
  test("and a store that was removed: all is stored again", async () => {
    const place = await behind();
    rmSync(place.at("store"), { recursive: true });
    expect((await place.run()).stderr).toMatch(AGAIN);
    expect(await place.stored()).toBe("0-149");
  });

  test("and another table: it gets what it does not have, and the first one goes on where it is", async () => {
    const place = await behind();
    const { stderr } = await place.run("", "app.log", "sink other --table web");
    expect(stderr).toMatch(
      /check\.json was last used for table logs of store: reading again what table web of other/,
    );
    expect(await place.stored("other", "web")).toBe("0-149");
    place.write(10);
    await place.run("", "app.log", "sink other --table web");
    await place.run();
    expect([await place.stored(), await place.stored("other", "web")]).toEqual(["0-159", "0-159"]);
  });

  test("of an older format, which no table knows, decides itself", async () => {
    const place = await behind();
    const check = JSON.parse(readFileSync(place.at("check.json"), "utf8"));
    delete check.id;
    delete check.table;
    delete check.crc32c;
    writeFileSync(place.at("check.json"), JSON.stringify(check));
    for (let n = 0; n < 2; n++) {
      const { code, stderr } = await place.run();
      expect([code, stderr]).toEqual([0, expect.not.stringMatching(/again/)]);
    }
    place.write(10);
    await place.run();
    expect(await place.stored()).toBe("0-159");
  });

  test("that began at the end of a file does not go back before", async () => {
    const place = new Place();
    place.write(100);
    const files = "--from resume-or-end app.log";
    await place.run("", files);
    place.write(20);
    await place.run("", files);
    expect(await place.stored()).toBe("100-119");
    rmSync(place.at("store"), { recursive: true });
    await place.run("", files);
    expect(await place.stored()).toBe("100-119");
  });

  test("refuses --from and --tail as before, also when the table is behind", async () => {
    const place = await behind();
    place.restore();
    expect((await place.run("", "--from end app.log")).code).toBe(2);
    expect(await place.stored()).toBe("0-99");
  });

  test("without a table decides itself", async () => {
    const place = await behind();
    const sink = "sink --to file -o out.ndjson";
    expect((await place.run("", "app.log", sink)).stderr).not.toMatch(/again/);
    expect(existsSync(place.at("out.ndjson")) ? readFileSync(place.at("out.ndjson"), "utf8") : "").toBe("");
  });
});

describe("a table that has no rows of what was read last is not behind", () => {
  test.each([
    ["filtered", '| filter "k < 60"', "0-59"],
    ["all of it filtered", '| filter "k == 0"', "0-0"],
    ["seen before", "| dedupe --by message", /^0-0/],
  ])("%s", async (_, stage, wanted) => {
    const place = new Place();
    place.write(100);
    for (let n = 0; n < 3; n++) {
      const { code, stderr } = await place.run(stage);
      expect([code, stderr]).toEqual([0, expect.not.stringMatching(/again/)]);
      if (n === 1) place.write(100);
    }
    expect(await place.stored()).toMatch(wanted);
  });

  test("a line that is too long, at the end: set aside once, also when the file is rotated away", async () => {
    const place = new Place();
    place.write(20);
    appendFileSync(place.log, `${"x".repeat(3000)}\n`);
    const run = () => place.run("", "--max-line-size 1k app.log");
    expect((await run()).stderr).toMatch(/1 line set aside/);
    expect((await run()).stderr).not.toMatch(/set aside/);
    renameSync(place.log, `${place.log}.1`);
    place.write(5);
    expect((await run()).stderr).not.toMatch(/set aside|again/);
    unlinkSync(`${place.log}.1`);
    expect(await run()).toMatchObject({ code: 0, stderr: expect.not.stringMatching(/again/) });
    expect(await place.stored()).toBe("0-24");
  });

  test("deleted, or gone with retention", async () => {
    const place = await behind();
    const { directory: cwd } = place;
    await logpipe(["store", "delete", "logs", "--where", "k >= 100", "--yes", "--store", "store"], { cwd });
    await logpipe(["store", "vacuum", "logs", "--grace", "0s", "--store", "store"], { cwd });
    expect((await place.run()).stderr).not.toMatch(AGAIN);
    expect(await place.stored()).toBe("0-99");
  });

  test("set aside: in the quarantine, or in dead letters of its own", async () => {
    for (const sink of ["sink store", "sink store --dead-letters letters.ndjson"]) {
      const place = new Place();
      writeFileSync(place.log, '{"k":0}\n');
      const run = () =>
        logpipe(
          [
            "run",
            ...(sink.includes("letters") ? ["--dead-letters", "letters.ndjson"] : []),
            "ingest --checkpoint check.json app.log | parse --format json | sink store",
          ],
          { cwd: place.directory },
        );
      await run();
      appendFileSync(place.log, "no JSON at all\n".repeat(50));
      await run();
      const { stderr } = await run();
      expect(stderr).not.toMatch(/again/);
      expect(await place.stored()).toBe("0-0");
    }
  });
});
