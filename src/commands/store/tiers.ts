import { formatDuration } from "../../lib/base/duration.js";
import { failure } from "../../lib/base/errors/index.js";
import { diskFiles } from "../../lib/base/files.js";
import { localPath } from "../../lib/base/local/path.js";
import { formatCount, formatSize } from "../../lib/base/size.js";
import { storeOptions } from "../../lib/options/common.js";
import { duration, flag, integer, text, type ValuesOf } from "../../lib/options/options.js";
import { type Actions, actionOf, unusedByAction } from "../../lib/pipeline/contract/command-actions.js";
import { command } from "../../lib/pipeline/contract/stage.js";
import type { Terminal } from "../../lib/pipeline/contract/terminal.js";
import { TableLog } from "../../lib/store/delta/snapshot.js";
import { type NamedTable, namedTables, oneTable, storePath } from "../../lib/store/inspect/tables.js";
import { TARGET_BYTES } from "../../lib/store/maintain/compact.js";
import { foretellMoves, moveFacts } from "../../lib/store/maintain/dry-run/maintenance.js";
import { moveLines } from "../../lib/store/maintain/dry-run/text.js";
import { withMaintenance } from "../../lib/store/maintain/rewrite/duckdb-session.js";
import { tierOf } from "../../lib/store/maintain/rewrite/output-path.js";
import { isTierName } from "../../lib/store/maintain/tier-links.js";
import {
  applyTiers,
  COLD_LEVEL,
  setTier,
  type TierRule,
  tierRules,
  unsetTier,
} from "../../lib/store/maintain/tiers.js";
import { asLackOfRoom } from "../../lib/store/write/needed.js";
import { reportDone } from "../../lib/terminal/output/report-done.js";

const options = {
  ...storeOptions,
  table: text({
    fromProject: "consent",
    short: "t",
    metavar: "NAME",
    summary: "the table; may be left out when the store has only one",
  }),
  olderThan: duration({
    fromProject: "consent",
    metavar: "TIME",
    summary: "files go there when their newest event is older than TIME",
  }),
  level: integer({
    fromProject: "consent",
    metavar: "N",
    min: 1,
    max: 22,
    default: COLD_LEVEL,
    advanced: true,
    summary: "zstd level of the tier's files, 1 (fast) to 22 (small)",
  }),
  dryRun: flag({
    fromProject: "free",
    short: "n",
    summary: "apply: say which files would be moved and change nothing",
  }),
  json: flag({ fromProject: "free", summary: "print a JSON line a tier, sizes in bytes" }),
} as const;

type Given = ValuesOf<typeof options>;

const NAME = "store tiers";
const ACTIONS: Actions = {
  show: { options: ["table", "json"], operands: 0 },
  set: { options: ["table", "olderThan", "level", "json"], operands: 2 },
  unset: { options: ["table", "json"], operands: 1 },
  apply: { options: ["table", "dryRun", "json"], operands: 0 },
};

export default command({
  name: NAME,
  summary: "keep older files on other disks",
  details: `A tier is a directory, on any disk, for files whose events are older than a time; they are packed harder there. The table
stays one: queries, Spark and other engines on this machine find the files through a link in the table's directory.

Without an action the tiers are shown. \`set\` adds a tier or changes it, \`unset\` takes it away (its files come back), \`apply\` moves
what is due; \`compact\` does that, too. The directory belongs to one table. While its disk is not there, files stay where
they are, and queries that need the tier's files fail.`,
  operands: [
    { name: "ACTION", summary: "show (the default), set, unset or apply" },
    { name: "NAME", summary: "the tier: small letters, digits and -" },
    { name: "PATH", isLocal: true, summary: "the directory of the tier" },
  ],
  options,
  examples: [
    {
      title: "After 30 days to another disk",
      command: "store tiers set cold /mnt/cold/logs --older-than 30d",
    },
    { title: "What there is", command: "store tiers" },
  ],
  unused: ({ operands }) => unusedByAction(NAME, ACTIONS, "show", operands),
  async run({ operands, options: given }, terminal) {
    const asked = actionOf(NAME, ACTIONS, "show", operands);
    const { action } = asked;
    const [name, path] = asked.operands;
    const store = storePath(given.store, terminal);
    if (action === "show") {
      const names = given.table === undefined ? [] : [given.table];
      for (const table of await namedTables(diskFiles, store, names)) await show(table, given, terminal);
      return 0;
    }
    const table = await oneTable(diskFiles, store, given.table, "store tiers --table");
    const log = new TableLog(table.directory);
    if (action === "apply") return apply(table, given, terminal);
    if (action === "set") await setTier(diskFiles, log, terminal.nowMs, ruleOf(name, path, given, terminal));
    else await unsetTier(diskFiles, log, terminal.nowMs, nameOf(name, "store tiers unset"));
    await show(table, given, terminal);
    return 0;
  },
});

