import { failure } from "../../lib/base/errors/index.js";
import { diskFiles } from "../../lib/base/files.js";
import { localPath } from "../../lib/base/local/path.js";
import { formatCount, formatSize } from "../../lib/base/size.js";
import type { DeadLetter } from "../../lib/event/dead-letter.js";
import { storeOptions } from "../../lib/options/common.js";
import { flag, list, path, type ValuesOf } from "../../lib/options/options.js";
import { type Actions, actionOf, unusedByAction } from "../../lib/pipeline/contract/command-actions.js";
import { command } from "../../lib/pipeline/contract/stage.js";
import type { Terminal } from "../../lib/pipeline/contract/terminal.js";
import type { ByteReader } from "../../lib/sources/bytes/bytes.js";
import { inputFailure } from "../../lib/sources/files/files.js";
import { openDescriptor, openPath } from "../../lib/sources/files/input.js";
import { TableLog } from "../../lib/store/delta/snapshot.js";
import { type NamedTable, namedTables, oneTable, storePath } from "../../lib/store/inspect/tables.js";
import { discard, replay } from "../../lib/store/maintain/replay-quarantine.js";
import {
  type EntrySummary,
  holdsChecksum,
  isDamaged,
  letters,
  listEntries,
  type QuarantineEntry,
  summarize,
} from "../../lib/store/quarantine/entries.js";
import { linesOf } from "../../lib/store/quarantine/lines.js";
import { confirm } from "../../lib/terminal/confirm.js";

const options = {
  ...storeOptions,
  id: list({
    fromProject: "consent",
    metavar: "ID",
    summary: "only this entry; the first characters will do; default: all",
  }),
  with: path({
    fromProject: "consent",
    metavar: "FILE",
    summary: "replay: store the lines of FILE in the place of those held; `-` is standard input",
  }),
  yes: flag({
    fromProject: "consent",
    short: "y",
    summary: "discard: do not ask; replay: `--with` may give fewer or more lines than are held",
  }),
  json: flag({
    fromProject: "free",
    summary: "list: print JSON lines; show: print the records, with time, reason, file and line",
  }),
} as const;

type Given = ValuesOf<typeof options>;

const NAME = "store quarantine";
const ACTIONS: Actions = {
  list: { options: ["id", "json"], operands: 1 },
  show: { options: ["id", "json"], operands: 1 },
  replay: { options: ["id", "with", "yes"], operands: 1 },
  discard: { options: ["id", "yes"], operands: 1 },
};
const MAX_COLUMNS = 1000;

export default command({
  name: NAME,
  summary: "see lines that could not be stored, put them right and store them",
  details: `A \`sink\` into a store keeps lines that are no events in the quarantine of the table, as durable as the events. So it does
with events that the table could not take. \`list\` says how many there are and why; \`show\` prints the lines as they came.

\`replay\` stores the lines that are events, as they stand or as \`--with\` gives them, and takes them out of the quarantine in the
same commit: however often it is interrupted and run again, each is stored once. Lines that are still no events stay.
\`discard\` throws entries away.

Parts of the write-ahead log that the disk has changed are listed, too. Their lines may not be what was written, and their source may
send them again: \`show\`, \`replay\` and \`discard\` take them only when \`--id\` names them.`,
  operands: [
    { name: "ACTION", summary: "list (the default), show, replay or discard" },
    { name: "TABLE", isLocal: true, summary: "the table; all for list, else the only one of the store" },
  ],
  options,
  examples: [
    { title: "What is there, and why?", command: "store quarantine" },
    {
      title: "Put lines right and store them",
      command:
        "logpipe store quarantine show logs | sed 's/,}$/}/' | logpipe store quarantine replay logs --with -",
    },
    { title: "Try again after an update", command: "store quarantine replay logs" },
    { title: "Throw one entry away", command: "store quarantine discard logs --id 458c970e" },
  ],
  unused: ({ operands }) => unusedByAction(NAME, ACTIONS, "list", operands),
  async run({ operands, options: given }, terminal) {
    const asked = actionOf(NAME, ACTIONS, "list", operands);
    const { action } = asked;
    const [name] = asked.operands;
    const store = storePath(given.store, terminal);
    if (action === "list") {
      const tables = await namedTables(diskFiles, store, name === undefined ? [] : [name]);
      let isChanged = false;
      for (const table of tables) isChanged = (await printList(table, given, terminal)) || isChanged;
      return isChanged ? 1 : 0;
    }
    const table = await oneTable(diskFiles, store, name, `store quarantine ${action}`);
    if (action === "show") return show(table, given, terminal);
    return action === "replay" ? replayed(table, given, terminal) : discarded(table, given, terminal);
  },
});

