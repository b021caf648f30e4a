import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { logpipe, shell, temporaryDirectory } from "../../../support/logpipe.js";

const EVENTS = Array.from({ length: 5000 }, (_, n) =>
  n % 7 === 0 ? `{"n":${n},"late":"x, ${n}"}` : `{"n":${n},"f":${n / 3},"l":[${n},1,2]}`,
)
  .map((line) => `${line}\n`)
  .join("");

describe("--to at the end of a pipe", () => {
  it.each(["csv", "tsv", "json", "md", "table", "parquet", "chart", "svg"])(
    "%s is what a query of the events writes, in their order",
    async (format) => {
      const own = await logpipe(["filter", "true", "--to", format], { stdin: EVENTS });
      const line = `logpipe filter true | logpipe query 'FROM stdin' --to ${format}`;
      const asked = await shell(line, { stdin: EVENTS });
      expect(own.code).toBe(0);
      expect(own.stdoutBytes.equals(asked.stdoutBytes)).toBe(true);
    },
  );

  it("packs what the name says, as it would be without", async () => {
    const cwd = temporaryDirectory();
    const [plain] = await Promise.all([
      logpipe(["filter", "true", "--to", "csv"], { stdin: EVENTS }),
      logpipe(["filter", "true", "-o", "a.csv.gz"], { stdin: EVENTS, cwd }),
      logpipe(["filter", "true", "-o", "a.ndjson.gz"], { stdin: EVENTS, cwd }),
    ]);
    expect(gunzipSync(readFileSync(join(cwd, "a.csv.gz"))).toString()).toBe(plain.stdout);
    expect(gunzipSync(readFileSync(join(cwd, "a.ndjson.gz"))).toString()).toBe(EVENTS);
  });

  it("leaves a file as it was when the run fails, and nothing beside it", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "a.csv"), "before\n");
    const ran = await logpipe(["filter", "true", "--strict", "-o", "a.csv"], {
      stdin: '{"n":1}\nno event\n',
      cwd,
    });
    expect(ran.code).toBe(1);
    expect(readFileSync(join(cwd, "a.csv"), "utf8")).toBe("before\n");
    expect(readdirSync(cwd).filter((name) => name.includes("csv"))).toEqual(["a.csv"]);
  });

  it("ends quietly when the reader has gone", async () => {
    const ran = await shell("logpipe filter true --to csv | head -1", { stdin: EVENTS });
    expect(ran).toMatchObject({ code: 0, stdout: "n,late,f,l\n", stderr: "" });
  });
});
