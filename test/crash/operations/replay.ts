import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { DeadLetter } from "../../../src/lib/event/dead-letter.js";
import { TableLog } from "../../../src/lib/store/delta/snapshot.js";
import { replay as run } from "../../../src/lib/store/maintain/replay-quarantine.js";
import { listEntries } from "../../../src/lib/store/quarantine/entries.js";
import { MAX_COLUMNS } from "../../support/maintenance.js";
import { NOW_MS, WHOLE } from "../events.js";
import type { Operation } from "./operation.js";

const BIN = fileURLToPath(new URL("../../../bin/logpipe", import.meta.url));
const LINES = [0, 1].map((n) => `{"timestamp":"2026-11-21T00:00:0${n}Z","source":"q","block":1,"n":${n}}`);
const DONE = "replayed";

/** Lines that were no events are stored once they are put right: all of them exactly once, or none yet. */
export const replay: Operation = {
  name: "replay",
  prepare: async (table) => {
    const input = LINES.map((line) => `${line.slice(1)}\n`).join("");
    const ran = spawnSync(process.execPath, [BIN, "sink", "--store", dirname(table)], { input });
    if (ran.status !== 0) throw new Error(`${ran.stderr}`);
    return [];
  },
  run: async (table, files, say) => {
    const log = new TableLog(table, files);
    const options = { files, log, maxColumns: MAX_COLUMNS, nowMs: () => NOW_MS };
    if ((await listEntries(files, log)).length > 0)
      await run(options, (entries) => entries, { lines: fixed(), isAnyNumber: false });
    say(DONE);
  },
  faults: (rows, said, isDone) => {
    const found = rows.get("q 1");
    const allowed = isDone || said.includes(DONE) ? [WHOLE] : [WHOLE, undefined];
    return allowed.includes(found) ? [] : [`replayed lines: ${found ?? "none"} instead of ${WHOLE}`];
  },
};

async function* fixed(): AsyncGenerator<DeadLetter> {
  const time = new Date(NOW_MS).toISOString();
  for (const line of LINES)
    yield { time, stage: "check", reason: "", source: "stdin", raw: Buffer.from(line) };
}
