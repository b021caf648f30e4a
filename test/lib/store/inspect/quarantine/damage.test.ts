/**
 * Lines in quarantine are as durable as events: what happens to their files is found, and nothing of it is stored
 * unseen.
 */
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { diskFiles } from "../../../../../src/lib/base/files.js";
import type { DeadLetter } from "../../../../../src/lib/event/dead-letter.js";
import { writeLetter } from "../../../../../src/lib/event/dead-letter.js";
import { EventWriter } from "../../../../../src/lib/event/writer.js";
import { StoreSink } from "../../../../../src/lib/sinks/store/store.js";
import { writeCheckpoint } from "../../../../../src/lib/store/delta/checkpoints/checkpoint-write.js";
import { TableLog } from "../../../../../src/lib/store/delta/snapshot.js";
import { Session } from "../../../../../src/lib/store/duckdb/duckdb.js";
import { discard, replay } from "../../../../../src/lib/store/maintain/replay-quarantine.js";
import { letters, listEntries } from "../../../../../src/lib/store/quarantine/entries.js";
import { localTable } from "../../../../../src/lib/store/storage/local.js";
import { checkpoint } from "../../../../support/maintenance.js";
import { blocksOf, OBSERVED_MS, readFacts, storeOptions, temporaryDirectory } from "../../support.js";
import { asOlder, kindsOf, NOW_MS, repair } from "../support.js";

const EVENT = '{"timestamp":"2026-11-21T10:00:00Z","n":1}';

const letterOf = (raw: string): DeadLetter => ({
  time: "2026-11-21T12:00:00.000Z",
  stage: "check",
  reason: "malformed JSON",
  source: "a.log",
  line: 1,
  raw: Buffer.from(raw),
});

/** A table with a row, and for each list of lines an entry. In each the first line comes with a block of its own. */
async function tableWith(...entries: string[][]): Promise<string> {
  const table = join(temporaryDirectory(), "logs");
  for (const [n, raws] of entries.entries()) {
    const sink = await StoreSink.open(storeOptions(table));
    for (const some of [raws.slice(0, 1), raws.slice(1)]) {
      const writer = new EventWriter();
      for (const raw of some) writeLetter(writer, letterOf(raw));
      sink.setAside({ bytes: Buffer.from(writer.take()), lines: some.length });
      await sink.write(blocksOf([`{"n":${n * 10 + some.length}}`])[0]!);
      await sink.flush();
    }
    await sink.close();
  }
  return table;
}

const storing = (table: string) => ({
  files: diskFiles,
  log: new TableLog(table),
  maxColumns: 100,
  nowMs: () => OBSERVED_MS,
});
const all = <T>(entries: readonly T[]) => entries;

function filesOf(table: string): string[] {
  const directory = join(table, "_quarantine");
  return readdirSync(directory)
    .filter((name) => name.endsWith(".ndjson"))
    .map((name) => join(directory, name))
    .sort();
}

async function heldIn(table: string): Promise<string[]> {
  const held: string[] = [];
  for (const entry of await listEntries(diskFiles, new TableLog(table)))
    for await (const { raw } of letters(diskFiles, entry, () => held.push("unreadable")))
      held.push(raw.toString());
  return held;
}

const DAMAGES: [string, (path: string) => void][] = [
  ["cut in a line", (path) => writeFileSync(path, readFileSync(path).subarray(0, -20))],
  ["cut at a line", (path) => writeFileSync(path, `${readFileSync(path, "utf8").split("\n")[0]}\n`)],
  [
    "changed in one character",
    (path) => writeFileSync(path, readFileSync(path, "utf8").replace("bad", "bed")),
  ],
  ["empty", (path) => writeFileSync(path, "")],
  [
    "longer by a line",
    (path) => writeFileSync(path, `${readFileSync(path, "utf8")}${readFileSync(path, "utf8")}`),
  ],
];

