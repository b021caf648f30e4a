import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { stageIo } from "../../../../../src/lib/pipeline/contract/resources.js";
import { buildTable, lookupEnricher } from "../../../../../src/lib/stages/enrich/lookup/lookup.js";
import { readLookup } from "../../../../../src/lib/stages/enrich/lookup/lookup-words.js";
import { openLookup } from "../../../../../src/lib/stages/enrich/lookup/open-lookup.js";
import { delimitedRows, objectRows } from "../../../../../src/lib/stages/enrich/lookup/table-rows.js";
import { enriched } from "../support.js";

const LIMIT_BYTES = 64 << 20;

describe("readLookup", () => {
  it("reads files, SQL with joins of its own, and names", () => {
    expect(readLookup("users.csv on user_id=id add name,plan=tier as user_")).toEqual({
      from: { kind: "file", text: "users.csv" },
      on: [{ field: "user_id", column: "id" }],
      add: [
        { column: "name", name: "user_name" },
        { column: "plan", name: "tier" },
      ],
      prefix: "user_",
    });
    expect(readLookup("sql: SELECT * FROM a JOIN b ON a.x = b.x on k, l=m").on).toEqual([
      { field: "k", column: "k" },
      { field: "l", column: "m" },
    ]);
    expect(readLookup("my file.csv on a").from.text).toBe("my file.csv");
    expect(() => readLookup("users.csv")).toThrow("which field to look up");
  });
});

describe("delimitedRows", () => {
  it("reads quotes, line breaks in them, types, a byte order mark and CRLF", () => {
    const { columns, rows } = delimitedRows(
      '\ufeffid,name,n\r\n1,"a, ""b""",\r\n\r\n"2","x\ny",08\r\n',
      "csv",
    );
    expect(columns).toEqual(["id", "name", "n"]);
    expect([...rows]).toEqual([
      ["1", '"a, \\"b\\""', undefined],
      ['"2"', '"x\\ny"', '"08"'],
    ]);
  });

  it("says where a quote is open, and that an empty file is no table", () => {
    expect(() => [...delimitedRows('a,b\n1,2\n3,"x\n4,5\n', "csv").rows]).toThrow(
      "line 3: a quote is not closed",
    );
    expect(() => delimitedRows("", "csv")).toThrow("it is empty");
    expect(() => [...objectRows('{"a":1}\n[2]\n', undefined).rows]).toThrow("line 2 is no JSON object");
  });
});

describe("lookupEnricher", () => {
  const look = (table: string, words: string, input: string) => {
    const read = readLookup(words);
    const counts = { hits: 0, misses: 0, ambiguous: 0 };
    const holder = buildTable(delimitedRows(table, "csv"), read, LIMIT_BYTES);
    const out = enriched(
      input,
      lookupEnricher(read, holder, (outcome) => counts[outcome]++),
    );
    return { out, counts, table: holder.table };
  };

  it("compares keys as text and takes the first of several rows", () => {
    const { out, counts, table } = look(
      "user,name\n7,Ann\n7,Eve\n,Nobody\n8,Bo\n",
      "t.csv on user",
      ['{"user":7}', '{"user":"8"}', '{"user":7.0}', '{"user":null}', "{}", '{"name":"old","user":8}'].join(
        "\n",
      ),
    );
    expect(out.split("\n")).toEqual([
      '{"user":7,"name":"Ann"}',
      '{"user":"8","name":"Bo"}',
      '{"user":7.0}',
      '{"user":null}',
      "{}",
      '{"name":"Bo","user":8}',
    ]);
    expect(counts).toEqual({ hits: 3, misses: 3, ambiguous: 1 });
    expect([table.size, table.withoutKey]).toEqual([2, 1]);
  });

  it("finds what a nested loop finds, for keys of several fields", () => {
    const key = fc.constantFrom("a", "1:a", "a1", "", "\u001f", "1", "é");
    fc.assert(
      fc.property(fc.array(fc.tuple(key, key)), key, key, (rows, one, two) => {
        const csv = `x,y,n\n${rows.map(([x, y], n) => `"${x}","${y}",${n}`).join("\n")}\n`;
        const input = JSON.stringify({ x: one, y: two });
        const first = rows.findIndex(([x, y]) => x === one && y === two);
        const wanted = first < 0 ? input : `${input.slice(0, -1)},"n":${first}}`;
        expect(look(csv, "t.csv on x,y", input).out).toBe(wanted);
      }),
    );
  });

  it("says which columns there are, and refuses what is too large", () => {
    expect(() => look("a,b\n1,2\n", "t.csv on c", "{}")).toThrow('no column "c" (its columns: a, b)');
    const rows = Array.from({ length: 1000 }, (_, n) => `${n},x`).join("\n");
    expect(() => buildTable(delimitedRows(`a,b\n${rows}`, "csv"), readLookup("t on a"), 10_000)).toThrow(
      "too large",
    );
  });
});

