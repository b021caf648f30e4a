// Enter here: the conditions of `check` over files, streams and SQL, and what is printed of them.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { failure, LogpipeError, reasonOf } from "../base/errors/index.js";
import { formatCount } from "../base/size.js";
import { quote } from "../json/quote.js";
import { type ChecksFile, readChecksFile, type WrittenCheck } from "../options/checks-file.js";
import { type Variables, variablesOf } from "../options/variables.js";
import type { Terminal } from "../pipeline/contract/terminal.js";
import { tableOf } from "../sinks/view/row-table.js";
import { type CheckPlan, readCheck } from "../stages/window/checks/check-plan.js";
import type { Verdict } from "../stages/window/checks/row-judge.js";
import type { CheckCommands, ConditionOptions } from "./condition-options.js";
import { askSql, askStream } from "./judge.js";

/** One check and where it is asked. */
interface Asked {
  readonly name: string;
  readonly plan: CheckPlan | undefined;
  readonly query: string | undefined;
  /** Over the rows of the SQL. */
  readonly over: string | undefined;
  /** How messages call the condition: where it stands. */
  readonly what: string;
  readonly files: readonly string[];
  readonly failsWithoutData: boolean;
}

interface Answer {
  readonly asked: Asked;
  readonly verdict: Verdict | undefined;
  /** Why there is no verdict, or none to rely on. */
  readonly reason: string | undefined;
}

interface GivenChecks {
  readonly operands: readonly string[];
  readonly options: ConditionOptions;
}

export async function runChecks(
  given: GivenChecks,
  terminal: Terminal,
  commands: CheckCommands,
): Promise<number> {
  const variables = variablesOf(terminal.env, terminal.cwd);
  try {
    return await askAll(given, terminal, commands, variables);
  } catch (error) {
    throw variables.hide(error);
  }
}

async function askAll(
  { operands, options }: GivenChecks,
  terminal: Terminal,
  commands: CheckCommands,
  variables: Variables,
): Promise<number> {
  const isFile = /\.ya?ml$/i.test(operands[0] ?? "");
  const file = isFile ? readFile(operands[0]!, terminal.cwd, variables) : undefined;
  const asked = askedOf(file, isFile ? operands.slice(1) : operands, options);
  if (asked.length === 0)
    throw failure("usage.missing-operand", {
      command: "check",
      operand: "--fail-if CONDITION, or a .yaml file",
    });
  const range = { since: options.since ?? file?.since, until: options.until ?? file?.until };
  const given = { ...options, ...range };
  const readsInput = asked.some(
    ({ plan, files }) => plan !== undefined && (files.length === 0 || files.includes("-")),
  );
  if (readsInput && terminal.stdinIsTerminal) throw failure("usage.nothing-to-read", { command: "check" });
  const answers: Answer[] = [];
  for (const part of byInput(asked)) answers.push(...(await answersOf(part, given, terminal, commands)));
  if (terminal.signal.aborted) return Number(terminal.signal.reason);
  answers.sort((a, b) => asked.indexOf(a.asked) - asked.indexOf(b.asked));
  await print(answers, options, terminal);
  for (const answer of answers) say(answer, terminal);
  return answers.some(isBad) ? 1 : 0;
}

function readFile(path: string, cwd: string, variables: Variables): ChecksFile {
  try {
    return readChecksFile(readFileSync(resolve(cwd, path), "utf8"), path, variables);
  } catch (error) {
    if (error instanceof LogpipeError) throw error;
    throw failure("usage.unreadable", { what: "file of checks", path, reason: reasonOf(error) }, error);
  }
}

function askedOf(
  file: ChecksFile | undefined,
  operands: readonly string[],
  options: ConditionOptions,
): readonly Asked[] {
  const standard = operands.length > 0 ? operands : (file?.files ?? []);
  const fails = (noData: string | undefined, place: string) => {
    const said = noData ?? options.noData ?? file?.noData ?? "ok";
    if (said === "ok" || said === "fail") return said === "fail";
    throw failure("usage.file", { place, reason: `no-data is ok or fail, not "${said}"` });
  };
  const named = options.failIf.map((text) => {
    const plan = readCheck(text, "--fail-if");
    return {
      name: plan.name,
      plan,
      ...NO_SQL,
      files: standard,
      failsWithoutData: fails(undefined, "--no-data"),
    };
  });
  const written = (file?.checks ?? []).map((check) => ({
    ...partsOf(check),
    name: check.name,
    files: check.files ?? standard,
    failsWithoutData: fails(check.noData, check.place),
  }));
  const all = [...written, ...named];
  const twice = all.find(({ name }, n) => all.findIndex((other) => other.name === name) < n);
  if (twice !== undefined) throw twoOfAName(twice.name);
  return all;
}

function twoOfAName(name: string) {
  return failure("usage.bad-value", {
    option: "check",
    value: name,
    reason: "there are two conditions of that name, and results tell them apart by it",
    hint: `give each a name of its own: --fail-if 'NAME: CONDITION'`,
  });
}

const NO_SQL = { query: undefined, over: undefined, what: "--fail-if" };

function partsOf({ name, failIf, query, place }: WrittenCheck) {
  if (query !== undefined) return { plan: undefined, query, over: failIf, what: `${place} fail-if` };
  return { plan: readCheck(failIf!, place, name), ...NO_SQL };
}