/** True: the file of an entry is not what was written. */
async function printList(table: NamedTable, given: Given, terminal: Terminal): Promise<boolean> {
  const all = await listEntries(diskFiles, new TableLog(table.directory));
  const entries = isNamed(given) ? picker(given)(all) : all;
  const found: EntrySummary[] = [];
  for (const entry of entries) found.push(...[(await summarize(diskFiles, entry)) ?? []].flat());
  if (given.json) {
    for (const { path: _, crc32c: __, reasons, isChanged, ...facts } of found) {
      const damage = isChanged ? { isChanged } : {};
      const line = { table: table.name, ...facts, ...damage, reasons: Object.fromEntries(reasons) };
      await terminal.stdout.write(`${JSON.stringify(line)}\n`);
    }
    return found.some(({ isChanged }) => isChanged);
  }
  const lines = found.reduce((sum, entry) => sum + entry.lines, 0);
  const bytes = found.reduce((sum, entry) => sum + entry.bytes, 0);
  const total =
    found.length === 0 ? "nothing in quarantine" : `${counted(lines)} in quarantine (${formatSize(bytes)})`;
  await terminal.stdout.write(`table ${table.name}: ${total}\n${found.map(entryText).join("")}`);
  return found.some(({ isChanged }) => isChanged);
}

function entryText(entry: EntrySummary): string {
  const reasons = [...entry.reasons].sort(([, a], [, b]) => b - a);
  const why = reasons.map(([reason, count]) => `${reason} (${formatCount(count)})`).join(", ");
  return `  ${entry.id}  ${entry.firstTime}  ${counted(entry.lines)}: ${why}\n${entry.isChanged ? CHANGED : ""}`;
}

const CHANGED =
  "    damaged: the file is not what was written; `logpipe store verify --deep` says what to do\n";

/** Lines and columns count from 1, as in the file. */
function jsonOf(id: string, { raw, line, column, withheld, ...rest }: DeadLetter): string {
  return JSON.stringify({
    id,
    ...rest,
    line: line === undefined ? undefined : line + 1,
    column: column === undefined ? undefined : column + 1,
    withheld,
    raw: raw.toString("utf8"),
  });
}

async function show(table: NamedTable, given: Given, terminal: Terminal): Promise<number> {
  const entries = picker(given)(await listEntries(diskFiles, new TableLog(table.directory)));
  let isChanged = false;
  for (const entry of entries) {
    if (!(await holdsChecksum(diskFiles, entry))) isChanged = true;
    const unreadable = () => {
      isChanged = true;
    };
    for await (const letter of letters(diskFiles, entry, unreadable)) {
      const bytes = given.json ? Buffer.from(jsonOf(entry.id, letter)) : letter.raw;
      if (!(await terminal.stdout.write(Buffer.concat([bytes, NEWLINE])))) return 0;
    }
  }
  if (isChanged)
    terminal.complain(
      "a file of the quarantine is not what was written: lines may be missing, or others than came",
    );
  return isChanged ? 1 : 0;
}

async function replayed(table: NamedTable, given: Given, terminal: Terminal): Promise<number> {
  const fixed =
    given.with === undefined
      ? undefined
      : { lines: fixedLines(given.with, terminal), isAnyNumber: given.yes };
  const { stored, left, entries } = await replay(storing(table, terminal), picker(given), fixed);
  const others = isNamed(given) ? [] : await damagedLeft(table);
  const staying = left + others.reduce((sum, entry) => sum + entry.lines, 0);
  await terminal.stdout.write(
    `stored ${counted(stored)} in table ${table.name}; ${counted(staying)} stay${staying === 1 ? "s" : ""} in quarantine\n`,
  );
  tellDamaged(others, terminal);
  if (entries === 0 && left > 0) terminal.notice("none of the lines is an event as it stands: see --with");
  return 0;
}

