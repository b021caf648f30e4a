/** Has conditions judged: over events in one pass, or by SQL. */
import { failure } from "../base/errors/index.js";
import type { Block } from "../event/block.js";
import { FieldSet } from "../event/rows/rows.js";
import { compileExpression } from "../expression/expression.js";
import { defaultsOf } from "../options/options.js";
import { totalsOptions } from "../options/totals.js";
import type { Pipeline, Step } from "../pipeline/contract/pipeline.js";
import type { StageDeclaration } from "../pipeline/contract/stage.js";
import type { Output, Terminal } from "../pipeline/contract/terminal.js";
import { hostOf } from "../pipeline/run/host.js";
import { runPipeline } from "../pipeline/run/run-pipeline.js";
import type { CheckPlan } from "../stages/window/checks/check-plan.js";
import { type CheckSettings, Checks, fieldsOfChecks } from "../stages/window/checks/checks.js";
import { RowJudge, type Verdict } from "../stages/window/checks/row-judge.js";
import type { CheckCommands, ConditionOptions } from "./condition-options.js";

interface StreamAnswer {
  readonly verdicts: readonly Verdict[];
  /** An input that could not be read. */
  readonly reason: string | undefined;
}

/** The conditions over the files, or standard input where there are none. Throws usage errors. */
export async function askStream(
  plans: readonly CheckPlan[],
  files: readonly string[],
  options: ConditionOptions,
  terminal: Terminal,
  { window, filter, parse }: CheckCommands,
): Promise<StreamAnswer> {
  const settings: CheckSettings = {
    ...(defaultsOf(window.options) as unknown as CheckSettings),
    maxGroups: defaultsOf(totalsOptions).maxGroups,
    timeField: options.timeField,
  };
  let running: Checks | undefined;
  const declaration: StageDeclaration = {
    ...{ kind: "stage", name: "check", summary: "", details: "", operands: [], options: {}, examples: [] },
    ...{ input: "events", ownOperands: 0, isStateless: () => false, needsTime: () => false },
    reads: () => fieldsOfChecks(plans, settings),
    create: (_given, context) => (running = new Checks(plans, settings, context)),
    display: async () => NOWHERE,
    asked: () => "check",
    parsesLogs: async () => parse,
  };
  const steps: Step<StageDeclaration>[] = [{ declaration, given: { operands: [], options: {} } }];
  const { since, until, tz, timeField } = options;
  if (since !== undefined || until !== undefined) {
    const given = { operands: [], options: { ...defaultsOf(filter.options), since, until, tz, timeField } };
    steps.unshift({
      declaration: { ...filter, parsesLogs: declaration.parsesLogs! },
      given,
    });
  }
  const pipeline: Pipeline = { files, stages: steps };
  let reason: string | undefined;
  const host = hostOf(terminal);
  const fail: typeof host.fail = (text, help) => {
    reason ??= text;
    host.fail(text, help);
  };
  const run = { isStrict: false, workers: "auto", hasStats: false } as const;
  await runPipeline(pipeline, run, { ...host, fail });
  return { verdicts: running?.verdicts ?? [], reason };
}

/** Takes nothing and keeps nothing: the results are asked for by themselves. */
const NOWHERE = {
  write: async (_block: Block) => true,
  flush: async () => {},
  close: async () => {},
};

/** The SQL, whose rows must not be, or must not be so. */
export async function askSql(
  asked: {
    readonly query: string;
    readonly over: string | undefined;
    readonly what: string;
    readonly files: readonly string[];
  },
  options: ConditionOptions,
  terminal: Terminal,
  { query }: CheckCommands,
): Promise<Verdict> {
  const judge = new RowJudge(asked.over, asked.what, false);
  const operands = [asked.query, ...asked.files];
  const ask = async (to: "ndjson" | "csv", take: (lines: string) => void) => {
    let rest = "";
    const stdout: Output = {
      ...{ isTerminal: false, hasColour: false, columns: 80 },
      write: async (data) => {
        const text = rest + (typeof data === "string" ? data : Buffer.from(data).toString("utf8"));
        const end = text.lastIndexOf("\n") + 1;
        rest = text.slice(end);
        take(text.slice(0, end));
        return true;
      },
    };
    const given = { ...defaultsOf(query.options), to, store: options.store };
    await query.run({ operands, options: given as never }, { ...terminal, stdout }, undefined as never);
  };
  await ask("ndjson", (lines) => judge.look(Buffer.from(lines)));
  const { verdict, unseen } = judge;
  if (judge.isNoCondition)
    throw failure("usage.bad-value", {
      option: asked.what,
      value: asked.over!,
      reason: "it is neither true nor false",
      hint: "compare it: b > 0",
    });
  if (verdict.state === "failed" || verdict.rows === 0 || unseen.length === 0) return verdict;
  // Rows as NDJSON do not have what is null in them: a head of a table has all columns.
  let head: string | undefined;
  await ask("csv", (lines) => {
    head ??= lines.split("\n", 1)[0]!;
  });
  checkAsked(asked.over!, asked.what, columnsOfHead(head ?? ""));
  return verdict;
}

/** Throws usage.bad-expression for a column that there is not. */
function checkAsked(text: string, what: string, names: readonly string[]): void {
  if (names.length === 0) return;
  const columns = new Map(names.map((name) => [name, "any"] as const));
  compileExpression(text, new FieldSet(), what, { isCondition: true, columns });
}

function columnsOfHead(head: string): readonly string[] {
  return [...head.matchAll(/"((?:[^"]|"")*)"|([^,]+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!.trim(),
  );
}
