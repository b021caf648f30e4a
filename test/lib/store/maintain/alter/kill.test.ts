import { expect, test } from "vitest";
import { readSnapshot } from "../../../../../src/lib/store/delta/snapshot.js";
import { BIN, finished, logpipe, start } from "../../../../support/logpipe.js";
import { lineFacts, readFacts, storeLines, storeOptions, temporaryDirectory } from "../../support.js";

const KILLS = Number(process.env["LOGPIPE_TEST_KILLS"] ?? 6);

test("store schema may be killed at any moment and goes on when it is run again", {
  timeout: 300_000,
}, async () => {
  const store = temporaryDirectory();
  const table = `${store}/logs`;
  const day = (i: number) => `2026-11-${String(1 + (i % 9)).padStart(2, "0")}`;
  const line = (i: number, value: string) => `{"timestamp":"${day(i)}T10:00:00.5Z","v":${value}}`;
  const values = Array.from({ length: 90 }, (_, i) => (i % 2 === 0 ? `${i}` : `"${i}"`));
  for (let i = 0; i < 90; i += 30)
    await storeLines(
      storeOptions(table),
      values.slice(i, i + 30).map((value, j) => line(i + j, value)),
    );
  const words = ["store", "schema", "set", "v", "string", "--store", store, "-q"];
  const texts = values.map((value, i) => lineFacts(line(i, value.startsWith('"') ? value : `"${value}"`)));
  const before = values.map((value, i) => lineFacts(line(i, value)));
  for (let kill = 0; kill < KILLS; kill++) {
    const child = start([BIN, ...words], { cwd: store });
    const ended = finished(child, "");
    setTimeout(() => child.kill("SIGKILL"), 150 + Math.random() * 900);
    await ended;
    // Until the schema says it the values are numbers and texts, afterwards texts.
    const { schema } = await readSnapshot(table);
    const found = await readFacts(table);
    if (schema.byKey.get("v")![0]!.isSet === true) {
      const asTexts = found.map((fact) => fact.replace(/"v"=(\d+)/, '"v"="$1"')).sort();
      expect(asTexts).toEqual([...texts].sort());
    } else expect(found).toEqual([...before].sort());
  }
  expect((await logpipe(words, { cwd: store })).code).toBe(0);
  expect(await readFacts(table)).toEqual([...texts].sort());
  const { schema } = await readSnapshot(table);
  expect(schema.columns.map((column) => column.type)).toEqual(["timestamp", "string"]);
});
