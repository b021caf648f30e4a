/**
 * A store that is behind the checkpoint of what feeds it: restored from an older copy, made anew, or another one. The table decides
 * where reading goes on; what the disk still has is stored once, and what it has no more is named once.
 */
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { logpipe, temporaryDirectory } from "../../support/logpipe.js";

const AGAIN = /table logs of store has less than the checkpoint check\.json says was stored/;
const GONE = /cannot be read again/;

class Place {
  readonly directory = temporaryDirectory();
  readonly log = this.at("app.log");
  private next = 0;

  at(name: string): string {
    return join(this.directory, name);
  }

  write(count: number, path = this.log): void {
    let text = "";
    for (let n = 0; n < count; n++)
      text += `{"timestamp":"2026-11-28T10:00:00Z","k":${this.next++},"message":"an order has come in"}\n`;
    appendFileSync(path, text);
  }

  async run(
    more = "",
    files = "app.log",
    sink = "sink store",
  ): Promise<{ code: number | null; stderr: string }> {
    const { code, stderr } = await logpipe(
      ["run", `ingest --checkpoint check.json ${files} | parse ${more} | ${sink}`],
      { cwd: this.directory },
    );
    return { code, stderr };
  }

  backUp(): void {
    cpSync(this.at("store"), this.at("backup"), { recursive: true, preserveTimestamps: true });
  }

  restore(): void {
    rmSync(this.at("store"), { recursive: true, force: true });
    cpSync(this.at("backup"), this.at("store"), { recursive: true, preserveTimestamps: true });
    for (const name of readdirSync(this.at("store"), { recursive: true, encoding: "utf8" }))
      if (/\/lock-\d+$/.test(name)) unlinkSync(this.at(join("store", name)));
  }

  /** How often each line is in the table, as ranges of numbers; "twice" where one is there more than once. */
  async stored(store = "store", table = "logs"): Promise<string> {
    const sql = `SELECT k, count(*) AS n FROM ${table} WHERE k IS NOT NULL GROUP BY k ORDER BY k`;
    const { stdout, stderr } = await logpipe(["query", "--store", store, sql], { cwd: this.directory });
    if (stderr !== "") return stderr;
    const ranges: [number, number][] = [];
    for (const row of stdout.split("\n").filter((text) => text !== "")) {
      const { k, n } = JSON.parse(row) as { k: number; n: number };
      if (n > 1) return `${k} twice`;
      const last = ranges.at(-1);
      if (last?.[1] === k - 1) last[1] = k;
      else ranges.push([k, k]);
    }
    return ranges.map(([from, to]) => `${from}-${to}`).join(" ");
  }
}

/** 100 lines in the backup, 50 more that the store had after it. */
async function behind(): Promise<Place> {
  const place = new Place();
  place.write(100);
  await place.run();
  place.backUp();
  place.write(50);
  expect((await place.run()).stderr).not.toMatch(AGAIN);
  return place;
}

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

  test("are begun anew with a table that was made anew", async () => {
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
