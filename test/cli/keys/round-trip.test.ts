/** Keys that SQL, Delta or DuckDB's reader would take for one or refuse come back as they came. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BIN, finished, logpipe, start, temporaryDirectory } from "../../support/logpipe.js";

const CASES: Readonly<Record<string, readonly string[]>> = {
  "in two cases": ['{"X":1,"x":2}'],
  "in two cases, in events of their own": ['{"Level":"ERROR"}', '{"level":"info"}', '{"LEVEL":5}'],
  "beside an own key of the name that is made up": ['{"X":1,"x":2,"x_2":3,"x_1":4}'],
  "as OpenTelemetry writes the time": ['{"Timestamp":"1795275000000000000","Body":"b","TIMESTAMP":1}'],
  "a time, and a text": ['{"Time":"2026-11-21T22:00:00Z","time":"x"}'],
  empty: ['{"":1,"_empty":2}', '{"":"x"}'],
  "with NUL": ['{"a\\u0000b":1,"a_b":2,"A\\u0000b":"x"}', '{"a\\u0000b":{"c":[1]}}'],
  "with NUL alone": ['{"a\\u0000b":1}'],
  "with half a character": ['{"\\ud83d":1,"\ufffd":2}', '{"x":"\\ud83d"}'],
  "named as a column of odd values": ['{"n":1,"n_string":5}', '{"n":"x","n_string":6}', '{"n":3}'],
  "named as our own columns": ['{"_timestamp_ns":5,"Date":1,"date":"x"}'],
  "in four spellings with values of all types": [
    '{"ID":1}',
    '{"id":"x"}',
    '{"Id":{"a":1}}',
    '{"iD":1.5,"id":2,"Id":12345678901234567890}',
    '{"id_1":7,"Id_3":4,"id":true}',
  ],
};

const TIME = '"timestamp":"2026-11-21T00:00:00Z",';

function facts(line: string): string {
  const entries = Object.entries(JSON.parse(line) as Record<string, unknown>);
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function rows(cwd: string, sql: string, files: readonly string[] = []): Promise<string[]> {
  const ran = await logpipe(["query", "-q", sql, ...files], { cwd });
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  return ran.stdout.split("\n").slice(0, -1).map(facts).sort();
}

describe("keys come back", () => {
  test.each(Object.entries(CASES))(
    "%s: file, live, flushed and compacted",
    async (_, events) => {
      const cwd = temporaryDirectory();
      const lines = events.map((event) => event.replace("{", `{${TIME}`));
      const wanted = lines.map(facts).sort();
      writeFileSync(join(cwd, "e.ndjson"), events.map((line) => `${line}\n`).join(""));
      expect(await rows(cwd, "FROM e", ["e.ndjson"])).toEqual(events.map(facts).sort());
      const sink = start([BIN, "sink", "-q", "--flush-interval", "1h"], { cwd });
      sink.stdin!.write(lines.map((line) => `${line}\n`).join(""));
      for (;;) {
        const ran = await logpipe(["query", "-q", "SELECT count(*) AS n FROM logs"], { cwd });
        if (ran.code === 0 && ran.stdout === `{"n":${lines.length}}\n`) break;
        await new Promise((done) => setTimeout(done, 100));
      }
      expect(await rows(cwd, "FROM logs")).toEqual(wanted);
      expect((await finished(sink, "")).code).toBe(0);
      expect(await rows(cwd, "SELECT * FROM (FROM logs)")).toEqual(wanted);
      await logpipe(["sink", "-q"], {
        cwd,
        stdin: lines
          .toReversed()
          .map((line) => `${line}\n`)
          .join(""),
      });
      expect((await logpipe(["compact", "-q"], { cwd })).code).toBe(0);
      expect(await rows(cwd, "FROM logs")).toEqual([...wanted, ...wanted].sort());
    },
    300_000,
  );
});
