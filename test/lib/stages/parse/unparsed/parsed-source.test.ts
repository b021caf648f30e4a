import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Block } from "../../../../../src/lib/event/block.js";
import type { Source } from "../../../../../src/lib/pipeline/contract/source.js";
import { ParsedSource } from "../../../../../src/lib/stages/parse/unparsed/parsed-source.js";
import { runs } from "../../../../support/runs.js";

const EVENT = '{"ts": 1763719200, "lvl":30, "msg":"an event"}';
const RECORDS: readonly string[] = [
  EVENT,
  '{"a":[1.50,{"b":"é"}]}',
  'time=2026-11-21T10:00:00Z level=warn msg="slow answer"',
  "2026-11-21T10:00:01Z ERROR [main] org.example.Shop - no\njava.lang.Error: no\n\tat a.B.c(B.java:1)",
  "2026-11-21T10:00:02Z INFO [main] org.example.Shop - yes",
];

/** Gives pieces of whole lines. */
function sourceOf(pieces: readonly string[]): Source {
  const blocks = pieces.map((piece) => new Block(Buffer.from(piece)));
  return { read: async () => blocks.shift(), stop: () => {}, close: async () => {} };
}

async function linesOf(pieces: readonly string[], parsesText = true): Promise<readonly string[]> {
  const source = new ParsedSource(sourceOf(pieces), () => 1_763_719_200_000);
  source.parsesText = parsesText;
  let text = "";
  for (let block = await source.read(); block !== undefined; block = await source.read())
    text += block.bytes.toString();
  return text.split("\n").filter((line) => line !== "");
}

describe("a source that parses what are no events", () => {
  it("gives an event a record, wherever the input is cut, and events byte for byte", async () => {
    const record = fc.constantFrom(...RECORDS);
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 40 }),
        fc.infiniteStream(fc.boolean()),
        async (records, cuts) => {
          const pieces: string[] = [""];
          for (const line of records.join("\n").split("\n")) {
            pieces[pieces.length - 1] += `${line}\n`;
            if (cuts.next().value) pieces.push("");
          }
          const lines = await linesOf(pieces);
          expect(lines).toHaveLength(records.length);
          for (const [n, record] of records.entries())
            if (record.startsWith("{")) expect(lines[n]).toBe(record);
            else
              expect(JSON.parse(lines[n]!)).toMatchObject({
                level: expect.any(String),
                message: expect.any(String),
              });
        },
      ),
      { numRuns: runs(100) },
    );
  });

  it.each<[string, readonly string[]]>([
    ["behind a banner", ["> shop@1.0.0 start\n", `${EVENT}\n`]],
    ["before a torn line", [`${EVENT}\n`, `lost"}\n${EVENT}\n`]],
  ])("leaves text of no known format to whoever wants it: %s", async (_, pieces) => {
    const all = pieces.join("").split("\n").slice(0, -1);
    expect(await linesOf(pieces, false)).toEqual(all);
    const parsed = await linesOf(pieces);
    expect(parsed).toHaveLength(all.length);
    expect(parsed.filter((line) => line.includes('"unparsed":true'))).toHaveLength(1);
  });

  it("reads what log lines say once there are some among events", async () => {
    const lines = await linesOf([`${EVENT}\n`, `words\n${EVENT}\n`, `level=info msg=a\nmore words\n`], false);
    expect(lines.slice(0, 3)).toEqual([EVENT, "words", EVENT]);
    expect(lines.slice(3).map((line) => JSON.parse(line).message)).toEqual(["a", "more words"]);
  });
});
