import { expect, test } from "vitest";
import { readSnapshot } from "../../../../src/lib/store/delta/snapshot.js";
import {
  deltaRsAppend,
  deltaRsComplaints,
  deltaRsRows,
  factsOf,
  PYTHON,
} from "../../../support/engines/other-engines.js";
import { lineFacts, readFacts, storeLines, storeOptions, temporaryDirectory } from "../support.js";
import { STATES } from "./states.js";

for (const { name, build } of STATES) {
  test.skipIf(PYTHON === undefined)(`deltalake reads row for row what we do: ${name}`, async () => {
    const table = `${temporaryDirectory()}/logs`;
    const wanted = (await build(table)).map(lineFacts).sort();
    const { schema } = await readSnapshot(table);
    expect(await readFacts(table)).toEqual(wanted);
    expect(factsOf(deltaRsRows(table), schema)).toEqual(wanted);
    expect(deltaRsComplaints(table)).toBe("");
  });

  test.skipIf(PYTHON === undefined)(`deltalake appends and we go on: ${name}`, async () => {
    const table = `${temporaryDirectory()}/logs`;
    const lines = [...(await build(table))];
    // A column that was changed is another one, with a name of its own.
    const name = (await readSnapshot(table)).schema.byKey.get("number")![0]!.name;
    deltaRsAppend(table, [{ timestamp: "2026-11-21T10:00:00Z", date: "2026-11-21", [name]: 1_000_000 }]);
    lines.push('{"timestamp":"2026-11-21T10:00:00Z","number":1000000}');
    expect(await readFacts(table)).toEqual(lines.map(lineFacts).sort());
    const more = [
      '{"timestamp":"2026-11-23T10:00:00Z","number":1000001,"status":"ours again","fresh":{"a":1}}',
    ];
    await storeLines(storeOptions(table), more);
    const wanted = [...lines, ...more].map(lineFacts).sort();
    expect(await readFacts(table)).toEqual(wanted);
    expect(factsOf(deltaRsRows(table), (await readSnapshot(table)).schema)).toEqual(wanted);
  });
}
