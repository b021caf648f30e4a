/**
 * Tables with a write-ahead log to be damaged, as kills and full disks leave them, and the events that were
 * acknowledged.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diskFiles, type Files } from "../../../src/lib/base/files.js";
import { crc32c, hex8 } from "../../../src/lib/base/hash/crc32c.js";
import { StoreSink } from "../../../src/lib/sinks/store/store.js";
import { blocksOf, storeOptions } from "../../lib/store/support.js";

/** Events 0 to `acknowledged` - 1 were acknowledged; `lineOf` has them. */
export interface History {
  readonly directory: string;
  readonly acknowledged: number;
}

export const BLOCK_EVENTS = 20;
export const HISTORIES = [
  "one segment",
  "several segments",
  "stored and not removed",
  "stored in part",
] as const;

/** Event n as it is written. */
export function lineOf(n: number): string {
  return `{"timestamp":"2026-11-21T10:00:${String(n % 60).padStart(2, "0")}Z","n":${n},"text":"event number ${n}","even":${n % 2 === 0},"half":${n}.5}`;
}

/** The line of block `number` that is no event, as a record for the quarantine. */
export function recordOf(number: number): string {
  return `{"time":"2026-11-21T12:00:00.000Z","stage":"check","reason":"no object","source":"x","raw":"bad line ${number}"}`;
}

const made = new Map<string, Promise<History>>();
const directories: string[] = [];
process.on("exit", () => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** The history's table, made once, to be copied. */
export function historyOf(name: (typeof HISTORIES)[number]): Promise<History> {
  let history = made.get(name);
  if (history === undefined) {
    history = make(name);
    made.set(name, history);
  }
  return history;
}

const refusal = () => Object.assign(new Error("no room"), { code: "ENOSPC" });

/** What keeps the writer from storing all that it has, and when it has come up against that. */
function filesOf(name: (typeof HISTORIES)[number]): { files: Files; refused: Promise<void> } {
  let links = 0;
  let tell = () => {};
  const refused = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const refuse = () => {
    tell();
    throw refusal();
  };
  const files: Files = {
    ...diskFiles,
    link: async (from, to) => {
      const isCommit = to.endsWith(".json");
      if (isCommit && name === "several segments") refuse();
      if (isCommit && name === "stored in part" && ++links > 2) refuse();
      await diskFiles.link(from, to);
    },
    remove: async (path) => {
      if (name === "stored and not removed" && /_wal.*\.ndjson$/.test(path)) refuse();
      await diskFiles.remove(path);
    },
  };
  if (name === "one segment") tell();
  return { files, refused };
}

async function make(name: (typeof HISTORIES)[number]): Promise<History> {
  const root = mkdtempSync(join(tmpdir(), "logpipe-history-"));
  directories.push(root);
  const table = join(root, "live", "logs");
  await (await write(table, diskFiles, 0, 5, {})).close();
  const segmentBytes = name === "one segment" ? 1_000_000 : 10_000;
  const { files, refused } = filesOf(name);
  const sink = await write(table, files, 5, 25, { segmentBytes });
  await refused;
  const directory = join(root, "dead");
  cpSync(table, directory, { recursive: true, preserveTimestamps: true });
  await sink.close().catch(() => {});
  for (const writer of readdirSync(join(directory, "_wal"))) bury(join(directory, "_wal", writer));
  return { directory, acknowledged: 25 * BLOCK_EVENTS };
}

/**
 * Writes blocks, with every third a line that is no event, and leaves the sink open. A failure of storing ends it
 * early.
 */
export async function write(
  table: string,
  files: Files,
  from: number,
  to: number,
  more: { segmentBytes?: number },
): Promise<StoreSink> {
  const sink = await StoreSink.open(storeOptions(table, { files, onFull: "drop-newest", ...more }));
  for (let number = from; number < to; number++) {
    const lines = Array.from({ length: BLOCK_EVENTS }, (_, i) => lineOf(number * BLOCK_EVENTS + i));
    if (number % 3 === 0) sink.setAside({ bytes: Buffer.from(`${recordOf(number)}\n`), lines: 1 });
    for (const block of blocksOf(lines, { stream: "s", offset: number })) await sink.write(block);
    await sink.flush();
  }
  return sink;
}

/** The process that made it lives: in the copy its owner is one that does not. */
function bury(directory: string): void {
  for (const name of readdirSync(directory).filter((one) => one.startsWith("lock-"))) {
    const { crc32c: _, ...owner } = JSON.parse(readFileSync(join(directory, name), "utf8"));
    const dead = { ...owner, pid: 2 ** 22 + 1 };
    const checksum = hex8(crc32c(Buffer.from(JSON.stringify(dead))));
    writeFileSync(join(directory, name), JSON.stringify({ ...dead, crc32c: checksum }));
  }
}
