import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { literal } from "../../../../src/lib/store/columns/names.js";
import { type Column, schemaOf } from "../../../../src/lib/store/columns/schema.js";
import type { TableFile } from "../../../../src/lib/store/delta/snapshot.js";
import { Session } from "../../../../src/lib/store/duckdb/duckdb.js";
import {
  Bloom,
  bloomKey,
  bloomPath,
  buildBloom,
  idLikeColumns,
  mayContain,
} from "../../../../src/lib/store/parquet/bloom.js";
import { LocalStorage } from "../../../../src/lib/store/storage/local.js";
import { temporaryDirectory } from "../support.js";

const column = (name: string, type: Column["type"] = "string"): Column => ({
  name,
  key: name,
  role: "value",
  type,
  isSibling: false,
});

let session: Session;
beforeAll(async () => {
  session = await Session.open({ memoryBytes: 512 * 1024 ** 2, threads: 1, tempDirectory: "/tmp/none" });
});
afterAll(() => session.close());

/** A Parquet file with these values, its filters in place, and the table file that stands for it. */
async function made(
  select: string,
  columns: readonly Column[],
): Promise<{ directory: string; file: TableFile }> {
  const directory = temporaryDirectory();
  const path = join(directory, "x.parquet");
  await session.run(`COPY (${select}) TO ${literal(path)} (FORMAT parquet)`);
  const bloom = bloomPath(directory, "x.parquet");
  mkdirSync(dirname(bloom), { recursive: true });
  writeFileSync(bloom, await buildBloom(session, path, columns));
  return { directory, file: { addPath: "x.parquet" } as TableFile };
}

describe("filters of a file", () => {
  test("every value is found; of others about one in a thousand", async () => {
    const { directory, file } = await made(
      "SELECT 'v' || i AS id, i + 7 AS user_id, NULL::VARCHAR AS none_id FROM range(20000) t(i)",
      [column("id"), column("user_id", "integer"), column("none_id")],
    );
    const bloom = (await Bloom.open(new LocalStorage(directory), bloomKey("x.parquet")))!;
    let wrong = 0;
    for (let i = 0; i < 20_000; i += 7) {
      expect(await bloom.mayContain("id", `v${i}`)).toBe(true);
      expect(await bloom.mayContain("user_id", `${i + 7}`)).toBe(true);
      if (await bloom.mayContain("id", `w${i}`)) wrong++;
    }
    expect(wrong).toBeLessThan(30);
    expect(await bloom.mayContain("none_id", "x")).toBe(false);
    expect(await bloom.mayContain("other", "x")).toBe(true);
    expect(await mayContain(new LocalStorage(directory, diskFiles), file, "id", "nothing like it")).toBe(
      false,
    );
  });

  test("any text is found again", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0")),
          { minLength: 1 },
        ),
        async (values) => {
          const rows = values.map((value) => `(${literal(value)})`).join(", ");
          const { directory, file } = await made(`SELECT * FROM (VALUES ${rows}) t("the ""id")`, [
            column('the "id'),
          ]);
          for (const value of values)
            expect(await mayContain(new LocalStorage(directory, diskFiles), file, 'the "id', value)).toBe(
              true,
            );
        },
      ),
      { numRuns: 20 },
    );
  });

  test("a file that is absent, cut or changed rules nothing out", async () => {
    const { directory, file } = await made("SELECT 'v' || i AS id FROM range(100) t(i)", [column("id")]);
    const path = bloomPath(directory, "x.parquet");
    const whole = readFileSync(path);
    expect(await mayContain(new LocalStorage(directory, diskFiles), file, "id", "w")).toBe(false);
    for (let length = 0; length < whole.length; length += 5) {
      writeFileSync(path, whole.subarray(0, length));
      expect(await mayContain(new LocalStorage(directory, diskFiles), file, "id", "v1")).toBe(true);
    }
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 1 << (at % 8);
      writeFileSync(path, changed);
      expect(await mayContain(new LocalStorage(directory, diskFiles), file, "id", "v1"), `byte ${at}`).toBe(
        true,
      );
    }
  });

  test("stay under the table whatever the path of the file", () => {
    for (const path of ["../../etc/x", "/etc/x", "file:///etc/x", "s3://b/x", "a/../../x"])
      expect(bloomPath("/t", path)).toMatch(/^\/t\/_index\/elsewhere\/[0-9a-f]{64}\.bloom$/);
    expect(bloomPath("/t", "date=2026-01-01/a.parquet")).toBe("/t/_index/date=2026-01-01/a.parquet.bloom");
  });
});

test("columns that are id-like by their key", () => {
  const names = ["trace_id", "requestId", "user.id", "id", "x-request-id", "uuid", "traceid", "commit_sha"];
  const others = ["grid", "paid", "valid", "message", "status", "level", "path", "android", "monkey"];
  const schema = schemaOf([...names, ...others].map((name) => column(name)));
  expect(idLikeColumns(schema).map(({ key }) => key)).toEqual(names);
  expect(idLikeColumns(schemaOf([column("id", "json"), column("n_id", "double")]))).toEqual([]);
});