function ruleOf(
  name: string | undefined,
  path: string | undefined,
  given: Given,
  terminal: Terminal,
): TierRule {
  const { olderThan: olderThanMs, level } = given;
  const missing = (operand: string) =>
    failure("usage.missing-operand", { command: "store tiers set", operand });
  if (path === undefined) throw missing("NAME and PATH");
  if (olderThanMs === undefined) throw missing("--older-than TIME");
  return {
    name: nameOf(name, "store tiers set"),
    path: localPath(terminal.cwd, path, "PATH"),
    olderThanMs,
    level,
  };
}

function nameOf(name: string | undefined, commandName: string): string {
  if (name === undefined) throw failure("usage.missing-operand", { command: commandName, operand: "NAME" });
  if (isTierName(name)) return name;
  const reason = "not a name of small letters, digits and -";
  throw failure("usage.bad-value", { option: "NAME", value: name, reason });
}

async function show({ name, directory }: NamedTable, given: Given, terminal: Terminal): Promise<void> {
  const snapshot = await new TableLog(directory).refresh();
  const rules = [...tierRules(snapshot)].reverse();
  const places = [undefined, ...rules].map((rule) => {
    const own = snapshot.files.filter((file) => tierOf(file.add.path) === (rule?.name ?? null));
    return { rule, files: own.length, bytes: own.reduce((total, file) => total + file.bytes, 0) };
  });
  const lines = given.json
    ? places.map(({ rule, files, bytes }) =>
        JSON.stringify({ table: name, tier: null, ...tierFacts(rule), files, bytes }),
      )
    : [
        `table ${name}`,
        ...places.map(
          ({ rule, files, bytes }) => `  ${placeText(rule)}  ${counted(files)} (${formatSize(bytes)})`,
        ),
      ];
  await terminal.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

function tierFacts(rule: TierRule | undefined) {
  if (rule === undefined) return {};
  const { name, path, olderThanMs, level } = rule;
  return { tier: name, path, olderThanMs, level };
}

function placeText(rule: TierRule | undefined): string {
  if (rule === undefined) return "own directory".padEnd(40);
  return `${rule.name} after ${formatDuration(rule.olderThanMs)}: ${rule.path}`.padEnd(40);
}

async function apply({ name, directory }: NamedTable, given: Given, terminal: Terminal): Promise<number> {
  if (given.dryRun) {
    const moves = foretellMoves(await new TableLog(directory).refresh(), TARGET_BYTES, terminal.nowMs());
    const lines = given.json
      ? moves.map((move) => JSON.stringify({ table: name, dryRun: true, ...moveFacts(move) }))
      : moveLines(name, moves);
    if (lines.length === 0 && !given.json) lines.push(`${name}: nothing to move`);
    await terminal.stdout.write(lines.map((line) => `${line}\n`).join(""));
    return 0;
  }
  const report = await withMaintenance(diskFiles, directory, (session) =>
    applyTiers({
      files: diskFiles,
      session,
      log: new TableLog(directory),
      nowMs: terminal.nowMs,
      targetBytes: TARGET_BYTES,
      isStopped: () => terminal.signal.aborted,
    }),
  ).catch((error) => asLackOfRoom(error, directory, "move files"));
  for (const tier of report.missing)
    terminal.complain(
      `the tier "${tier}" of table ${name} cannot be used: it is not mounted, or another table's`,
    );
  const { files, bytesIn, bytesOut } = report;
  const sizes = `${formatSize(bytesIn)}, now ${formatSize(bytesOut)}`;
  const text = files === 0 ? `${name}: nothing to move\n` : `${name}: moved ${counted(files)} (${sizes})\n`;
  await reportDone(
    terminal,
    given.json ? `${JSON.stringify({ table: name, ...report })}\n` : text,
    given.json,
  );
  return 0;
}

function counted(files: number): string {
  return `${formatCount(files)} file${files === 1 ? "" : "s"}`;
}