/** Conditions on the same files together: these are read once. SQL stands alone. */
function byInput(asked: readonly Asked[]): readonly (readonly Asked[])[] {
  const parts = new Map<string, Asked[]>();
  for (const [n, one] of asked.entries()) {
    const key = one.plan === undefined ? String(n) : JSON.stringify(one.files);
    parts.set(key, [...(parts.get(key) ?? []), one]);
  }
  return [...parts.values()];
}

async function answersOf(
  part: readonly Asked[],
  options: ConditionOptions,
  terminal: Terminal,
  commands: CheckCommands,
): Promise<readonly Answer[]> {
  const first = part[0]!;
  const { query, over, what, files } = first;
  try {
    if (query !== undefined) {
      const verdict = await askSql({ query, over, what, files }, options, terminal, commands);
      return [{ asked: first, verdict, reason: undefined }];
    }
    const plans = part.map(({ plan }) => plan!);
    const { verdicts, reason } = await askStream(plans, files, options, terminal, commands);
    return part.map((asked, n) => {
      const verdict = verdicts[n];
      return { asked, verdict, reason: reason ?? droppedText(verdict?.groupsDropped ?? 0) };
    });
  } catch (error) {
    if (!(error instanceof LogpipeError) || error.exitCode === 2) throw error;
    return part.map((asked) => ({ asked, verdict: undefined, reason: firstLine(error.message) }));
  }
}

/** Whether it holds for one that was given up, nobody knows. */
function droppedText(groups: number): string | undefined {
  if (groups === 0) return undefined;
  const them = groups === 1 ? "the lightest was" : `the ${formatCount(groups)} lightest were`;
  return `too many groups: ${them} not asked; \`where EXPR\` or fewer fields after \`by\` give fewer`;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]!;
}

function stateOf({ verdict, reason }: Answer): string {
  if (verdict?.state === "failed") return "failed";
  return reason === undefined && verdict !== undefined ? verdict.state : "error";
}

function isBad(answer: Answer): boolean {
  const state = stateOf(answer);
  return state === "failed" || state === "error" || (state === "no data" && answer.asked.failsWithoutData);
}

async function print(
  answers: readonly Answer[],
  { onlyFailed, to }: ConditionOptions,
  { stdout }: Terminal,
): Promise<void> {
  const shown = onlyFailed ? answers.filter(isBad) : answers;
  if (shown.length === 0) return;
  const isTable = to === "table" || (to === undefined && stdout.isTerminal);
  const text = isTable ? tableOf(shown.map(shortLineOf), stdout) : `${shown.map(lineOf).join("\n")}\n`;
  await stdout.write(text);
}

/** The answer as NDJSON. */
function lineOf(answer: Answer): string {
  const { asked, verdict, reason } = answer;
  const row = verdict?.row === undefined ? [] : Object.entries(JSON.parse(verdict.row) as object);
  const columns = row.filter(([name]) => name !== "window_end" && !/^value_[2-9]/.test(name));
  const members = [
    ["check", asked.name],
    ["state", stateOf(answer)],
    ["condition", asked.plan?.condition ?? asked.over ?? asked.query],
    ...columns.map(([name, value]) => [name === "value_1" ? "value" : name, value] as const),
    ...((verdict?.held ?? 0) > 1 ? [["rows", verdict!.held] as const] : []),
    ...(reason === undefined ? [] : [["reason", reason] as const]),
  ] as const;
  return `{${members.map(([name, value]) => `${quote(String(name))}:${JSON.stringify(value)}`).join(",")}}`;
}

/** As `lineOf`, for people: what tells which row it is stands in one column. */
function shortLineOf(answer: Answer): string {
  const { check, state, condition, value, reason, rows, ...group } = JSON.parse(lineOf(answer)) as Record<
    string,
    unknown
  >;
  const of = [...wordsOf(group), ...(rows === undefined ? [] : [`and ${Number(rows) - 1} more`])].join(" ");
  const shown = typeof value === "number" ? Number(value.toPrecision(6)) : value;
  return JSON.stringify({
    check,
    state,
    value: shown,
    of: [of, reason].filter(Boolean).join("; "),
    condition,
  });
}

function wordsOf(row: object): readonly string[] {
  return Object.entries(row).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
}

/** The line on standard error of what is not as it should be. */
function say(answer: Answer, terminal: Terminal): void {
  const { asked, verdict, reason } = answer;
  const isUnsaid = verdict === undefined || verdict.groupsDropped > 0;
  if (reason !== undefined && isUnsaid) terminal.complain(`check ${asked.name}: ${reason}`);
  if (!isBad(answer) || stateOf(answer) === "error") return;
  const condition = asked.plan?.condition ?? asked.over ?? "no rows are expected";
  const row = verdict?.row === undefined ? {} : (JSON.parse(verdict.row) as Record<string, unknown>);
  const { window_end: _end, value_1: value, ...others } = row;
  const said = wordsOf(value === undefined ? others : { value, ...others });
  const more = (verdict?.held ?? 0) > 1 ? `, and ${verdict!.held - 1} more` : "";
  const what = stateOf(answer) === "no data" ? "no data" : `${said.slice(0, 6).join(" ")}${more}`;
  terminal.notice(`condition holds: check ${asked.name}: ${condition}: ${what}`);
}