function isNamed({ id = [] }: Given): boolean {
  return id.length > 0;
}

/** Entries that were not meant, as nobody has named them. */
async function damagedLeft(table: NamedTable): Promise<readonly EntrySummary[]> {
  const entries = (await listEntries(diskFiles, new TableLog(table.directory))).filter(isDamaged);
  const found: EntrySummary[] = [];
  for (const entry of entries) found.push(...[(await summarize(diskFiles, entry)) ?? []].flat());
  return found;
}

/** Nobody is to believe that all is stored. */
function tellDamaged({ length: left }: readonly EntrySummary[], terminal: Terminal): void {
  if (left > 0)
    terminal.notice(
      `${left} ${left === 1 ? "entry" : "entries"} of damaged log left: look at each with \`show --id ID\`, then name it`,
    );
}

async function discarded(table: NamedTable, given: Given, terminal: Terminal): Promise<number> {
  const pick = picker(given);
  const entries = pick(await listEntries(diskFiles, new TableLog(table.directory)));
  const what = `${formatCount(entries.length)} ${entries.length === 1 ? "entry" : "entries"} of the quarantine of ${table.name}`;
  if (!given.yes) {
    if (!terminal.stdinIsTerminal) throw failure("usage.needs-yes", { what });
    if (!(await confirm(`throw away ${what}?`, terminal))) return 1;
  }
  // Those that were asked about, and none that came meanwhile.
  const ids = new Set(entries.map(({ id, generation }) => `${id} ${generation}`));
  await discard(storing(table, terminal), (all) => all.filter((e) => ids.has(`${e.id} ${e.generation}`)));
  await terminal.stdout.write(`threw away ${what}\n`);
  return 0;
}

function storing(table: NamedTable, terminal: Terminal) {
  const log = new TableLog(table.directory);
  return { files: diskFiles, log, maxColumns: MAX_COLUMNS, nowMs: terminal.nowMs };
}

/** Throws store.quarantine-unknown for an id that no entry, or more than one, begins with. */
function picker({
  id: ids = [],
}: Given): (entries: readonly QuarantineEntry[]) => readonly QuarantineEntry[] {
  return (entries) => {
    // What recovery took out of the log may not be what was written: only by name.
    if (ids.length === 0) return entries.filter((entry) => !isDamaged(entry));
    return ids.map((id) => {
      const found = entries.filter((entry) => entry.id.startsWith(id));
      const exact = found.find((entry) => entry.id === id);
      if (exact !== undefined || found.length === 1) return exact ?? found[0]!;
      const reason = found.length === 0 ? "no entry begins so" : `${found.length} entries begin so`;
      throw failure("store.quarantine-unknown", { id, reason });
    });
  };
}

async function* fixedLines(path: string, terminal: Terminal): AsyncGenerator<DeadLetter> {
  const isStdin = path === "-";
  const time = new Date(terminal.nowMs()).toISOString();
  let line = 0;
  try {
    const input = isStdin
      ? openDescriptor(terminal.stdin)
      : await openPath(localPath(terminal.cwd, path, "--with"));
    for await (const raw of linesOf(chunksOf(input.bytes))) {
      line++;
      if (raw.length > 0)
        yield { time, stage: "check", reason: "", source: isStdin ? "<stdin>" : path, line, raw };
    }
  } catch (error) {
    throw inputFailure(isStdin ? "standard input" : path, error);
  }
}

/** Through a pipe whose writer is slow, too: such a descriptor may not wait by itself. */
async function* chunksOf(bytes: ByteReader): AsyncGenerator<Buffer> {
  try {
    for (;;) {
      await bytes.wait?.();
      const into = Buffer.allocUnsafe(CHUNK_BYTES);
      const count = await bytes.read(into);
      if (count === 0) return;
      yield into.subarray(0, count);
    }
  } finally {
    await bytes.close();
  }
}

const CHUNK_BYTES = 256 * 1024;

function counted(lines: number): string {
  return `${formatCount(lines)} ${lines === 1 ? "line" : "lines"}`;
}

const NEWLINE = Buffer.from("\n");
