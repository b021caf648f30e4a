import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const directory = mkdtempSync(join(tmpdir(), "score-"));
afterAll(() => rmSync(directory, { recursive: true }));

const score = (...words: string[]) =>
  spawnSync(process.execPath, ["tools/score.mjs", ...words], { encoding: "utf8" });

describe("npm run score", () => {
  it("says that the project ships no cases", () => {
    const { status, stderr } = score(join(directory, "nowhere"));
    expect(status).toBe(2);
    expect(stderr).toContain("this project ships none");
  });

  it("counts what is read and shows what is missed", () => {
    mkdirSync(join(directory, "cases"));
    const cases = [
      {
        input: "a=1 b=two",
        records: [
          [
            ["a", "1"],
            ["b", "two"],
          ],
        ],
      },
      { input: "a=1", records: [[["a", "2"]]] },
    ];
    writeFileSync(
      join(directory, "cases/logfmt_decode_cases.jsonl"),
      cases.map((one) => JSON.stringify(one)).join("\n"),
    );
    const [row] = JSON.parse(score(directory, "logfmt-records", "--json").stdout);
    expect(row).toMatchObject({ suite: "logfmt-records", cases: 2, marks: { all: { hits: 1, share: 50 } } });
    expect(score(directory, "--misses", "logfmt-records").stdout).toContain('wanted: [{"a":"2"}]');
    expect(score(directory, "zeek").stdout).toContain("no cases in this directory");
  });
});
