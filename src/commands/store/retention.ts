import { formatDuration } from "../../lib/base/duration.js";
import { failure } from "../../lib/base/errors/index.js";
import { diskFiles } from "../../lib/base/files.js";
import { countOf, formatSize } from "../../lib/base/size.js";
import { suggest } from "../../lib/base/suggest.js";
import { storeOptions } from "../../lib/options/common.js";
import { duration, flag, list, size, type ValuesOf } from "../../lib/options/options.js";
import { type Actions, actionOf, unusedByAction } from "../../lib/pipeline/contract/command-actions.js";
import { command } from "../../lib/pipeline/contract/stage.js";
import type { Terminal } from "../../lib/pipeline/contract/terminal.js";
import { TableLog } from "../../lib/store/delta/snapshot.js";
import { type NamedTable, namedTables, oneTable, storePath } from "../../lib/store/inspect/tables.js";
import { nothingErased } from "../../lib/store/maintain/delete-rows.js";
import { foretellRetention } from "../../lib/store/maintain/dry-run/events.js";
import { retentionFacts, retentionLines } from "../../lib/store/maintain/dry-run/text.js";
import { applyRetention, removeExpired, unmatchedFields } from "../../lib/store/maintain/retention.js";
import {
  changeRules,
  type RetentionRule,
  retentionRules,
  ruleName,
  withRule,
} from "../../lib/store/maintain/retention-rules.js";
import { withMaintenance, withReading } from "../../lib/store/maintain/rewrite/duckdb-session.js";
import { asLackOfRoom } from "../../lib/store/write/needed.js";
import { reportDone } from "../../lib/terminal/output/report-done.js";

const options = {
  ...storeOptions,
  olderThan: duration({
    fromProject: "consent",
    metavar: "TIME",
    summary: "events go when they are older than TIME: 30d, 12h",
  }),
  forever: flag({ fromProject: "consent", summary: "events stay, whatever a wider rule says" }),
  maxSize: size({
    fromProject: "consent",
    metavar: "SIZE",
    summary: "the oldest files go when the table has more than SIZE",
  }),
  for: list({
    fromProject: "consent",
    metavar: "KEY=VALUE",
    summary: "the rule is only for events with this field; several must all be there",
  }),
  dryRun: flag({
    fromProject: "free",
    short: "n",
    summary: "apply: say which events would be removed and change nothing",
  }),
  json: flag({ fromProject: "free", summary: "print the rules as JSON lines" }),
} as const;

type Given = ValuesOf<typeof options>;

const NAME = "store retention";
const ACTIONS: Actions = {
  show: { options: ["json"], operands: 1 },
  set: { options: ["olderThan", "forever", "maxSize", "for", "json"], operands: 1 },
  unset: { options: ["for", "json"], operands: 1 },
  apply: { options: ["dryRun", "json"], operands: 1 },
};

export default command({
  name: NAME,
  summary: "say how long events are kept",
  details: `Without an action the rules of the tables are shown. \`set\` adds a rule or changes the one for the same fields, \`unset\` takes it
away, \`apply\` removes what the rules say now; \`compact\` does that, too. Rules are part of the table and count for the events
that are already there. Of the rules that fit an event the one with the most fields counts, so that debug logs go early
and audits stay.

Ages of two days and more count in whole UTC days, shorter ones in whole hours: an event is kept at least as long as the
rule says and goes at most a day (an hour) later. What was removed can be asked with \`query --as-of\` until \`store vacuum\`.`,
  operands: [
    { name: "ACTION", summary: "show (the default), set, unset or apply" },
    { name: "TABLE", isLocal: true, summary: "the table; may be left out when the store has only one" },
  ],
  options,
  examples: [
    { title: "Keep 30 days", command: "store retention set logs --older-than 30d" },
    {
      title: "Debug logs of one service a day",
      command: "store retention set logs --older-than 24h --for service=web --for level=debug",
    },
    { title: "Audits for ever", command: "store retention set logs --forever --for service=audit" },
    { title: "At most 100 GB", command: "store retention set logs --older-than 90d --max-size 100GB" },
  ],
  unused: ({ operands }) => unusedByAction(NAME, ACTIONS, "show", operands),
  async run({ operands, options: given }, terminal) {
    const store = storePath(given.store, terminal);
    const asked = actionOf(NAME, ACTIONS, "show", operands);
    const { action } = asked;
    const [name] = asked.operands;
    if (action === "show") {
      const names = name === undefined ? [] : [name];
      for (const table of await namedTables(diskFiles, store, names)) await show(table, given, terminal);
      return 0;
    }
    const table = await oneTable(diskFiles, store, name, `store retention ${action}`);
    if (action === "apply") await apply(table, given, terminal);
    else {
      const rule = ruleOf(given, action === "set");
      await changeRules(diskFiles, new TableLog(table.directory), terminal.nowMs, (rules) =>
        action === "set"
          ? withRule(rules, rule)
          : rules.filter((other) => ruleName(other) !== ruleName(rule)),
      );
      if (action === "set") await tellUnmatched(table, rule, terminal);
      await show(table, given, terminal);
    }
    return 0;
  },
});