describe("openLookup", () => {
  const directory = mkdtempSync(join(tmpdir(), "logpipe-lookup-test-"));
  afterAll(() => rmSync(directory, { recursive: true }));
  const said: string[] = [];
  const io = stageIo({ cwd: directory, environment: {} }, () => 0, {
    log: (_level, text) => said.push(text),
    fail: (text) => said.push(text),
  });
  const noSql = () => Promise.reject(new Error("no SQL here"));
  const put = (name: string, text: string | Buffer) => {
    writeFileSync(join(directory, `${name}.new`), text);
    renameSync(join(directory, `${name}.new`), join(directory, name));
  };
  const open = (text: string) => openLookup(readLookup(text), LIMIT_BYTES, io, noSql);
  const found = ({ words, holder }: Awaited<ReturnType<typeof open>>) =>
    enriched(
      '{"id":1}',
      lookupEnricher(words, holder, () => {}),
    );

  it("takes up a new file, keeps what it had when that is broken or gone, and says so once", async () => {
    put("t.csv", "id,v\n1,old\n");
    const lookup = await open("t.csv on id");
    expect(found(lookup)).toBe('{"id":1,"v":"old"}');
    put("t.csv", "id,v\n1,newer\n");
    await lookup.refresh!();
    expect(found(lookup)).toBe('{"id":1,"v":"newer"}');
    put("t.csv", 'id,v\n1,"broken\n');
    await lookup.refresh!();
    await lookup.refresh!();
    expect(said).toEqual([expect.stringContaining("t.csv: line 2: a quote is not closed")]);
    expect(found(lookup)).toBe('{"id":1,"v":"newer"}');
    put("t.csv", "id,other\n1,x\n");
    await lookup.refresh!();
    expect(said[1]).toContain("its columns are others than before");
    rmSync(join(directory, "t.csv"));
    await lookup.refresh!();
    expect(found(lookup)).toBe('{"id":1,"v":"newer"}');
    put("t.csv", "id,v\n1,last\n");
    await lookup.refresh!();
    expect(found(lookup)).toBe('{"id":1,"v":"last"}');
    expect(said).toHaveLength(2);
  });

  it("reads packed files and objects with members of their own, and names files that it cannot read", async () => {
    put("p.csv.gz", gzipSync("id,v\n1,x\n"));
    expect(found(await open("p.csv.gz on id"))).toBe('{"id":1,"v":"x"}');
    put("o.ndjson", '{"id":2,"v":0}\n{"w":[1.0],"id":"1"}\n');
    expect(found(await open("o.ndjson on id add v,w"))).toBe('{"id":1,"w":[1.0]}');
    await expect(open("none.csv on id")).rejects.toThrow("cannot read none.csv: no such file");
    put("t.xlsx", "x");
    await expect(open("t.xlsx on id")).rejects.toThrow("does not end with .csv");
    await expect(open("sql: SELECT on id")).rejects.toThrow("cannot look anything up in sql: no SQL here");
  });
});
