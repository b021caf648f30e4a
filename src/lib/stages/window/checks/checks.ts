// Enter here: several conditions over one stream, each a window over everything or windows of time.
/** The running half of `check`: one pass over the events for all conditions. */
import type { Block } from "../../../event/block.js";
import type { AskedField, Emit, StageContext, Transform } from "../../../pipeline/contract/stage.js";
import { WindowDefinition, type WindowValues } from "../definition/definition.js";
import { TotalsDefinition } from "../whole/definition.js";
import { Totals } from "../whole/totals.js";
import { Windower } from "../windower.js";
import type { CheckPlan } from "./check-plan.js";
import { RowJudge, type Verdict } from "./row-judge.js";

/** What all conditions have in common. */
export type CheckSettings = Omit<WindowValues, "sizes" | "by" | "agg" | "where">;

/** Windows close at the end: files may come one behind the other. */
const NEVER_MS = 1e13;

export class Checks implements Transform {
  private readonly parts: readonly { readonly transform: Transform; readonly judge: RowJudge }[];

  /** Throws usage errors. */
  constructor(plans: readonly CheckPlan[], settings: CheckSettings, context: StageContext) {
    this.parts = plans.map((plan, n) => ({
      transform: transformOf(plan, settings, n === 0 ? context : { ...context, reject: () => {} }),
      judge: new RowJudge(plan.over, plan.name, true),
    }));
  }

  push(block: Block, _emit: Emit): boolean {
    for (const { transform, judge } of this.parts) transform.push(block, judged(judge));
    return true;
  }

  end(_emit: Emit): void {
    for (const { transform, judge } of this.parts) transform.end?.(judged(judge));
  }

  /** In the order of the conditions; once the input is over. */
  get verdicts(): readonly Verdict[] {
    return this.parts.map(({ judge }) => judge.verdict);
  }
}

/** The fields that the conditions name. Throws usage errors. */
export function fieldsOfChecks(plans: readonly CheckPlan[], settings: CheckSettings): readonly AskedField[] {
  return plans.flatMap((plan) => definitionOf(plan, settings).inputs.named);
}

function judged(judge: RowJudge): Emit {
  return ({ bytes }) => {
    judge.look(bytes);
    return true;
  };
}

function transformOf(plan: CheckPlan, settings: CheckSettings, context: StageContext): Transform {
  const definition = definitionOf(plan, settings);
  return definition instanceof TotalsDefinition
    ? new Totals(definition, context, undefined)
    : new Windower(definition, context);
}

function definitionOf(plan: CheckPlan, settings: CheckSettings): TotalsDefinition | WindowDefinition {
  const { agg, by, where, every } = plan;
  if (every !== undefined)
    return new WindowDefinition({
      ...settings,
      ...{ sizes: every, agg, by, where },
      ...{ lateness: NEVER_MS, untimed: "drop", late: "emit", every: undefined, failIf: undefined },
    });
  const { timeField, maxGroups, memory } = settings;
  return new TotalsDefinition({
    ...{ agg, by, where, timeField, maxGroups, memory },
    ...{ within: 0, aggWhat: plan.name, sort: undefined, isAscending: false, limit: undefined },
    ...{ hasShare: false, needsField: false, failIf: undefined, answersNothing: true },
  });
}