/** What the options say. Throws usage.missing-operand when a rule that is set would say nothing. */
function ruleOf(given: Given, isSet: boolean): RetentionRule {
  const fields = new Map<string, string>();
  for (const text of given.for) {
    const at = text.indexOf("=");
    if (at < 1) {
      const hint = "write it like service=web";
      throw failure("usage.bad-value", { option: "--for", value: text, reason: "it has no KEY=", hint });
    }
    fields.set(text.slice(0, at), text.slice(at + 1));
  }
  const { olderThan, forever, maxSize } = given;
  if (isSet && olderThan === undefined && !forever && maxSize === undefined) {
    const operand = "--older-than TIME, --max-size SIZE or --forever";
    throw failure("usage.missing-operand", { command: "store retention set", operand });
  }
  if (maxSize !== undefined && given.for.length > 0) {
    const reason = "a size is that of the whole table; leave out --for";
    throw failure("usage.bad-value", { option: "--max-size", value: formatSize(maxSize), reason });
  }
  const maxAgeMs = forever ? null : (olderThan ?? null);
  return {
    fields: Object.fromEntries(fields),
    maxAgeMs,
    ...(maxSize === undefined ? {} : { maxBytes: maxSize }),
  };
}

/** Events that a rule is for may still come; but a name that is mistyped would keep nothing and remove nothing. */
async function tellUnmatched(
  { name, directory }: NamedTable,
  rule: RetentionRule,
  terminal: Terminal,
): Promise<void> {
  const snapshot = await new TableLog(directory).refresh();
  for (const { key, value, isKeyUnknown } of unmatchedFields(snapshot, rule)) {
    if (!isKeyUnknown) {
      terminal.notice(`no event of table ${name} has ${key}=${value} so far`);
      continue;
    }
    const suggestion = suggest(key, snapshot.schema.byKey.keys());
    const hint = suggestion === undefined ? "" : `; did you mean ${suggestion}?`;
    terminal.notice(`no event of table ${name} has a field ${key} so far${hint}`);
  }
}

async function show({ name, directory }: NamedTable, given: Given, terminal: Terminal): Promise<void> {
  const rules = retentionRules(await new TableLog(directory).refresh());
  const lines = given.json
    ? rules.map((rule) => JSON.stringify({ table: name, ...rule }))
    : [`table ${name}`, ...(rules.length === 0 ? ["  everything is kept"] : rules.map(ruleText))];
  await terminal.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

function ruleText(rule: RetentionRule): string {
  const size = rule.maxBytes === undefined ? "" : `, at most ${formatSize(rule.maxBytes)}`;
  const age = rule.maxAgeMs === null ? "for ever" : formatDuration(rule.maxAgeMs);
  return `  ${ruleName(rule).padEnd(24)}  ${age}${size}`;
}

async function apply({ name, directory }: NamedTable, given: Given, terminal: Terminal): Promise<void> {
  const log = new TableLog(directory);
  if (given.dryRun) {
    const told = await withReading(async (session) =>
      foretellRetention(log, session, await log.refresh(), terminal.nowMs()),
    );
    const lines = retentionLines(name, told);
    if (lines.length === 0) lines.push(`${name}: nothing is too old`);
    const facts = JSON.stringify({ table: name, dryRun: true, ...retentionFacts(told) });
    await terminal.stdout.write(`${given.json ? facts : lines.join("\n")}\n`);
    return;
  }
  const report = nothingErased();
  const { nowMs, signal } = terminal;
  const job = { files: diskFiles, log, nowMs, isStopped: () => signal.aborted };
  // Whole files go first, and without DuckDB: on a full disk that is what makes room.
  if ((await removeExpired(job, report)) > 0)
    await withMaintenance(diskFiles, directory, (session) =>
      applyRetention({ ...job, session }, report),
    ).catch((error) => asLackOfRoom(error, directory, "rewrite the files that hold events of both kinds"));
  const text =
    report.filesRemoved + report.filesRewritten === 0
      ? `${name}: nothing is too old\n`
      : `${name}: removed ${countOf(report.rows, "event")} (${formatSize(report.bytesFreed)})\n`;
  await reportDone(
    terminal,
    given.json ? `${JSON.stringify({ table: name, ...report })}\n` : text,
    given.json,
  );
}
