import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { diskFiles } from "../../../../src/lib/base/files.js";
import { TableLog } from "../../../../src/lib/store/delta/snapshot.js";
import { letters, listEntries } from "../../../../src/lib/store/quarantine/entries.js";
import { readFacts, storeLines, storeOptions, temporaryDirectory } from "../../store/support.js";

const DRIVER = fileURLToPath(new URL("./kill-driver.mjs", import.meta.url));
/** LOGPIPE_TEST_KILLS=500 for the long run. */
const KILLS = Number(process.env["LOGPIPE_TEST_KILLS"] ?? 30);
const EVENTS_A_BLOCK = 20;

/** Runs a writer and kills it `afterMs` after it opened the table. Resolves with the last block it said was durable. */
async function runAndKill(table: string, name: string, afterMs: number): Promise<number> {
  const child = spawn(process.execPath, [DRIVER, table, name], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  let complaint = "";
  child.stderr.on("data", (chunk) => (complaint += chunk));
  const closed = new Promise<NodeJS.Signals | null>((resolve) =>
    child.on("close", (_code, signal) => resolve(signal)),
  );
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk) => {
      if (said === "") setTimeout(() => child.kill("SIGKILL"), afterMs);
      said += chunk;
      resolve();
    });
    child.on("close", () => resolve());
  });
  expect(await closed, complaint).toBe("SIGKILL");
  return Number(said.trimEnd().split("\n").at(-1));
}

test(`${KILLS} writers, two at a time, are killed: what they acknowledged is there exactly once`, {
  timeout: 1_800_000,
}, async () => {
  const table = `${temporaryDirectory()}/logs`;
  const acknowledged = new Map<string, number>();
  for (let kill = 0; kill < KILLS; kill += 2) {
    await Promise.all(
      [kill, kill + 1].map(async (n) => {
        acknowledged.set(`w${n}`, await runAndKill(table, `w${n}`, Math.random() * 300));
      }),
    );
  }
  await storeLines(storeOptions(table), []);
  const seen = new Map<string, number>();
  for (const facts of await readFacts(table)) {
    const [, block] = /"block"=(\d+)/.exec(facts)!;
    const [, writer] = /"writer"="(\w+)"/.exec(facts)!;
    const id = `${writer} ${block}`;
    seen.set(id, (seen.get(id) ?? 0) + 1);
  }
  for (const [writer, blocks] of acknowledged) {
    for (let block = 1; block <= blocks; block++)
      expect(seen.get(`${writer} ${block}`), `${writer} ${block}`).toBe(EVENTS_A_BLOCK);
  }
  for (const [id, events] of seen) expect(events, id).toBe(EVENTS_A_BLOCK);
  // With each block came a line that is no event: it is in the quarantine once, where the block's rows are in the
  // table.
  const held: string[] = [];
  for (const entry of await listEntries(diskFiles, new TableLog(table)))
    for await (const { raw } of letters(diskFiles, entry, () => {})) held.push(raw.toString());
  expect(held.sort()).toEqual([...seen.keys()].sort());
});
