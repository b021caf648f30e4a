import { expect, test } from "vitest";
import { readSnapshot } from "../../../../src/lib/store/delta/snapshot.js";
import { factsOf, SPARK, sparkRows } from "../../../support/engines/other-engines.js";
import { lineFacts, temporaryDirectory } from "../support.js";
import { STATES } from "./states.js";

test.skipIf(SPARK === undefined)(
  "spark reads row for row what we do, in every state of a table",
  { timeout: 600_000 },
  async () => {
    const directory = temporaryDirectory();
    const tables = STATES.map((_, i) => `${directory}/table-${i}`);
    const wanted = new Map<string, string[]>();
    for (const [i, { name, build }] of STATES.entries()) {
      wanted.set(name, (await build(tables[i]!)).map(lineFacts).sort());
    }
    const found = sparkRows(tables);
    for (const [i, { name }] of STATES.entries()) {
      const { schema } = await readSnapshot(tables[i]!);
      expect(factsOf(found[i]!, schema), name).toEqual(wanted.get(name));
    }
  },
);
