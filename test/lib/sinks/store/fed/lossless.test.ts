/** What a journal has for a table is the same from its segments, from their files, and from compacted ones. */
import { expect, test } from "vitest";
import { diskFiles } from "../../../../../src/lib/base/files.js";
import { compact } from "../../../../support/maintenance.js";
import { blocksOf, lineFacts, OBSERVED_MS, readFacts } from "../../../store/support.js";
import { openFed, range } from "./support.js";

const at = (i: number) =>
  `"timestamp":"${new Date(1_795_255_200_000 + 40_000_000 * (i % 5) + i).toISOString()}"`;

const CASES: Readonly<Record<string, readonly string[]>> = {
  "a value that changes its type": range(0, 60).map(
    (i) =>
      `{${at(i)},"v":${[`${i}`, `"${i}"`, `${i}.5`, "true", `{"i":${i}}`, `[${i}]`][Math.floor(i / 10)]}}`,
  ),
  "keys that come later, and many of them": range(0, 60).map((i) => `{${at(i)},"n":${i},"key_${i}":"x${i}"}`),
  "numbers beyond 2^53, and long ones": [
    `{${at(0)},"n":9007199254740993,"m":9223372036854775807}`,
    `{${at(1)},"n":-9007199254740995,"m":18446744073709551615}`,
    `{${at(2)},"n":123456789012345678901234567890,"m":1e400}`,
    `{${at(3)},"o":{"n":9007199254740993,"d":0.1234567890123456789012345}}`,
  ],
  "regular objects with odd ones among them, and events without a time": range(0, 60).map((i) =>
    i % 7 === 0
      ? `{"n":${i}}`
      : `{${at(i)},"tags":${i % 20 === 19 ? `{"b":${i},"a":"x"}` : `{"a":"x","b":${i}}`}}`,
  ),
};

for (const [name, lines] of Object.entries(CASES))
  for (const isMixed of [false, true])
    test(`${name}${isMixed ? ", among blocks for another table" : ""}`, async () => {
      const nowMs = () => OBSERVED_MS;
      const { journal, sink, tableOf } = await openFed(["logs", "other"], { segmentBytes: 1500, nowMs });
      const fed = await sink("logs", { nowMs, segmentBytes: 3000 });
      for (const [i, line] of lines.entries()) {
        const [block] = blocksOf([line]);
        block!.exits = [0];
        await journal.sink.write(block!);
        if (!isMixed || i % 3 > 0) continue;
        const [other] = blocksOf([`{"other":${i},"v":"${"y".repeat(i)}"}`]);
        other!.exits = [1];
        await journal.sink.write(other!);
      }
      await journal.sink.flush();
      const table = tableOf("logs");
      const wanted = lines.map(lineFacts).sort();
      const facts = async () => [...(await readFacts(table))].sort();
      expect(await facts()).toEqual(wanted);
      await journal.finish();
      await fed.run();
      await fed.close();
      expect(await facts()).toEqual(wanted);
      await compact({ table, files: diskFiles, nowMs: Date.now() });
      expect(await facts()).toEqual(wanted);
    });