describe("a file of the quarantine", { timeout: 300_000 }, () => {
  it.each(DAMAGES)(
    "is %s: found, not replayed, and put right with lines that are given",
    async (_, damage) => {
      const table = await tableWith([EVENT, "bad", "worse"]);
      expect(await kindsOf(table, true)).toEqual([]);
      const [path] = filesOf(table);
      damage(path!);
      expect(await kindsOf(table, true)).toEqual(["quarantine-broken"]);
      await expect(replay(storing(table), all)).rejects.toMatchObject({ code: "store.quarantine-damaged" });
      const counted = { lines: given(EVENT), isAnyNumber: false };
      await expect(replay(storing(table), all, counted)).rejects.toMatchObject({
        code: "store.quarantine-damaged",
      });
      expect(await readFacts(table)).toHaveLength(2);
      const any = { lines: given(EVENT, "still bad"), isAnyNumber: true };
      expect(await replay(storing(table), all, any)).toMatchObject({ stored: 1, left: 1 });
      expect(await heldIn(table)).toEqual(["still bad"]);
      expect(await kindsOf(table, true)).toEqual([]);
    },
  );

  it("is gone: found by a quick look, too, and given up only when that is said", async () => {
    const table = await tableWith(["bad"], ["other"]);
    rmSync(filesOf(table)[0]!);
    expect(await kindsOf(table)).toEqual(["quarantine-missing"]);
    expect(await repair(table)).toMatchObject({ steps: [], left: ["quarantine-missing"] });
    expect(await repair(table, { mayDrop: true })).toMatchObject({ steps: [{}], left: [] });
    expect(await heldIn(table)).toHaveLength(1);
  });

  it("is another entry's: found", async () => {
    const table = await tableWith(["bad"], ["other"]);
    const [one, two] = filesOf(table);
    copyFileSync(two!, one!);
    expect(await kindsOf(table, true)).toEqual(["quarantine-broken"]);
    expect(await repair(table, { mayDrop: true, isDeep: true })).toMatchObject({ left: [] });
    expect(await kindsOf(table, true)).toEqual([]);
    expect(existsSync(join(table, "_damaged"))).toBe(true);
  });

  it("of the next generation, after a replay, is looked after in the same way", async () => {
    const table = await tableWith([EVENT, "bad"]);
    await replay(storing(table), all);
    const [path] = filesOf(table);
    expect(path).toMatch(/\.2\.ndjson$/);
    expect(await kindsOf(table, true)).toEqual([]);
    writeFileSync(path!, readFileSync(path!, "utf8").replace("bad", "bed"));
    expect(await kindsOf(table, true)).toEqual(["quarantine-broken"]);
    rmSync(path!);
    expect(await kindsOf(table)).toEqual(["quarantine-missing"]);
    await repair(table, { mayDrop: true });
    expect(await kindsOf(table, true)).toEqual([]);
  });

  it("that was discarded is not missed, and forgotten some day", async () => {
    const table = await tableWith(["bad"]);
    await discard(storing(table), all);
    expect(await kindsOf(table, true)).toEqual([]);
    const session = await Session.open({
      memoryBytes: 2 ** 28,
      threads: 1,
      tempDirectory: join(temporaryDirectory(), "spill"),
    });
    const snapshot = await new TableLog(table).refresh();
    const later = OBSERVED_MS + 30 * 86_400_000;
    await writeCheckpoint({ table: localTable(table), session, snapshot, nowMs: later });
    session.close();
    for (const name of readdirSync(join(table, "_delta_log")))
      if (name.endsWith(".json")) rmSync(join(table, "_delta_log", name));
    const { txns } = await new TableLog(table).refresh();
    expect([...txns.keys()].filter((id) => id.startsWith("quarantine"))).toEqual([]);
  });

  it("is known beyond its commit, by what checkpoints keep", async () => {
    const table = await tableWith(["bad"], ["other"]);
    await checkpoint({ table, files: diskFiles, nowMs: NOW_MS });
    for (const name of readdirSync(join(table, "_delta_log")))
      if (/^\d+\.json$/.test(name)) rmSync(join(table, "_delta_log", name));
    const [one, two] = filesOf(table);
    rmSync(one!);
    writeFileSync(two!, "");
    expect((await kindsOf(table, true)).sort()).toEqual(["quarantine-broken", "quarantine-missing"]);
  });

  it("of an older logpipe has no checksum: its lines are to be readable at least", async () => {
    const table = await tableWith([EVENT, "bad"]);
    asOlder(table);
    const log = join(table, "_delta_log");
    for (const name of readdirSync(log)) {
      const lines = readFileSync(join(log, name), "utf8").split("\n");
      writeFileSync(join(log, name), lines.filter((line) => !line.includes("quarantine-crc32c:")).join("\n"));
    }
    expect(await kindsOf(table, true)).toEqual([]);
    const [path] = filesOf(table);
    const whole = readFileSync(path!);
    writeFileSync(path!, whole.subarray(0, -20));
    expect(await kindsOf(table, true)).toEqual(["quarantine-broken"]);
    await expect(replay(storing(table), all)).rejects.toMatchObject({ code: "store.quarantine-damaged" });
    writeFileSync(path!, whole);
    expect(await replay(storing(table), all)).toMatchObject({ stored: 1, left: 1 });
    expect(await kindsOf(table, true)).toEqual([]);
  });
});

async function* given(...raws: string[]): AsyncGenerator<DeadLetter> {
  for (const raw of raws) yield letterOf(raw);
}
